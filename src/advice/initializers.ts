import type { ModelAnalysis, WeightAdvice } from '../analysis'
import type { Distribution, Graph, Initializer } from '../graph'
import { writtenBias } from './biases'

/** What every parameter would be drawn from with the advice applied: weights as recommended, with the biases of those that change. */
export function recommendedInitializers(
  graph: Graph,
  advice: readonly Pick<WeightAdvice, 'parameter' | 'call' | 'recommended'>[],
  framework: ModelAnalysis['framework'],
): ReadonlyMap<number, Initializer> {
  const initializers = new Map<number, Initializer>()
  for (const entry of advice) {
    initializers.set(entry.parameter, entry.recommended.initializer)
    if (entry.recommended.initializer === graph.parameters[entry.parameter]?.initializer) continue
    for (const id of graph.calls[entry.call]?.parameters ?? []) {
      const bias = graph.parameters[id]
      const advised = bias?.role === 'bias' ? writtenBias(graph, bias, framework) : null
      if (advised !== null) initializers.set(id, advised.initializer)
    }
  }
  return initializers
}

/** "Small random numbers": every weight from N(0, 0.01²), biases at zero, which the lesson warns of. */
export function smallRandomInitializers(graph: Graph): ReadonlyMap<number, Initializer> {
  const initializers = new Map<number, Initializer>()
  for (const parameter of graph.parameters) {
    switch (parameter.role) {
      case 'weight':
      case 'embedding':
      case 'recurrentKernel':
        initializers.set(parameter.id, written({ kind: 'normal', mean: 0, std: 0.01 }, 'N(0, 0.01²)'))
        break
      case 'bias':
        initializers.set(parameter.id, written({ kind: 'constant', value: 0 }, 'zeros'))
        break
      default:
        break
    }
  }
  return initializers
}

function written(distribution: Distribution, label: string): Initializer {
  return { distribution, label, origin: 'written', span: null }
}
