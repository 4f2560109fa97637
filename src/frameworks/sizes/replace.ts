import type { ModuleNode } from '../../python/ast'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** The tree with other values for the whole numbers that start at the offsets given. What holds none of them stays the same object. */
export function replaceIntegers(module: ModuleNode, values: ReadonlyMap<number, number>): ModuleNode {
  return replaced(module, values) as ModuleNode
}

function replaced(node: unknown, values: ReadonlyMap<number, number>): unknown {
  if (Array.isArray(node)) {
    const items: readonly unknown[] = node
    const next = items.map((item) => replaced(item, values))
    return next.some((item, index) => item !== items[index]) ? next : node
  }
  if (!isRecord(node)) return node
  if (node['kind'] === 'integer') {
    const value = isRecord(node['span']) ? values.get(Number(node['span']['start'])) : undefined
    return value === undefined ? node : { ...node, value }
  }
  const changed = Object.entries(node)
    .filter(([key]) => key !== 'span')
    .map(([key, value]) => [key, replaced(value, values)] as const)
    .filter(([key, value]) => value !== node[key])
  return changed.length === 0 ? node : { ...node, ...Object.fromEntries(changed) }
}
