import type { ModelAnalysis } from '../../analysis'
import type { EditRequest } from '../../protocol'
import { type Experiment, overridesOf } from './experiment'

/** The experiment as an edit of the file: initializers and activations; the input's statistics are no part of the model. */
export function experimentEdit(experiment: Experiment, model: ModelAnalysis, xavier: 'glorot' | 'lesson'): EditRequest {
  const { initializers, activations } = overridesOf(experiment, model.graph, model.weights, xavier)
  return {
    kind: 'experiment',
    initializers: [...initializers].map(([parameter, initializer]) => ({ parameter, initializer })),
    activations: [...activations].map(([node, fn]) => ({ node, fn })),
  }
}
