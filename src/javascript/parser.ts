/** Text of a JavaScript or TypeScript file to its concrete tree. One grammar, TypeScript's with JSX, reads both. */
import type { Span } from '../graph'
import { Grammar, Lines, type SyntaxNode } from '../syntax'

export interface Program {
  readonly file: string
  readonly text: string
  readonly root: SyntaxNode
  readonly lines: Lines
  readonly comments: readonly Comment[]
  readonly errors: readonly { readonly message: string; readonly span: Span }[]
}

export interface Comment {
  /** With its `//` or `/*`. */
  readonly text: string
  readonly span: Span
}

/** Characters of a file past which it is a bundle, not a program. */
const longest = 1_000_000
/** Errors told of one file: nobody reads more. */
const mostErrors = 20

let grammar: Grammar | null = null
let ready: Promise<void> | null = null

/** Loads the grammar. Once; later calls wait for the same. The bytes are decoded when they are first asked for. */
export function initParser(): Promise<void> {
  ready ??= load()
  return ready
}

async function load(): Promise<void> {
  const { default: bytes } = await import('tree-sitter-typescript/tree-sitter-tsx.wasm')
  grammar = await Grammar.load(bytes, { leaves: new Set(['identifier', 'number', 'comment', 'regex', 'predefined_type']) })
}

/** Reads a whole file; what cannot be read stands in `errors`. `initParser` must have resolved before. */
export function parse(file: string, text: string): Program {
  if (grammar === null) throw new Error('initParser() has not resolved yet')
  const lines = new Lines(file, text)
  if (text.length > longest) {
    const message = `this file has ${text.length} characters: it is not read`
    const root: SyntaxNode = { type: 'program', named: true, field: null, start: 0, end: 0, missing: false, children: [] }
    return { file, text, root, lines, comments: [], errors: [{ message, span: lines.span(0, 0) }] }
  }
  const { root, comments, errors } = grammar.parse(text)
  return {
    file,
    text,
    root,
    lines,
    comments: comments.map(({ start, end }) => ({ text: text.slice(start, end), span: lines.span(start, end) })),
    errors: errors.slice(0, mostErrors).map((node) => ({
      message: node.missing ? `syntax error: a \`${node.type}\` is missing` : `syntax error: cannot read \`${excerpt(text, node)}\``,
      span: lines.span(node.start, node.end),
    })),
  }
}

function excerpt(text: string, { start, end }: SyntaxNode): string {
  const line = text.slice(start, end).trim().split('\n', 1)[0] ?? ''
  return line.length > 40 ? `${line.slice(0, 39)}…` : line
}
