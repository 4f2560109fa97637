import type { PaddingMode } from '../../../graph'
import { runtimeError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'

/** `pairs` as F.pad takes them: (before, after) for the last axis, then the one before it, … Negative crops. */
export function pad(at: Site, input: TensorValue, pairs: readonly number[], mode: PaddingMode, value: number): TensorValue {
  const { shape, dtype } = input.payload
  if (pairs.length % 2 !== 0) runtimeError(at, 'Padding length must be divisible by 2')
  if (pairs.length / 2 > shape.length) runtimeError(at, 'Padding length too large')
  const padding = shape.map((_, axis) => {
    const from = 2 * (shape.length - 1 - axis)
    return [pairs[from] ?? 0, pairs[from + 1] ?? 0] as const
  })
  for (const [axis, [before, after]] of padding.entries()) {
    const size = shape[axis] as number
    if (mode === 'reflect' && Math.max(before, after) >= size) {
      runtimeError(
        at,
        `Argument #4: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${axis} of input [${shape.join(', ')}]`,
      )
    }
    if (size + before + after < 0)
      runtimeError(
        at,
        `The input size ${size}, plus negative padding ${before} and ${after}, resulted in a negative output size, which is invalid.`,
      )
  }
  if (padding.every(([before, after]) => before === 0 && after === 0)) return input
  const output = { shape: shape.map((size, axis) => size + (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0)), dtype }
  return emit(at, { op: { kind: 'pad', padding, mode, value }, inputs: [input], output })
}
