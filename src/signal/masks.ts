/** Masks of attention scores, found in the graph: what is added to or filled into scores before a softmax reads them. */
import type { ConstantOp, Graph, TensorId, Triangle } from '../graph'
import { drawnConditionShare, drawnMaskShare } from './drawnMasks'
import { masked, producerOf } from './producer'

/** How many keys each query sees. */
export type Support = (query: number, queries: number, keys: number) => number

export const allKeys: Support = (_query, _queries, keys) => keys
/** Queries see the keys up to their own place; with more keys than queries the last query sees all. */
export const causalKeys: Support = (query, _queries, keys) => Math.min(keys, query + 1)

/**
 * The share of elements that a constant of zeros and very low numbers masks, as additive masks are (−∞, −1e9, −100); null for any other
 * constant. Without values, a constant that is v with probability f and else 0 has E[x²]/E[x] = v and E[x]²/E[x²] = f.
 */
export function maskedShare(op: ConstantOp): number | null {
  const { triangle, values, mean, secondMoment } = op
  if (triangle !== undefined)
    return Math.min(triangle.inside, triangle.outside) <= masked && Math.max(triangle.inside, triangle.outside) === 0 ? 0.5 : null
  if (values !== null && values.length > 0) {
    if (!values.every((value) => value === 0 || value <= masked)) return null
    const hidden = values.filter((value) => value <= masked).length
    return hidden === 0 ? null : hidden / values.length
  }
  if (mean === null || secondMoment === null || !(mean < 0)) return null
  return secondMoment / mean <= masked ? Math.min(1, (mean * mean) / secondMoment) : null
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
      const kept = fillsWhereTrue ? third : second
      const drawn = fillsWhereTrue === fillsWhereFalse ? null : drawnConditionShare(graph, first)
      if (drawn !== null) return thinned(supportOf(graph, kept), fillsWhereTrue ? drawn : 1 - drawn)
      if (triangle === undefined || fillsWhereTrue === fillsWhereFalse) return supportOf(graph, kept)
      return visible(triangle, (value) => (value !== 0) === fillsWhereTrue)
    }
    case 'add': {
      const scores = node.inputs.find((input) => drawnMaskShare(graph, input) === null)
      const hidden = node.inputs.flatMap((input) => drawnMaskShare(graph, input) ?? [])
      if (hidden.length > 0 && scores !== undefined)
        return hidden.reduce((support, share) => thinned(support, share), supportOf(graph, scores))
      // Masks may have been added to each other, or to position biases, before they are to scores.
      return node.inputs.map((input) => supportOf(graph, input)).find((support) => support !== allKeys) ?? allKeys
    }
    case 'constant': {
      const share = maskedShare(op)
      if (share === null) return allKeys
      return op.triangle === undefined ? thinned(allKeys, share) : visible(op.triangle, (value) => value <= masked)
    }
    case 'affine':
    case 'divide':
    case 'cast':
    case 'dropout':
    case 'reshape':
    case 'expand':
      return first === undefined ? allKeys : supportOf(graph, first)
    default:
      return allKeys
  }
}

/** What is left of the keys when a share of them is hidden at random. */
const thinned =
  (support: Support, hidden: number): Support =>
  (query, queries, keys) =>
    Math.max(1, support(query, queries, keys) * (1 - hidden))

function visible({ diagonal, inside, outside }: Triangle, hides: (value: number) => boolean): Support {
  if (hides(inside) === hides(outside)) return allKeys
  return (query, _queries, keys) => {
    const within = Math.min(keys, Math.max(0, query + diagonal + 1))
    return Math.max(1, hides(outside) ? within : keys - within)
  }
}
