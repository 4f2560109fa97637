/** Between numpy's arrays and tensors. */
import { type ArrayPayload, makeArray } from '../../../python/library'
import { unknown } from '../../../python/make'
import type { Value } from '../../../python/values'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { numbersOf } from '../tensor/elements'
import { drawnTensor, knownTensor, unknownData } from '../tensor/make'

/** What the array holds: its numbers, what they were drawn from, or its shape alone. */
export function tensorFromArray(at: Site, { shape, type, values, draw }: ArrayPayload): TensorValue {
  if (values !== null) {
    const numbers = [...values]
    return knownTensor(at, shape, type, (index) => numbers[index] ?? Number.NaN, 'from numpy')
  }
  if (draw === null) return unknownData(at, shape, type, 'the numbers of this array are not known')
  const half = Math.sqrt(3) * draw.std
  const distribution =
    draw.kind === 'normal'
      ? ({ kind: 'normal', mean: draw.mean, std: draw.std } as const)
      : ({ kind: 'uniform', low: draw.mean - half, high: draw.mean + half } as const)
  return drawnTensor(at, shape, distribution, `numpy ${draw.kind}`, type)
}

/** `tensor.numpy()`. */
export function arrayFromTensor(at: Site, tensor: TensorValue): Value {
  const { shape, dtype } = tensor.payload
  const numbers = numbersOf(tensor)
  return numbers === null
    ? unknown('the values of this tensor are only known when the model runs', at.span)
    : makeArray(shape, numbers, dtype)
}
