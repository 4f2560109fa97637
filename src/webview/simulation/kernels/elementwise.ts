import type { ActivationFunction } from '../../../graph'
import { scalarFunction } from '../../../signal/gaussian/activations'
import type { Random } from '../random'
import type { Done, Field } from './kernel'

/** y = f(x), elementwise. */
export function mapped(x: Field, value: (z: number) => number, derivative: (z: number) => number): Done {
  return {
    output: { shape: x.shape, data: x.data.map((z) => value(z)) },
    backward: (gradient) => [gradient.map((g, index) => g * derivative(x.data[index] as number))],
  }
}

export function activation(x: Field, fn: ActivationFunction): Done {
  const { value, derivative } = scalarFunction(fn)
  return mapped(x, value, derivative)
}

/** Each element kept with probability 1 − rate, scaled up for it when `rescale`. */
export function dropout(x: Field, rate: number, rescale: boolean, random: Random): Done {
  const factor = rescale ? 1 / (1 - rate) : 1
  const mask = Float32Array.from(x.data, () => (random.uniform() < rate ? 0 : factor))
  return {
    output: { shape: x.shape, data: x.data.map((z, index) => z * (mask[index] as number)) },
    backward: (gradient) => [gradient.map((g, index) => g * (mask[index] as number))],
  }
}

/** The same numbers under another shape; nothing flows back where the graph says so. */
export function reshaped(x: Field, shape: readonly number[], stopGradient: boolean): Done {
  return { output: { shape, data: x.data }, backward: (gradient) => [stopGradient ? null : gradient] }
}
