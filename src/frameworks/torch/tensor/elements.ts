/** Known numbers of data tensors. */
import type { Distribution } from '../../../graph'
import type { DataSource, Elements, TensorPayload, TensorValue } from '../tensor'
import { count, locate } from './layout'

/** Above this many, known numbers are kept as a formula instead of an array. */
export const maximumStoredElements = 1 << 16

/** An array of the first `length` numbers, when few; else the formula itself. */
export function kept(length: number, elements: Elements): Elements {
  if (length > maximumStoredElements) return elements
  const array = new Float64Array(length)
  for (let index = 0; index < length; index++) array[index] = elements(index)
  return (index) => array[index] ?? Number.NaN
}

/** The tensor's numbers in row-major order; null when they are not known. */
export function elementsOf(tensor: TensorValue): Elements | null {
  const { source, shape } = tensor.payload
  return source.kind === 'data' ? viewElements(source, shape) : null
}

export function viewElements(source: DataSource, shape: readonly number[]): Elements | null {
  const { elements } = source.storage
  if (elements === null) return null
  const place = locate(shape, source.layout)
  return (index) => elements(place(index))
}

/** The numbers as an array; null when not known or more than `most`. */
export function numbersOf(tensor: TensorValue, most = maximumStoredElements): number[] | null {
  const length = count(tensor.payload.shape)
  if (length > most) return null
  const elements = elementsOf(tensor)
  return elements === null ? null : Array.from({ length }, (_, index) => elements(index))
}

/** The number of a tensor with one element, when known. */
export function scalarOf(payload: TensorPayload): number | null {
  if (payload.source.kind !== 'data' || count(payload.shape) !== 1) return null
  return viewElements(payload.source, payload.shape)?.(0) ?? null
}

/** More different numbers than this are described by their mean and spread. */
const mostParts = 64

/**
 * A distribution with the numbers' own moments: constant, a mixture of constants where few differ, else a normal of the same
 * mean and standard deviation. Beyond 2²⁰ numbers unknown.
 */
export function describeElements(length: number, elements: Elements): Distribution {
  if (length === 0) return { kind: 'constant', value: 0 }
  if (length > 1 << 20) return { kind: 'unknown', reason: 'too many numbers to describe' }
  const shares = new Map<number, number>()
  let sum = 0
  let squares = 0
  for (let index = 0; index < length; index++) {
    const value = elements(index)
    sum += value
    squares += value * value
    if (shares.size <= mostParts) shares.set(value, (shares.get(value) ?? 0) + 1)
  }
  const [first] = shares.keys()
  if (shares.size === 1 && first !== undefined) return { kind: 'constant', value: first }
  if (shares.size <= mostParts) {
    return {
      kind: 'mixture',
      parts: [...shares].map(([value, times]) => ({ share: times / length, distribution: { kind: 'constant', value } })),
    }
  }
  const mean = sum / length
  return { kind: 'normal', mean, std: Math.sqrt(Math.max(0, squares / length - mean * mean)) }
}
