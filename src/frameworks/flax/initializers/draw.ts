/** What the initializers of `jax.nn.initializers` draw. */
import type { Distribution, Fans } from '../../../graph'
import { shortNumber } from '../../torch/tensor/distribution'

export interface Drawn {
  readonly distribution: Distribution
  readonly label: string
}

export type Mode = 'fan_in' | 'fan_out' | 'fan_avg' | 'fan_geo_avg'
export type Family = 'truncated_normal' | 'normal' | 'uniform'

/** Standard deviation of a standard normal cut at ±2: variance scaling divides by it, so that the variance is the one named. */
const cutDeviation = 0.87962566103423978

/** Which axes of a shape count as input, output and copies; the others are the window. */
export interface Axes {
  readonly input: readonly number[]
  readonly output: readonly number[]
  readonly batch: readonly number[]
}

export const lastTwo: Axes = { input: [-2], output: [-1], batch: [] }

/** fan_in and fan_out of a shape: its input axes times the window, its output axes times the window; null without such axes. */
export function jaxFans(shape: readonly number[], { input, output, batch }: Axes = lastTwo): Fans | null {
  const size = (axes: readonly number[]): number | null => {
    let product = 1
    for (const axis of axes) {
      const own = shape.at(axis)
      if (own === undefined || axis >= shape.length || axis < -shape.length) return null
      product *= own
    }
    return product
  }
  const [ins, outs, copies] = [size(input), size(output), size(batch)]
  if (ins === null || outs === null || copies === null || ins * outs * copies === 0) return null
  const field = shape.reduce((product, each) => product * each, 1) / (ins * outs * copies)
  return { fanIn: ins * field, fanOut: outs * field }
}

/** Normal(0, std) cut at `low` and `high` standard deviations, as `jax.random.truncated_normal` times std draws it. */
export function cutNormal(std: number, low = -2, high = 2): Distribution {
  return { kind: 'truncatedNormal', mean: 0, std, low: low * std, high: high * std }
}

/** Variance scale/fan: U(±√(3·scale/fan)), a corrected truncated normal, or a normal. */
export function varianceScaling({ fanIn, fanOut }: Fans, scale: number, mode: Mode, family: Family): Distribution {
  const fans: Record<Mode, number> = {
    fan_in: fanIn,
    fan_out: fanOut,
    fan_avg: (fanIn + fanOut) / 2,
    fan_geo_avg: Math.sqrt(fanIn * fanOut),
  }
  const variance = scale / fans[mode]
  const std = Math.sqrt(variance)
  if (family === 'uniform') return { kind: 'uniform', low: -Math.sqrt(3) * std, high: Math.sqrt(3) * std }
  return family === 'truncated_normal' ? cutNormal(std / cutDeviation) : { kind: 'normal', mean: 0, std }
}

export function constant(value: number): Drawn {
  return {
    distribution: { kind: 'constant', value },
    label: value === 0 ? 'zeros' : value === 1 ? 'ones' : `constant(${shortNumber(value)})`,
  }
}
