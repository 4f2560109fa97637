/** Makes tensors: traced ones, data known by values, data known by distribution. */
import type { Initializer, Span, TensorId } from '../../../graph'
import type { ClassValue } from '../../../python/values'
import type { Trace } from '../../trace'
import type { DType, Elements, Storage, TensorPayload, TensorValue } from '../tensor'
import { count, rowMajor } from './layout'

/** Above this many, known numbers are kept as a formula instead of an array. */
export const maximumStoredElements = 1 << 16

export function makeStorage(length: number, initializer: Initializer, elements: Elements | null = null): Storage {
  return { length, initializer, overwritten: [], elements, parameter: null, version: 0 }
}

export function wrapTensor(cls: ClassValue, payload: TensorPayload, span: Span | null = null): TensorValue {
  return { kind: 'instance', cls, attributes: new Map(), payload, span }
}

export function dataPayload(storage: Storage, shape: readonly number[], dtype: DType): TensorPayload {
  return { kind: 'tensor', shape, dtype, source: { kind: 'data', storage, layout: { offset: 0, strides: rowMajor(shape) } } }
}

export function tracedPayload(trace: Trace, id: TensorId): TensorPayload {
  const { shape, dtype } = trace.tensor(id)
  return { kind: 'tensor', shape, dtype, source: { kind: 'traced', trace, id } }
}

/** Payload of numbers that are known. `elements` is evaluated once for each index when few. */
export function knownPayload(shape: readonly number[], dtype: DType, elements: Elements, label = 'computed'): TensorPayload {
  const length = count(shape)
  const kept = length <= maximumStoredElements ? stored(length, elements) : elements
  return dataPayload(makeStorage(length, { distribution: { kind: 'unknown', reason: 'known by its values' }, label, origin: 'written', span: null }, kept), shape, dtype)
}

export function stored(length: number, elements: Elements): Elements {
  const array = Float64Array.from({ length }, (_, index) => elements(index))
  return (index) => array[index] ?? Number.NaN
}
