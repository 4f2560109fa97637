/** Masks of attention scores, found in the graph: what is added to or filled into scores before a softmax reads them. */
import type { ConstantOp, Graph, Node, TensorId, Triangle } from '../graph'

/** How many keys each query sees. */
export type Support = (query: number, queries: number, keys: number) => number

export const allKeys: Support = (_query, _queries, keys) => keys
/** Queries see the keys up to their own place; with more keys than queries the last query sees all. */
export const causalKeys: Support = (query, _queries, keys) => Math.min(keys, query + 1)

/** Scores below this are as good as −∞. */
const masked = -1e4

export function producerOf(graph: Graph, tensor: TensorId): Node | undefined {
  return graph.nodes[graph.tensors[tensor]?.producer ?? -1]
}

/** Whether a constant only masks: its values are zero, or so low that a softmax gives them nothing. */
export function isMaskValue(graph: Graph, tensor: TensorId): boolean {
  const op = constantBehind(graph, tensor)
  return op !== null && op.values !== null && op.values.length > 0 && op.values.every((value) => value <= masked)
}

/** The constant that a tensor is, through views of it. */
export function constantBehind(graph: Graph, tensor: TensorId): ConstantOp | null {
  const node = producerOf(graph, tensor)
  if (node === undefined) return null
  if (node.op.kind === 'constant') return node.op
  const [source] = node.inputs
  const isView = node.op.kind === 'reshape' || node.op.kind === 'expand' || node.op.kind === 'cast'
  return isView && source !== undefined ? constantBehind(graph, source) : null
}

/** The keys that each query of a score tensor sees, walking back from it over masks and scales to the product. */
export function supportOf(graph: Graph, scores: TensorId): Support {
  const node = producerOf(graph, scores)
  if (node === undefined) return allKeys
  const { op } = node
  const [first, second, third] = node.inputs
  switch (op.kind) {
    case 'where': {
      if (first === undefined || second === undefined || third === undefined) return allKeys
      const triangle = constantBehind(graph, first)?.triangle
      const fillsWhereTrue = isMaskValue(graph, second)
      const fillsWhereFalse = isMaskValue(graph, third)
      if (triangle === undefined || fillsWhereTrue === fillsWhereFalse) return supportOf(graph, fillsWhereTrue ? third : second)
      return visible(triangle, (value) => (value !== 0) === fillsWhereTrue)
    }
    case 'add': {
      const mask = node.inputs.map((input) => constantBehind(graph, input)?.triangle).find((found) => found !== undefined)
      if (mask !== undefined) return visible(mask, (value) => value <= masked)
      return first === undefined ? allKeys : supportOf(graph, first)
    }
    case 'affine':
    case 'divide':
    case 'cast':
    case 'dropout':
    case 'reshape':
      return first === undefined ? allKeys : supportOf(graph, first)
    default:
      return allKeys
  }
}

function visible({ diagonal, inside, outside }: Triangle, hides: (value: number) => boolean): Support {
  if (hides(inside) === hides(outside)) return allKeys
  return (query, _queries, keys) => {
    const within = Math.min(keys, Math.max(0, query + diagonal + 1))
    return Math.max(1, hides(outside) ? within : keys - within)
  }
}
