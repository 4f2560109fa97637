import { formatNumber } from '../../graph'
import { bestPassing } from '../../signal'
import { byDefinition, type FindingRule, layersOf, named, signalAt, verb } from './rule'

/** Pre-activation second moment at which most of a saturating unit's mass lies where its slope is under a tenth: σ = 3 for tanh, 6 for sigmoid. */
const saturatedAt: Readonly<Record<string, number>> = { tanh: 9, sigmoid: 36, softsign: 81, hard_tanh: 4, hard_sigmoid: 36 }

/** Inputs or weights so large that the activation behind is flat for most of them. */
export const saturatingLayer: FindingRule = {
  id: 'saturating-layer',
  severity: 'warning',
  title: 'Activation starts saturated',
  check(context) {
    const saturated = layersOf(context).filter(({ advice, output }) => {
      const moment = signalAt(context.current, output)
      const limit = saturatedAt[advice.activation ?? '']
      return moment !== null && limit !== undefined && moment > limit
    })
    return byDefinition(saturated).flatMap((layers) => {
      const [first] = layers
      if (first === undefined) return []
      return [
        {
          message: `${named(layers)} ${verb(layers, 'feeds', 'feed')} ${first.advice.activation} a second moment of ${formatNumber(signalAt(context.current, first.output) ?? Number.NaN, 2)}: it starts in the flat part, where hardly any gradient passes.`,
          span: first.call.definition,
          calls: layers.map(({ call }) => call.id),
          mendedBy: layers.map(({ parameter }) => parameter.id),
        },
      ]
    })
  },
}

/** Sigmoids in a row that no initialization saves: what one passes of the gradient while most of its units respond, to the power of the depth. */
export const deepSigmoid: FindingRule = {
  id: 'deep-sigmoid',
  severity: 'warning',
  title: 'Sigmoids too deep to train',
  check(context) {
    const sigmoids = layersOf(context).filter(({ advice, parameter }) => advice.activation === 'sigmoid' && parameter.role === 'weight')
    const [first] = sigmoids
    if (first === undefined || sigmoids.length < 4 || sigmoids.length < 0.7 * context.weights.length) return []
    const { factor } = bestPassing({ name: 'sigmoid' })
    const left = factor ** sigmoids.length
    return [
      {
        message: `${sigmoids.length} sigmoid layers in a row: each passes at most ${formatNumber(factor, 2)} of the gradient's second moment before its units saturate, all together ${formatNumber(left, 1)}, and 1/16 each at Xavier's scale. No initialization helps; tanh, ReLU, a norm or residual connections do.`,
        span: first.call.definition,
        calls: sigmoids.map(({ call }) => call.id),
      },
    ]
  },
}
