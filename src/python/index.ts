/**
 * Python, read and evaluated without running it: `parse` gives the syntax tree, `createInterpreter` what its names stand for.
 *
 * What is not known is a value as well, an Unknown with its reason and place:
 * - what is computed from an Unknown is that Unknown; calling one gives it back, its arguments evaluated;
 * - an `if` on an Unknown takes one branch and notes the choice (branches.ts); a loop over one is not run, and what it would
 *   have bound or filled is Unknown afterwards (loops.ts); an iterator may say that its items from here on are not known;
 * - an exception that nobody catches leaves out the statement of the file that it came from (program.ts);
 * - a statement that uses up its share of steps, depth, size or time is cut off, and those after it are read (meter.ts).
 * Every stretch not read and every choice made is in `notes`.
 *
 * Imports are modules of ours first, then source that the host hands in. An imported file is run when something is asked of
 * it, or at once when it registers what it defines (modules.ts).
 */
export type * from './ast'
export * from './guards'
export type * from './host'
export { BudgetError, PythonError } from './interpreter/errors'
export * from './make'
export { initParser } from './parser/grammar'
export { parseCached } from './parser/cache'
export { type Comment, type ParsedModule, parse } from './parser/parse'
export type { SyntaxProblem } from './parser/reader'
export { createInterpreter, type PythonInterpreter } from './run'
export type * from './values'
