import type { ActivationFunction } from '../../graph'
import type { RecommendationRule } from '../draft'
import { activationDisplayName } from '../names'

/** Slope on the negative side of a rectifier; null for other activations. PReLU starts at its drawn slope. */
export function rectifierSlope(fn: ActivationFunction): number | null {
  switch (fn.name) {
    case 'relu':
    case 'relu6':
      return 0
    case 'leakyRelu':
      return fn.slope
    case 'randomLeakyRelu':
      return (fn.lower + fn.upper) / 2
    default:
      return null
  }
}

/**
 * He et al. 2015: Var(w) = 2/((1 + a²)·fan_in), since E φ(z)² = (1 + a²)/2 · E z² for a rectifier of negative slope a.
 */
export const heForRectifiers: RecommendationRule = ({ feeds, fanIn, summedInputs }) => {
  if (feeds.kind !== 'activation' || fanIn === null || summedInputs === null) return null
  const slope = rectifierSlope(feeds.fn)
  if (slope === null) return null
  const name = activationDisplayName(feeds.fn)
  const numerator = slope === 0 ? '2' : `2/(1 + ${slope}²)`
  return {
    family: 'he',
    mode: 'fan_in',
    gain: Math.sqrt(2 / (1 + slope * slope)),
    fan: summedInputs,
    numerator,
    divisor: String(summedInputs),
    activation: feeds.fn,
    why:
      slope === 0
        ? `${name} zeroes half of what it gets, so the weights need twice 1/fan_in to keep the signal.`
        : `${name} with slope ${slope} keeps (1 + ${slope}²)/2 of the second moment; He with that slope makes up for it exactly.`,
  }
}
