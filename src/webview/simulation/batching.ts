import type { Graph, Node } from '../../graph'
import { memo } from '../model/memo'

/**
 * Which tensors have the batch as their first axis; null where an operation mixes it with another, so that the batch cannot be made
 * smaller by leaving samples out.
 */
export const batchedTensors = memo((graph: Graph): readonly boolean[] | null => {
  const batched: boolean[] = graph.tensors.map(() => false)
  for (const node of graph.nodes) {
    const keeps = keepsBatch(graph, node, batched)
    if (keeps === null) return null
    for (const id of node.outputs) batched[id] = keeps
  }
  return batched
})

/** Whether a node's output has the batch as its first axis; null when it has it somewhere else, or mixed. */
function keepsBatch({ tensors }: Graph, { op, inputs, outputs }: Node, batched: readonly boolean[]): boolean | null {
  if (op.kind === 'input') return true
  const from = inputs.filter((id) => batched[id])
  if (from.length === 0) return false
  const shape = tensors[outputs[0] ?? -1]?.shape ?? []
  const ranks = from.map((id) => tensors[id]?.shape.length ?? 0)
  const sameRank = ranks.every((rank) => rank === shape.length)
  switch (op.kind) {
    case 'concat':
      return op.axis !== 0 && from.length === inputs.length ? true : null
    case 'permute':
      return op.order[0] === 0 ? true : null
    case 'slice':
    case 'gather':
      return op.axis !== 0 ? true : null
    case 'softmax':
    case 'gated':
      return op.axis !== 0 ? true : null
    case 'layerNorm':
    case 'reduce':
    case 'flip':
    case 'roll':
      return op.axes.includes(0) ? null : true
    case 'reshape':
      return from.every((id) => tensors[id]?.shape[0] === shape[0]) ? true : null
    case 'repeat':
      return sameRank && (op.times[0] ?? 1) === 1 ? true : null
    case 'pad': {
      const [before, after] = op.padding[0] ?? [0, 0]
      return before === 0 && after === 0 ? true : null
    }
    case 'recurrent':
      // Its states have the batch as their second axis.
      return null
    case 'embedding':
      return op.bag === null ? true : null
    case 'matmul':
      // The batch is an axis of rows or columns, or one that goes before them.
      return sameRank && (shape.length > 2 || batched[inputs[0] ?? -1] === true) && !(shape.length === 2 && batched[inputs[1] ?? -1])
        ? true
        : null
    default:
      return sameRank ? true : null
  }
}
