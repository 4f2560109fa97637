import type { Graph } from '../../graph'
import { byDefinition, type FindingRule, layersOf, named } from './rule'

/** Gers et al. 2000, Jozefowicz et al. 2015: a forget gate that starts half closed halves the memory at every step. */
export const forgetGateBias: FindingRule = {
  id: 'forget-gate-bias',
  severity: 'information',
  title: 'Forget gate starts half closed',
  check(context) {
    const { graph } = context
    const half = layersOf(context).filter(({ parameter, call }) => {
      if (parameter.role !== 'recurrentKernel') return false
      const node = graph.nodes.find((candidate) => candidate.call === call.id && candidate.op.kind === 'recurrent')
      if (node?.op.kind !== 'recurrent' || node.op.cell !== 'lstm') return false
      const biases = node.op.layers.flat().flatMap((layer) => [layer.inputBias, layer.recurrentBias])
      return biases.every((bias) => bias === null || graph.parameters[bias]?.initializer.distribution.kind !== 'mixture')
    })
    return byDefinition(half).flatMap((layers) => {
      const [first] = layers
      if (first === undefined) return []
      return [
        {
          message: `The forget gate of ${named(layers)} starts at sigmoid(0) = 0.5, so the cell forgets half of what it holds at every step; a bias of 1 keeps 73 %.`,
          span: first.call.definition,
          calls: layers.map(({ call }) => call.id),
          mendedBy: layers.flatMap(({ call }) => biasesOf(graph, call.id)),
        },
      ]
    })
  },
}

/** Biases of a recurrent call: those of the input take the forget gate's one, the others go to zero. */
function biasesOf(graph: Graph, call: number): readonly number[] {
  return (graph.calls[call]?.parameters ?? []).filter((id) => graph.parameters[id]?.role === 'bias')
}
