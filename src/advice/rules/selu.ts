import type { RecommendationRule } from '../draft'

/** Klambauer et al. 2017: SELU's fixed point needs Var(w) = 1/fan_in (LeCun). */
export const lecunForSelu: RecommendationRule = ({ feeds, summedInputs }) => {
  if (feeds.kind !== 'activation' || feeds.fn.name !== 'selu' || summedInputs === null) return null
  return {
    family: 'lecun',
    mode: 'fan_in',
    gain: 1,
    fan: summedInputs,
    numerator: '1',
    divisor: String(summedInputs),
    activation: feeds.fn,
    why: 'SELU pulls mean and variance to 0 and 1 by itself, but only when the weights have variance 1/fan_in.',
  }
}
