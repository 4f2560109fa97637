import type { Graph, OpKind, TensorId } from '../graph'

const rearranging: ReadonlySet<OpKind> = new Set<OpKind>(['reshape', 'expand', 'permute', 'cast'])

/** Whether a tensor is a parameter, however it is laid out: a factor that depends on no input. */
export function isLearned(graph: Graph, tensor: TensorId): boolean {
  const node = graph.nodes[graph.tensors[tensor]?.producer ?? -1]
  if (node === undefined) return false
  return node.op.kind === 'parameter' || (rearranging.has(node.op.kind) && isLearned(graph, node.inputs[0] ?? -1))
}
