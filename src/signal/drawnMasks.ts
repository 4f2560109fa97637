/** Masks that are computed from the tokens (ids ≠ padding), found in the graph behind scores. */
import type { CompareOp, Graph, InputDistribution, TensorId } from '../graph'
import { masked, producerOf } from './producer'

/** How many of the integers below `below` satisfy the relation. */
const satisfying: Readonly<Record<CompareOp['relation'], (below: number, to: number) => number>> = {
  eq: (below, to) => (Number.isInteger(to) && to >= 0 && to < below ? 1 : 0),
  ne: (below, to) => below - satisfying.eq(below, to),
  lt: (below, to) => Math.min(below, Math.max(0, Math.ceil(to))),
  ge: (below, to) => below - satisfying.lt(below, to),
  le: (below, to) => Math.min(below, Math.max(0, Math.floor(to) + 1)),
  gt: (below, to) => below - satisfying.le(below, to),
}

/** Share of tokens for which a comparison holds; null where what is compared is no input of tokens. */
export function shareOfTokens(
  graph: Graph,
  tensor: TensorId,
  op: CompareOp,
  distributionOf: (node: number, written: InputDistribution) => InputDistribution,
): number | null {
  const node = producerOf(graph, tensor)
  if (node === undefined || op.to === null) return null
  const [source] = node.inputs
  if (isView(node.op.kind)) return source === undefined ? null : shareOfTokens(graph, source, op, distributionOf)
  if (node.op.kind !== 'input') return null
  const distribution = distributionOf(node.id, node.op.distribution)
  return distribution.kind === 'tokens' ? satisfying[op.relation](distribution.below, op.to) / distribution.below : null
}

const isView = (kind: string): boolean =>
  kind === 'reshape' || kind === 'expand' || kind === 'cast' || kind === 'slice' || kind === 'permute'

/** A tensor of two values: `on` where a comparison of tokens holds, which it does for a share of them, else `off`. */
interface TwoValued {
  readonly on: number
  readonly off: number
  readonly share: number
}

function twoValued(graph: Graph, tensor: TensorId): TwoValued | null {
  const node = producerOf(graph, tensor)
  const [source] = node?.inputs ?? []
  if (node === undefined || source === undefined) return null
  const { op } = node
  if (op.kind === 'compare') {
    const share = shareOfTokens(graph, source, op, (_, written) => written)
    return share === null ? null : { on: 1, off: 0, share }
  }
  const inner = isView(op.kind) || op.kind === 'affine' ? twoValued(graph, source) : null
  if (inner === null || op.kind !== 'affine') return inner
  return { ...inner, on: inner.on * op.factor + op.shift, off: inner.off * op.factor + op.shift }
}

/** Share of the scores that a computed mask hides when it is added to them; null for a tensor that is none. */
export function drawnMaskShare(graph: Graph, tensor: TensorId): number | null {
  const mask = twoValued(graph, tensor)
  if (mask === null) return null
  const { on, off, share } = mask
  if (on <= masked && off === 0) return share
  return off <= masked && on === 0 ? 1 - share : null
}

/** Share of elements for which a computed condition holds; null where it is not computed from tokens. */
export function drawnConditionShare(graph: Graph, tensor: TensorId): number | null {
  const condition = twoValued(graph, tensor)
  if (condition === null) return null
  const { on, off, share } = condition
  return on !== 0 && off === 0 ? share : on === 0 && off !== 0 ? 1 - share : null
}
