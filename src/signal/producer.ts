import type { Graph, Node, TensorId } from '../graph'

export function producerOf(graph: Graph, tensor: TensorId): Node | undefined {
  return graph.nodes[graph.tensors[tensor]?.producer ?? -1]
}

/** Scores below this are as good as −∞ where the others are near 0. */
export const masked = -50
