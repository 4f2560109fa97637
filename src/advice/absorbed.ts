import type { Graph, Node, TensorId } from '../graph'

/**
 * The norm that makes the scale of `tensor` irrelevant, reached through ops that only rescale or rearrange; null when
 * something sees the scale first. A residual addition sees it: it weighs the branch against the stream.
 */
export function absorbingNorm(graph: Graph, consumers: readonly (readonly Node[])[], tensor: TensorId): Node | null {
  if (graph.outputs.includes(tensor)) return null
  const readers = consumers[tensor] ?? []
  const [only] = readers
  if (only === undefined || readers.length > 1) return null
  switch (only.op.kind) {
    case 'batchNorm':
      return only.op.batchStatistics ? only : null
    case 'layerNorm':
    case 'groupNorm':
      return only
    case 'reshape':
    case 'permute':
    case 'cast':
    case 'dropout': {
      const [output] = only.outputs
      return output === undefined ? null : absorbingNorm(graph, consumers, output)
    }
    default:
      return null
  }
}
