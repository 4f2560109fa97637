/** Which axis of its inputs a network leaves alone, so that it numbers the samples. */
import type { Prediction } from '../analysis'
import type { Graph, Node } from '../graph'
import { predictRemembered } from './remembered'

const known = ({ forward }: Prediction): number => forward.filter((moments) => moments.known).length

/**
 * The graph with its samples along the second axis of its inputs where that lets more be predicted: a sequence that comes first
 * ([length, batch, features], `batch_first=False`) is mixed along the first. Null where the first axis does, as it does nearly always.
 */
export function samplesSecond(graph: Graph): Graph | null {
  const isFed = ({ op }: Node): boolean => op.kind === 'input'
  const inputs = graph.nodes.filter(isFed)
  if (inputs.length === 0 || inputs.some(({ outputs }) => (graph.tensors[outputs[0] ?? -1]?.shape.length ?? 0) < 2)) return null
  const first = predictRemembered(graph)
  if (first.forward.every((moments) => moments.known)) return null
  const turned: Graph = {
    ...graph,
    nodes: graph.nodes.map((node) => (node.op.kind === 'input' ? { ...node, op: { ...node.op, sampleAxis: 1 } } : node)),
  }
  return known(predictRemembered(turned)) > known(first) ? turned : null
}
