/**
 * Tensors that show the elements of another in a new arrangement. Data gives a view of the same storage (a copy only where torch
 * copies too); in a recorded run the operation is recorded.
 */

import { sameShape } from '../shapes/broadcast'
import { expandedShape, flattenedShape, reshapedShape } from '../shapes/reshape'
import type { Site } from '../site'
import type { DataSource, TensorValue } from '../tensor'
import { distributionOf } from './distribution'
import { viewElements } from './elements'
import { emit } from './emit'
import { count, inserted, isRowMajor, replaced, rowMajor } from './layout'
import { complexTensor, drawnTensor, knownTensor, wrapTensor } from './make'
import { isRecorded } from './operand'

/** The data behind a tensor that is not recorded. */
export function unrecorded(at: Site, tensor: TensorValue): DataSource | null {
  const { source } = tensor.payload
  return source.kind === 'data' && !isRecorded(at, tensor) ? source : null
}

function view(
  at: Site,
  tensor: TensorValue,
  source: DataSource,
  shape: readonly number[],
  offset: number,
  strides: readonly number[],
): TensorValue {
  return wrapTensor(at, {
    kind: 'tensor',
    shape,
    dtype: tensor.payload.dtype,
    source: { kind: 'data', storage: source.storage, layout: { offset, strides } },
  })
}

/** `shape` has as many elements as the tensor. */
export function asShape(at: Site, tensor: TensorValue, shape: readonly number[]): TensorValue {
  const { pair } = tensor.payload
  if (pair !== undefined) return complexTensor(at, asShape(at, pair, [...shape, 2]))
  const { payload } = tensor
  const source = unrecorded(at, tensor)
  if (source === null) {
    if (sameShape(shape, payload.shape)) return tensor
    return emit(at, { op: { kind: 'reshape' }, inputs: [tensor], output: { shape, dtype: payload.dtype } })
  }
  if (isRowMajor(payload.shape, source.layout)) return view(at, tensor, source, shape, source.layout.offset, rowMajor(shape))
  const elements = viewElements(source, payload.shape)
  if (elements !== null) return knownTensor(at, shape, payload.dtype, elements)
  return drawnTensor(at, shape, distributionOf(tensor), source.storage.initializer.label, payload.dtype)
}

export function reshape(at: Site, tensor: TensorValue, wanted: readonly number[]): TensorValue {
  return asShape(at, tensor, reshapedShape(at, tensor.payload.shape, wanted))
}

/** Joins axes start … end. */
export function flatten(at: Site, tensor: TensorValue, start: number, end: number): TensorValue {
  return asShape(at, tensor, flattenedShape(tensor.payload.shape, start, end))
}

/** Output axis i is input axis order[i]. */
export function permute(at: Site, tensor: TensorValue, order: readonly number[]): TensorValue {
  const { payload } = tensor
  if (payload.pair !== undefined) return complexTensor(at, permute(at, payload.pair, [...order, order.length]))
  if (order.every((from, axis) => from === axis)) return tensor
  const pick = (of: readonly number[]) => order.map((axis) => of[axis] as number)
  const shape = pick(payload.shape)
  const source = unrecorded(at, tensor)
  if (source !== null) return view(at, tensor, source, shape, source.layout.offset, pick(source.layout.strides))
  return emit(at, { op: { kind: 'permute', order }, inputs: [tensor], output: { shape, dtype: payload.dtype } })
}

export function transpose(at: Site, tensor: TensorValue, a: number, b: number): TensorValue {
  const order = [...tensor.payload.shape.keys()]
  order[a] = b
  order[b] = a
  return permute(at, tensor, order)
}

/** −1 keeps an axis. */
export function expand(at: Site, tensor: TensorValue, wanted: readonly number[]): TensorValue {
  const { payload } = tensor
  if (payload.pair !== undefined) return complexTensor(at, expand(at, payload.pair, [...wanted, 2]))
  const shape = expandedShape(at, payload.shape, wanted)
  if (sameShape(shape, payload.shape)) return tensor
  const source = unrecorded(at, tensor)
  if (source === null) return emit(at, { op: { kind: 'expand' }, inputs: [tensor], output: { shape, dtype: payload.dtype } })
  const skip = shape.length - payload.shape.length
  const strides = shape.map((size, axis) =>
    axis < skip || (payload.shape[axis - skip] === 1 && size !== 1) ? 0 : (source.layout.strides[axis - skip] as number),
  )
  return view(at, tensor, source, shape, source.layout.offset, strides)
}

/** start:stop:step on one axis, already within bounds. */
export function slice(at: Site, tensor: TensorValue, axis: number, start: number, stop: number, step = 1): TensorValue {
  const { payload } = tensor
  if (payload.pair !== undefined) return complexTensor(at, slice(at, payload.pair, axis, start, stop, step))
  const size = Math.max(0, Math.ceil((stop - start) / step))
  if (size === payload.shape[axis] && step === 1) return tensor
  const shape = replaced(payload.shape, axis, size)
  const source = unrecorded(at, tensor)
  if (source === null)
    return emit(at, { op: { kind: 'slice', axis, start, stop, step }, inputs: [tensor], output: { shape, dtype: payload.dtype } })
  const stride = source.layout.strides[axis] as number
  return view(at, tensor, source, shape, source.layout.offset + start * stride, replaced(source.layout.strides, axis, stride * step))
}

/** The entry at `index` of an axis, which disappears. */
export function select(at: Site, tensor: TensorValue, axis: number, index: number): TensorValue {
  const one = slice(at, tensor, axis, index, index + 1)
  return dropAxes(at, one, [axis])
}

/** Removes axes of size 1. */
export function dropAxes(at: Site, tensor: TensorValue, axes: readonly number[]): TensorValue {
  const { payload } = tensor
  if (payload.pair !== undefined) return complexTensor(at, dropAxes(at, payload.pair, axes))
  const keep = (of: readonly number[]) => of.filter((_, axis) => !axes.includes(axis))
  const source = unrecorded(at, tensor)
  if (source !== null) return view(at, tensor, source, keep(payload.shape), source.layout.offset, keep(source.layout.strides))
  return asShape(at, tensor, keep(payload.shape))
}

/** Adds an axis of size 1 before `axis`. */
export function insertAxis(at: Site, tensor: TensorValue, axis: number): TensorValue {
  const { payload } = tensor
  if (payload.pair !== undefined) return complexTensor(at, insertAxis(at, payload.pair, axis))
  const shape = inserted(payload.shape, axis, 1)
  const source = unrecorded(at, tensor)
  if (source !== null) return view(at, tensor, source, shape, source.layout.offset, inserted(source.layout.strides, axis, 0))
  return asShape(at, tensor, shape)
}

/** Parts of an axis of the given sizes, one after the other. */
export function splitAxis(at: Site, tensor: TensorValue, axis: number, parts: readonly number[]): TensorValue[] {
  at.interpreter.step(parts.length)
  let start = 0
  return parts.map((size) => {
    const part = slice(at, tensor, axis, start, start + size)
    start += size
    return part
  })
}

/** A tensor that shares the storage: `.data`, `.detach()` outside a recorded run. */
export function alias(at: Site, tensor: TensorValue): TensorValue {
  return wrapTensor(at, { ...tensor.payload })
}

export const elementCount = (tensor: TensorValue): number => count(tensor.payload.shape)
