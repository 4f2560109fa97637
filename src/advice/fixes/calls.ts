import type { Span } from '../../graph'
import type { CallNode, ModuleNode } from '../../python'

/** The call expression that has exactly this span; null when the tree has none. */
export function callAt(module: ModuleNode, span: Span | null): CallNode | null {
  if (span === null || span.file !== module.file) return null
  return descend(module, span)
}

/** Only nodes that cover the span are entered, so the walk is as deep as the tree and no wider. */
function descend(node: unknown, span: Span): CallNode | null {
  if (Array.isArray(node)) {
    for (const item of node) {
      const found = descend(item, span)
      if (found !== null) return found
    }
    return null
  }
  if (!isObject(node)) return null
  const own = node['span']
  if (isSpan(own)) {
    if (own.start > span.start || own.end < span.end) return null
    if (node['kind'] === 'call' && own.start === span.start && own.end === span.end) return node as unknown as CallNode
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === 'span' || typeof value !== 'object') continue
    const found = descend(value, span)
    if (found !== null) return found
  }
  return null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isSpan(value: unknown): value is Span {
  return isObject(value) && typeof value['start'] === 'number' && typeof value['end'] === 'number'
}
