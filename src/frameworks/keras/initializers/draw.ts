/** Keras' initializers: the distribution that each draws for a weight of a shape. */
import type { Distribution, Fans } from '../../../graph'
import { shortNumber } from '../../torch/tensor/distribution'

export interface Drawn {
  readonly distribution: Distribution
  readonly label: string
}

export type Mode = 'fan_in' | 'fan_out' | 'fan_avg'
export type Family = 'uniform' | 'truncated_normal' | 'untruncated_normal'

/** Standard deviation of a standard normal cut at ±2: Keras divides by it, so that the variance is the one named. */
const cutDeviation = 0.87962566103423978

/** N(mean, std) cut at two standard deviations. */
export function cutNormal(mean: number, std: number): Distribution {
  return { kind: 'truncatedNormal', mean, std, low: mean - 2 * std, high: mean + 2 * std }
}

/** Variance scale/fan: U(±√(3·scale/fan)), a corrected truncated normal, or a normal. */
export function varianceScaling(fans: Fans, scale: number, mode: Mode, family: Family): Distribution {
  const fan = mode === 'fan_in' ? fans.fanIn : mode === 'fan_out' ? fans.fanOut : (fans.fanIn + fans.fanOut) / 2
  const variance = scale / Math.max(1, fan)
  if (family === 'uniform') {
    const limit = Math.sqrt(3 * variance)
    return { kind: 'uniform', low: -limit, high: limit }
  }
  const std = Math.sqrt(variance)
  return family === 'truncated_normal' ? cutNormal(0, std / cutDeviation) : { kind: 'normal', mean: 0, std }
}

interface Named {
  readonly scale: number
  readonly mode: Mode
  readonly family: Family
}

/** Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998. */
export const scalings: ReadonlyMap<string, Named> = new Map<string, Named>([
  ['GlorotUniform', { scale: 1, mode: 'fan_avg', family: 'uniform' }],
  ['GlorotNormal', { scale: 1, mode: 'fan_avg', family: 'truncated_normal' }],
  ['HeUniform', { scale: 2, mode: 'fan_in', family: 'uniform' }],
  ['HeNormal', { scale: 2, mode: 'fan_in', family: 'truncated_normal' }],
  ['LecunUniform', { scale: 1, mode: 'fan_in', family: 'uniform' }],
  ['LecunNormal', { scale: 1, mode: 'fan_in', family: 'truncated_normal' }],
])

export function constant(value: number): Drawn {
  const label = value === 0 ? 'zeros' : value === 1 ? 'ones' : `constant(${shortNumber(value)})`
  return { distribution: { kind: 'constant', value }, label }
}
