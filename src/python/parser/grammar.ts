/** Python's grammar, loaded once. */
import pythonGrammar from 'tree-sitter-python/tree-sitter-python.wasm'
import { type ConcreteTree, Grammar } from '../../syntax'

export type { ConcreteTree, SyntaxNode } from '../../syntax'

let grammar: Grammar | null = null
let ready: Promise<void> | null = null

/** Loads parser and grammar from the embedded bytes. Once; later calls wait for the same. */
export function initParser(): Promise<void> {
  ready ??= load()
  return ready
}

async function load(): Promise<void> {
  grammar = await Grammar.load(pythonGrammar, { leaves, skipped: new Set(['line_continuation']) })
}

/** The concrete tree of a text. `initParser` must have resolved before. */
export function parseConcrete(text: string): ConcreteTree {
  if (grammar === null) throw new Error('initParser() has not resolved yet')
  return grammar.parse(text)
}

const leaves = new Set([
  'identifier',
  'integer',
  'float',
  'comment',
  'true',
  'false',
  'none',
  'string_start',
  'string_end',
  'escape_sequence',
])
