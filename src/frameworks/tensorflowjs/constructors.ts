/** Calls in the source that make layers with weights, whether or not a model reaches them. */
import type { Span } from '../../graph'
import type { Program } from '../../javascript'
import { childOfField, type SyntaxNode } from '../../syntax'
import { parametric } from './factories'

export interface Constructor {
  /** `tf.layers.dense`. */
  readonly callee: string
  readonly span: Span
}

const functionTypes: ReadonlySet<string> = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
])

/** A function that the file writes, and what it makes by itself. */
export interface Builder {
  readonly node: SyntaxNode
  makes: boolean
  readonly mentions: Set<string>
}

export interface Survey {
  readonly constructors: readonly Constructor[]
  readonly builders: readonly Builder[]
}

/** Names that the file's own imports bind to `tf.layers` or to one of its functions. */
const layersObject = /(?:^|\.)layers$/

function layerOf(program: Program, node: SyntaxNode, bound: (name: string) => boolean): string | null {
  const callee = childOfField(node, 'function')
  const text = (of: SyntaxNode): string => program.text.slice(of.start, of.end)
  if (callee === null) return null
  if (callee.type === 'identifier') return parametric.has(text(callee)) && bound(text(callee)) ? text(callee) : null
  const object = childOfField(callee, 'object')
  const property = childOfField(callee, 'property')
  if (callee.type !== 'member_expression' || object === null || property === null) return null
  const name = text(property)
  return parametric.has(name) && (layersObject.test(text(object)) || bound(text(object))) ? name : null
}

const makesModels: ReadonlySet<string> = new Set(['sequential', 'model'])

/** `bound`: whether a name of the module stands for `tf.layers` or one of its functions. */
export function surveyOf(program: Program, bound: (name: string) => boolean): Survey {
  const constructors: Constructor[] = []
  const builders: Builder[] = []
  const visit = (node: SyntaxNode, around: Builder | null): void => {
    let own = around
    if (functionTypes.has(node.type)) {
      own = { node, makes: false, mentions: new Set() }
      builders.push(own)
    }
    if (node.type === 'identifier' || node.type === 'property_identifier') own?.mentions.add(program.text.slice(node.start, node.end))
    if (node.type === 'call_expression') {
      const name = layerOf(program, node, bound)
      const property = childOfField(childOfField(node, 'function') ?? node, 'property')
      const isModel = property !== null && makesModels.has(program.text.slice(property.start, property.end))
      if (own !== null && (name !== null || isModel)) own.makes = true
      if (name !== null) constructors.push({ callee: `tf.layers.${name}`, span: program.lines.span(node.start, node.end) })
    }
    for (const child of node.children) visit(child, own)
  }
  visit(program.root, null)
  return { constructors: constructors.sort((a, b) => a.span.start - b.span.start), builders }
}
