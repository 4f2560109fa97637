import type { ActivationFunction } from '../../graph'
import type { Draft, RecommendationRule, WeightContext } from '../draft'
import { activationDisplayName } from '../names'

const saturating: ReadonlySet<ActivationFunction['name']> = new Set<ActivationFunction['name']>([
  'sigmoid',
  'tanh',
  'softsign',
  'hardSigmoid',
  'hardTanh',
  'logSigmoid',
  'clippedLinear',
])

/** Glorot & Bengio 2010: Var(w) = 2/(fan_in + fan_out); the lesson's form is 1/fan_in. */
export function xavier(context: WeightContext, activation: ActivationFunction | null, why: string): Draft | null {
  const { fanIn, fanOut, options } = context
  if (fanIn === null || fanOut === null) return null
  return options.xavierVariance === 'lesson'
    ? { family: 'xavier', mode: 'fan_in', gain: 1, fan: fanIn, numerator: '1', divisor: String(fanIn), activation, why }
    : {
        family: 'xavier',
        mode: 'fan_avg',
        gain: 1,
        fan: (fanIn + fanOut) / 2,
        numerator: '2',
        divisor: `(${fanIn} + ${fanOut})`,
        activation,
        why,
      }
}

/** Sigmoid, tanh and their like are near linear around 0: keep the variance at 1 there and they do not saturate. */
export const xavierForSaturating: RecommendationRule = (context) => {
  const { feeds } = context
  if (feeds.kind !== 'activation' || !saturating.has(feeds.fn.name)) return null
  const name = activationDisplayName(feeds.fn)
  return xavier(
    context,
    feeds.fn,
    `${name} is nearly linear around 0 and flat far from it; Xavier keeps signal and gradient in the part that is not flat.`,
  )
}
