import type { ActivationFunction } from '../../graph'
import { activationMoments } from '../../signal'
import type { RecommendationRule } from '../draft'
import { activationDisplayName } from '../names'

/** Activations without a name in the frameworks' gain tables, whose gain is computed. */
const smooth: ReadonlySet<ActivationFunction['name']> = new Set<ActivationFunction['name']>([
  'gelu',
  'geluTanh',
  'silu',
  'mish',
  'elu',
  'celu',
  'softplus',
  'hardSwish',
  'quickGelu',
  'abs',
  'square',
  'sin',
  'cos',
  'erf',
  'threshold',
  'hardShrink',
  'softShrink',
  'tanhshrink',
])

/**
 * gain = 1/√E φ(z)² for z ~ N(0, 1): the scale at which the next layer gets second moment 1 again.
 * null when the integral diverges or is zero.
 */
export function forwardGain(fn: ActivationFunction): number | null {
  const moments = activationMoments(fn, 0, 1)
  return moments !== null && Number.isFinite(moments.secondMoment) && moments.secondMoment > 0 ? 1 / Math.sqrt(moments.secondMoment) : null
}

/** The He scheme with the activation's own gain: Var(w) = gain²/fan_in. */
export const exactGainForSmoothActivations: RecommendationRule = ({ feeds, summedInputs }) => {
  if (feeds.kind !== 'activation' || !smooth.has(feeds.fn.name) || summedInputs === null) return null
  const gain = forwardGain(feeds.fn)
  if (gain === null) return null
  const name = activationDisplayName(feeds.fn)
  const squared = Number((gain * gain).toPrecision(4))
  return {
    family: 'he',
    mode: 'fan_in',
    gain,
    fan: summedInputs,
    numerator: String(squared),
    divisor: String(summedInputs),
    activation: feeds.fn,
    why: `${name} keeps ${Number((1 / (gain * gain)).toPrecision(3))} of a unit signal's second moment, so the weights need ${squared}/fan_in: He's rule with ${name}'s own gain.`,
  }
}
