/** Computes operations on data whose numbers are known: drop-path rates, position tables, masks. */
import type { Op } from '../../../graph'
import type { Elements } from '../tensor'
import { count } from '../tensor/layout'
import { elementwise, expanded, mapped } from './broadcast'
import { foldMatmul } from './matmul'
import { foldAlong, foldConcat, foldPermute, foldPositions } from './rearrange'
import { foldReduce } from './reduce'
import { foldSoftmax } from './softmax'
import { activationOf } from './unary'

/** The output's numbers in row-major order; null for operations that are not computed on data. */
export function foldOp(
  op: Op,
  inputs: readonly Elements[],
  shapes: readonly (readonly number[])[],
  output: readonly number[],
): Elements | null {
  const x = inputs[0]
  const shape = shapes[0]
  if (x === undefined || shape === undefined) return null
  switch (op.kind) {
    case 'activation': {
      const f = activationOf(op.fn)
      return f === null ? null : mapped(x, count(shape), f)
    }
    case 'affine':
      return mapped(x, count(shape), (value) => op.factor * value + op.shift)
    case 'power':
      return mapped(x, count(shape), (value) => value ** op.exponent)
    case 'cast':
    case 'reshape':
      return x
    case 'add':
      if (inputs.length === 2) {
        const [left = 1, right = 1] = op.signs
        return elementwise(inputs, shapes, output, (a, b) => left * (a as number) + right * (b as number))
      }
      return elementwise(inputs, shapes, output, (...values) =>
        values.reduce((sum, value, which) => sum + (op.signs[which] ?? 1) * value, 0),
      )
    case 'multiply':
      return elementwise(inputs, shapes, output, (a, b) => (a as number) * (b as number))
    case 'divide':
      return elementwise(inputs, shapes, output, (a, b) => (a as number) / (b as number))
    case 'extremum': {
      const best = op.which === 'max' ? Math.max : Math.min
      return elementwise(inputs, shapes, output, best)
    }
    case 'where':
      return elementwise(inputs, shapes, output, (condition, a, b) => (condition !== 0 ? (a as number) : (b as number)))
    case 'matmul':
      return foldMatmul(inputs, shapes, output)
    case 'concat':
      return foldConcat(op.axis, inputs, shapes, output)
    case 'permute':
      return foldPermute(x, shape, output, op.order)
    case 'expand':
      return expanded(x, shape, output)
    case 'slice':
      return foldAlong(op.axis, x, shape, output, (along) => op.start + along * op.step)
    case 'gather': {
      const { indices } = op
      return indices === null ? null : foldAlong(op.axis, x, shape, output, (along) => indices[along] ?? Number.NaN)
    }
    case 'pad':
      if (op.mode !== 'zeros') return null
      return foldPositions(
        x,
        shape,
        output,
        (position, axis) => {
          const source = position - (op.padding[axis]?.[0] ?? 0)
          return source >= 0 && source < (shape[axis] as number) ? source : null
        },
        op.value,
      )
    case 'roll':
      return foldPositions(
        x,
        shape,
        output,
        (position, axis) => {
          const which = op.axes.indexOf(axis)
          const size = shape[axis] as number
          return which < 0 ? position : (((position - (op.shifts[which] as number)) % size) + size) % size
        },
        Number.NaN,
      )
    case 'flip':
      return foldPositions(
        x,
        shape,
        output,
        (position, axis) => (op.axes.includes(axis) ? (shape[axis] as number) - 1 - position : position),
        Number.NaN,
      )
    case 'repeat': {
      const skip = output.length - shape.length
      const padded = [...new Array<number>(skip).fill(1), ...shape]
      return foldPositions(x, padded, output, (position, axis) => position % (padded[axis] as number), Number.NaN)
    }
    case 'reduce':
      return foldReduce(op, x, shape)
    case 'softmax':
      return foldSoftmax(op, x, shape)
    default:
      return null
  }
}
