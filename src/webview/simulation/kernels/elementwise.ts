import type { ActivationFunction } from '../../../graph'
import { scalarFunction } from '../../../signal/gaussian/activations'
import type { Random } from '../random'
import type { Done, Field } from './kernel'

export function activation(x: Field, fn: ActivationFunction): Done {
  const { value, derivative } = scalarFunction(fn)
  return {
    output: { shape: x.shape, data: x.data.map((z) => value(z)) },
    backward: (gradient) => [gradient.map((g, index) => g * derivative(x.data[index] as number))],
  }
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

export function sum(inputs: readonly Field[], signs: readonly (1 | -1)[], shape: readonly number[]): Done {
  const data = new Float32Array(inputs[0]?.data.length ?? 0)
  inputs.forEach((field, which) => {
    const sign = signs[which] ?? 1
    field.data.forEach((z, index) => {
      data[index] = (data[index] as number) + sign * z
    })
  })
  return {
    output: { shape: [inputs[0]?.shape[0] ?? 1, ...shape.slice(1)], data },
    backward: (gradient) => inputs.map((_, which) => (signs[which] === -1 ? gradient.map((g) => -g) : gradient)),
  }
}

/** The same numbers under another shape; nothing flows back where the graph says so. */
export function reshaped(x: Field, shape: readonly number[], stopGradient: boolean): Done {
  return { output: { shape: [x.shape[0] ?? 1, ...shape.slice(1)], data: x.data }, backward: (gradient) => [stopGradient ? null : gradient] }
}
