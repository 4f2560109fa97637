/** Matrix products, and their form with a weight of the program's own, which is what a dense layer does. */
import { asIntegers, asItems } from '../../../python/guards'
import type { Value } from '../../../python/values'
import { multiply } from '../../torch/functional/arithmetic'
import { cast } from '../../torch/functional/cast'
import { einsum } from '../../torch/functional/einsum'
import { matmul } from '../../torch/functional/matmul'
import { reduce } from '../../torch/functional/reduce'
import type { Site } from '../../torch/site'
import type { TensorValue } from '../../torch/tensor'
import { isTensor } from '../../torch/tensor'
import { reshape } from '../../torch/tensor/views'
import { type ArrayCall, toTensor } from './call'
import type { ArrayFunction } from './declare'
import { contracted } from './weighted'

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** An einsum of two operands, of which the second may be a weight; else as it is. */
export function product(at: Site, equation: string, operands: readonly TensorValue[]): TensorValue {
  const [first, second] = operands
  if (operands.length === 2 && first !== undefined && second !== undefined) {
    const linear = contracted(at, equation, first, second)
    if (linear !== null) return linear
  }
  return einsum(at, equation, operands)
}

/** numpy's dot and matmul. */
function times(call: ArrayCall, a: TensorValue, b: TensorValue): TensorValue {
  const [left, right] = [a.payload.shape.length, b.payload.shape.length]
  if (left === 0 || right === 0) return multiply(call, a, b)
  if (right === 2 && left >= 1) {
    const inner = letters.slice(0, left)
    const linear = contracted(call, `${inner},${inner.at(-1)}z->${inner.slice(0, -1)}z`, a, b)
    if (linear !== null) return linear
  }
  return matmul(call, a, b)
}

/** The equation of `lax.dot_general` and `tensordot`: batch axes, free axes of the left, free axes of the right. */
export function dotEquation(
  leftRank: number,
  rightRank: number,
  contracting: readonly [readonly number[], readonly number[]],
  batch: readonly [readonly number[], readonly number[]],
): string {
  const left = [...letters.slice(0, leftRank)]
  const right = [...letters.slice(leftRank, leftRank + rightRank)]
  for (const [own, other] of [contracting, batch]) for (const [index, axis] of own.entries()) right[other[index] ?? 0] = left[axis] ?? 'a'
  const free = (of: readonly string[], axes: readonly number[]) => of.filter((_, axis) => !axes.includes(axis))
  const output = [
    ...batch[0].map((axis) => left[axis] ?? 'a'),
    ...free(left, [...contracting[0], ...batch[0]]),
    ...free(right, [...contracting[1], ...batch[1]]),
  ]
  return `${left.join('')},${right.join('')}->${output.join('')}`
}

/** Two lists of axes. */
function axisPair(value: Value | undefined): readonly [readonly number[], readonly number[]] | null {
  const [first, second] = (value === undefined ? undefined : asItems(value)) ?? []
  const own = (each: Value | undefined) => (each === undefined ? undefined : asItems(each)?.length === 0 ? [] : asIntegers(each))
  const [a, b] = [own(first), own(second)]
  return a === undefined || b === undefined ? null : [a, b]
}

export const productFunctions: readonly ArrayFunction[] = [
  {
    names: ['matmul', 'dot', 'batch_matmul'],
    parameters: 'a, b, precision=None, preferred_element_type=None, out_sharding=None',
    body: (call) => times(call, cast(call, call.tensor('a'), 'float'), cast(call, call.tensor('b'), 'float')),
  },
  {
    names: ['inner'],
    parameters: 'a, b, precision=None',
    body: (call) => {
      const [a, b] = [call.tensor('a'), call.tensor('b')]
      return reduce(call, multiply(call, a, b), 'sum', [a.payload.shape.length - 1], false)
    },
  },
  {
    names: ['outer'],
    parameters: 'a, b',
    body: (call) => multiply(call, reshape(call, call.tensor('a'), [-1, 1]), reshape(call, call.tensor('b'), [1, -1])),
  },
  {
    names: ['einsum'],
    parameters:
      'subscripts, *operands, out=None, optimize=None, precision=None, preferred_element_type=None, out_sharding=None, dtype=None',
    body: (call) => {
      const equation = call.text('subscripts')
      const operands = call.rest('operands').map((value) => toTensor(call, value))
      return equation === null || !operands.every((each) => each !== null) ? null : product(call, equation, operands)
    },
  },
  {
    names: ['tensordot'],
    parameters: 'a, b, axes=2, precision=None, preferred_element_type=None',
    body: (call) => {
      const [a, b] = [call.tensor('a'), call.tensor('b')]
      const [left, right] = [a.payload.shape.length, b.payload.shape.length]
      const number = call.value('axes')
      const axes: readonly [readonly number[], readonly number[]] | null =
        number.kind === 'int'
          ? [
              Array.from({ length: Number(number.value) }, (_, index) => left - Number(number.value) + index),
              Array.from({ length: Number(number.value) }, (_, index) => index),
            ]
          : axisPair(number)
      if (axes === null) return null
      const positive = (list: readonly number[], rank: number) => list.map((axis) => (axis < 0 ? axis + rank : axis))
      return product(call, dotEquation(left, right, [positive(axes[0], left), positive(axes[1], right)], [[], []]), [a, b])
    },
  },
  {
    names: ['dot_general'],
    parameters: 'lhs, rhs, dimension_numbers, precision=None, preferred_element_type=None, out_sharding=None',
    body: (call) => {
      const [contracting, batch] = (asItems(call.value('dimension_numbers')) ?? []).map(axisPair)
      const [a, b] = [call.value('lhs'), call.value('rhs')]
      if (!contracting || !batch || !isTensor(a) || !isTensor(b)) return null
      return product(call, dotEquation(a.payload.shape.length, b.payload.shape.length, contracting, batch), [a, b])
    },
  },
]
