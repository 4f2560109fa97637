/** The compiled grammar, loaded once, and the concrete tree that it gives as plain data. */

import pythonGrammar from 'tree-sitter-python/tree-sitter-python.wasm'
import { Language, Parser } from 'web-tree-sitter'
import treeSitter from 'web-tree-sitter/web-tree-sitter.wasm'

/** A node of the concrete tree: named ones and punctuation, in order; comments apart. */
export interface SyntaxNode {
  readonly type: string
  readonly named: boolean
  /** The field of the parent that it fills. */
  readonly field: string | null
  readonly start: number
  readonly end: number
  readonly missing: boolean
  readonly children: SyntaxNode[]
}

export interface ConcreteTree {
  readonly root: SyntaxNode
  readonly comments: readonly SyntaxNode[]
  /** What the grammar could not place or had to add, outermost only. */
  readonly errors: readonly SyntaxNode[]
}

let parser: Parser | null = null
let namedTypes: readonly boolean[] = []
let ready: Promise<void> | null = null

/** Loads parser and grammar from the embedded bytes. Once; later calls wait for the same. */
export function initParser(): Promise<void> {
  ready ??= load()
  return ready
}

async function load(): Promise<void> {
  const module: Record<string, unknown> = { wasmBinary: treeSitter }
  await Parser.init(module)
  const language = await Language.load(pythonGrammar)
  parser = new Parser()
  parser.setLanguage(language)
  namedTypes = language.types.map((_, id) => language.nodeTypeIsNamed(id))
}

/** The concrete tree of a text. `initParser` must have resolved before. */
export function parseConcrete(text: string): ConcreteTree {
  if (parser === null) throw new Error('initParser() has not resolved yet')
  const tree = parser.parse(text)
  if (tree === null) throw new Error('the parser gave no tree')
  const cursor = tree.walk()
  const comments: SyntaxNode[] = []
  const errors: SyntaxNode[] = []
  let erroneousUntil = -1
  const { language } = tree
  // Each question to the cursor crosses into WebAssembly: what tables can answer is not asked.
  const hasErrors = tree.rootNode.hasError
  const read = (): SyntaxNode => {
    const type = cursor.nodeTypeId
    return {
      type: language.types[type] ?? 'ERROR',
      named: namedTypes[type] ?? true,
      field: language.fields[cursor.currentFieldId] ?? null,
      start: cursor.startIndex,
      end: cursor.endIndex,
      missing: hasErrors && cursor.nodeIsMissing,
      children: [],
    }
  }
  const root = read()
  const open: SyntaxNode[] = [root]
  let inside = cursor.gotoFirstChild()
  while (inside) {
    const node = read()
    if ((node.type === 'ERROR' && node.start >= erroneousUntil) || node.missing) {
      errors.push(node)
      erroneousUntil = node.end
    }
    if (node.type === 'comment') comments.push(node)
    else if (node.type !== 'line_continuation') open[open.length - 1]?.children.push(node)
    if (node.named && !leaves.has(node.type) && cursor.gotoFirstChild()) open.push(node)
    else {
      while (inside && !cursor.gotoNextSibling()) {
        inside = open.length > 1 && cursor.gotoParent()
        open.pop()
      }
    }
  }
  cursor.delete()
  tree.delete()
  return { root, comments, errors }
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
