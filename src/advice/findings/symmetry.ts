import { mayStartAtZero } from '../zeroStart'
import { byInitializer, type FindingRule, layersOf, named } from './rule'

/** Units that start equal get equal gradients and stay equal: the layer has one unit's worth of freedom. */
export const constantWeights: FindingRule = {
  id: 'constant-weights',
  severity: 'error',
  title: 'Constant weights stay equal',
  check(context) {
    const constant = layersOf(context).filter(({ parameter, output }) => {
      const { distribution } = parameter.initializer
      if (distribution.kind !== 'constant' || parameter.shape.length < 2 || (parameter.shape[0] ?? 1) < 2) return false
      // A zeroed layer whose inputs differ learns from its first step on when it is the last, or closes a residual branch.
      return distribution.value !== 0 || !mayStartAtZero(context.graph.outputs, context.consumers, output)
    })
    return byInitializer(constant).flatMap((layers) => {
      const [first] = layers
      if (first === undefined) return []
      const { distribution } = first.parameter.initializer
      const value = distribution.kind === 'constant' ? distribution.value : 0
      return [
        {
          message: `All weights of ${named(layers)} start at ${value}, so its units are copies of each other and get the same gradient for ever.`,
          span: first.parameter.initializer.span ?? first.call.definition,
          calls: layers.map(({ call }) => call.id),
          mendedBy: layers.map(({ parameter }) => parameter.id),
        },
      ]
    })
  },
}
