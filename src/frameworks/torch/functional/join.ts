/** Putting tensors together along an axis. */
import { sameShape } from '../shapes/broadcast'
import { sizes } from '../shapes/text'
import { runtimeError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { labelOf } from '../tensor/distribution'
import { emit } from '../tensor/emit'
import { count, replaced } from '../tensor/layout'
import { isRecorded } from '../tensor/operand'
import { promoted } from '../tensor/promote'
import { asShape, expand, insertAxis } from '../tensor/views'

export function concat(at: Site, tensors: readonly TensorValue[], dim: number): TensorValue {
  if (tensors.length === 0) runtimeError(at, 'torch.cat(): expected a non-empty list of Tensors')
  // torch lets a tensor of shape [0] join anything.
  const parts = tensors.filter(({ payload }) => payload.shape.length !== 1 || payload.shape[0] !== 0)
  const [first] = parts
  if (first === undefined) return tensors[0] as TensorValue
  const rank = first.payload.shape.length
  if (rank === 0) runtimeError(at, 'zero-dimensional tensor (at position 0) cannot be concatenated')
  const axis = dim < 0 ? dim + rank : dim
  for (const [which, { payload }] of parts.entries()) {
    if (payload.shape.length !== rank)
      runtimeError(at, `Tensors must have same number of dimensions: got ${rank} and ${payload.shape.length}`)
    const wrong = payload.shape.findIndex((size, own) => own !== axis && size !== first.payload.shape[own])
    if (wrong >= 0) {
      runtimeError(
        at,
        `Sizes of tensors must match except in dimension ${axis}. Expected size ${first.payload.shape[wrong]} but got size ${payload.shape[wrong]} for tensor number ${which} in the list.`,
      )
    }
  }
  if (parts.length === 1) return first
  const total = parts.reduce((sum, { payload }) => sum + (payload.shape[axis] as number), 0)
  const dtype = promoted(...parts.map(({ payload }) => payload.dtype))
  return emit(at, { op: { kind: 'concat', axis }, inputs: parts, output: { shape: replaced(first.payload.shape, axis, total), dtype } })
}

/** Along a new axis. */
export function stack(at: Site, tensors: readonly TensorValue[], dim: number): TensorValue {
  const [first] = tensors
  if (first === undefined) return runtimeError(at, 'stack expects a non-empty TensorList')
  const wrong = tensors.findIndex(({ payload }) => !sameShape(payload.shape, first.payload.shape))
  if (wrong >= 0) {
    runtimeError(
      at,
      `stack expects each tensor to be equal size, but got ${sizes(first.payload.shape)} at entry 0 and ${sizes((tensors[wrong] as TensorValue).payload.shape)} at entry ${wrong}`,
    )
  }
  const axis = dim < 0 ? dim + first.payload.shape.length + 1 : dim
  return concat(
    at,
    tensors.map((tensor) => insertAxis(at, tensor, axis)),
    axis,
  )
}

/** Tiles: output axis i is times[i] copies one after the other. `times` may have more entries than the tensor has axes. */
export function tile(at: Site, input: TensorValue, times: readonly number[]): TensorValue {
  const { shape, dtype } = input.payload
  if (times.length < shape.length) {
    runtimeError(at, `Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor`)
  }
  if (times.every((time) => time === 1) && times.length === shape.length) return input
  const padded = [...new Array<number>(times.length - shape.length).fill(1), ...shape]
  const output = padded.map((size, axis) => size * (times[axis] as number))
  if (count(output) > 1e12) runtimeError(at, 'repeat: the result is too large')
  if (isRecorded(at, input)) return tiledByCopies(at, input, padded, times)
  return emit(at, {
    op: { kind: 'repeat', times },
    inputs: [input],
    output: { shape: output, dtype },
    draw: ([base]) => ({ distribution: base ?? { kind: 'unknown', reason: 'no operand' }, label: labelOf(input) }),
  })
}

/** Copies along axes of size 1 are an expansion; only the others repeat what is there. */
function tiledByCopies(at: Site, input: TensorValue, padded: readonly number[], times: readonly number[]): TensorValue {
  const expanded = expand(
    at,
    asShape(at, input, padded),
    padded.map((size, axis) => (size === 1 ? (times[axis] as number) : size)),
  )
  const rest = times.map((time, axis) => (padded[axis] === 1 ? 1 : time))
  if (rest.every((time) => time === 1)) return expanded
  const { shape, dtype } = expanded.payload
  return emit(at, {
    op: { kind: 'repeat', times: rest },
    inputs: [expanded],
    output: { shape: shape.map((size, axis) => size * (rest[axis] as number)), dtype },
  })
}
