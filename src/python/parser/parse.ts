/** Text to syntax tree. */
import type { Span } from '../../graph'
import type { ModuleNode, Statement } from '../ast'
import type { SyntaxNode } from './grammar'
import { Reader, type SyntaxProblem } from './reader'
import { parseRepairing } from './repair'
import { standIn } from './standIn'
import { readStatement } from './statements'

export interface ParsedModule {
  readonly module: ModuleNode
  readonly errors: readonly SyntaxProblem[]
  readonly comments: readonly Comment[]
}

export interface Comment {
  /** With the `#`. */
  readonly text: string
  readonly span: Span
}

/**
 * Reads a whole file. What cannot be read is in `errors` with its place, and stands in the tree as an invalid statement or
 * expression; the rest is there. `initParser` must have resolved before.
 */
export function parse(file: string, text: string): ParsedModule {
  if (text.length > longest) return tooLong(file, text)
  const { tree, text: readable, blanked } = parseRepairing(text)
  const { root, comments } = tree
  const asWritten = new Reader(file, text)
  const stands = blanked.map(({ start, end }): [number, readonly Statement[]] => {
    const { message, span } = asWritten.unreadable(start, end)
    return [start, standIn(text.slice(start, end), message, span)]
  })
  const reader = new Reader(file, readable, new Map(stands))
  const body = root.children.flatMap((child) => readTopLevel(child, reader))
  return {
    module: { kind: 'module', file, body, span: reader.span(0, text.length) },
    errors: [...asWritten.errors, ...reader.errors].sort((a, b) => a.span.start - b.span.start).slice(0, mostErrors),
    comments: comments.map((comment) => ({ text: reader.textOf(comment), span: reader.spanOf(comment) })),
  }
}

/** Errors told of one file: nobody reads more. */
const mostErrors = 100

/** Characters of a file past which it is data, not a program. */
const longest = 1_000_000

function tooLong(file: string, text: string): ParsedModule {
  const span = new Reader(file, '').span(0, 0)
  const message = `this file has ${text.length} characters: it is not read`
  return { module: { kind: 'module', file, body: [], span }, errors: [{ message, span }], comments: [] }
}

function readTopLevel(node: SyntaxNode, reader: Reader): readonly Statement[] {
  if (!node.named) return []
  try {
    return readStatement(node, reader)
  } catch (error) {
    // Expressions nested thousands deep exhaust the stack; the statement that holds them is not read.
    if (!(error instanceof RangeError)) throw error
    const message = 'nested too deeply to be read'
    reader.errors.push({ message, span: reader.spanOf(node) })
    return [{ kind: 'invalidStatement', message, span: reader.spanOf(node) }]
  }
}
