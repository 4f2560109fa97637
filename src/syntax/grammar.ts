/** A compiled grammar, loaded from the bytes that the bundle embeds. */
import { Language, Parser } from 'web-tree-sitter'
import treeSitter from 'web-tree-sitter/web-tree-sitter.wasm'
import type { ConcreteTree, SyntaxNode } from './concrete'
import { unpacked } from './unpacked'

let runtime: Promise<void> | null = null

export interface GrammarOptions {
  /** Named nodes of which nobody asks the inside. */
  readonly leaves: ReadonlySet<string>
  /** Nodes that stand for no part of the program. */
  readonly skipped?: ReadonlySet<string>
}

export class Grammar {
  private constructor(
    private readonly parser: Parser,
    private readonly namedTypes: readonly boolean[],
    private readonly options: GrammarOptions,
  ) {}

  static async load(bytes: Uint8Array, options: GrammarOptions): Promise<Grammar> {
    runtime ??= unpacked(treeSitter).then((wasmBinary) => Parser.init({ wasmBinary }))
    await runtime
    const language = await Language.load(await unpacked(bytes))
    const parser = new Parser()
    parser.setLanguage(language)
    return new Grammar(
      parser,
      language.types.map((_, id) => language.nodeTypeIsNamed(id)),
      options,
    )
  }

  parse(text: string): ConcreteTree {
    const { namedTypes } = this
    const { leaves, skipped } = this.options
    const tree = this.parser.parse(text)
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
      else if (skipped?.has(node.type) !== true) open[open.length - 1]?.children.push(node)
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
}
