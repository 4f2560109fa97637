/** JavaScript and TypeScript: text to values, by a bounded evaluation that runs nothing of the user's. */
export type { RunOptions, SourceText } from './host'
export type { Evaluator, ModuleRecord, Note } from './interpreter/evaluator'
export { Thrown } from './interpreter/completion'
export { parametersOf } from './interpreter/functions'
export { openNames } from './interpreter/patterns'
export { type Comment, initParser, type Program, parse } from './parser'
export { JavaScriptRun } from './run'
export {
  ArrayValue,
  FunctionValue,
  HostValue,
  type Invocation,
  isArray,
  isFunction,
  isHost,
  isObject,
  isPrimitive,
  isUnknown,
  native,
  ObjectValue,
  objectOf,
  PromiseValue,
  type Property,
  shown,
  Unknown,
  type Value,
} from './values'
