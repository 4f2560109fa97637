/** Calls in the tree of a script. */
import type { Span } from '../../graph'
import type { Program } from '../../javascript'
import { childOfField, type SyntaxNode } from '../../syntax'

/** The call that has exactly this span; null where the tree has none. */
export function callAt({ root, file }: Program, span: Span | null): SyntaxNode | null {
  if (span === null || span.file !== file) return null
  let node: SyntaxNode | undefined = root
  while (node !== undefined) {
    if (node.type === 'call_expression' && node.start === span.start && node.end === span.end) return node
    node = node.children.find((child) => child.start <= span.start && child.end >= span.end)
  }
  return null
}

/** Name of the function that a call calls: `dense` of `tf.layers.dense(…)`. */
export function calledName({ text }: Program, call: SyntaxNode): string {
  const callee = childOfField(call, 'function')
  const name = callee === null ? null : (childOfField(callee, 'property') ?? callee)
  return name === null ? '' : text.slice(name.start, name.end)
}
