/** Known numbers of data tensors. */
import type { Distribution } from '../../../graph'
import type { DataSource, Elements, Layout, Storage, TensorPayload, TensorValue } from '../tensor'
import { count, isRowMajor, locate } from './layout'
import { knownBefore, rememberedOf } from './remembered'

/** Above this many, known numbers are kept as a formula instead of an array. */
export const maximumStoredElements = 1 << 18

/** Up to this many are computed at once; more only when first asked for. */
const mostEager = 4096

/** An array of the first `length` numbers, when few; else the formula itself. */
export function kept(length: number, elements: Elements): Elements {
  return length > maximumStoredElements || arrays.has(elements) ? elements : once(length, () => arrayOf(elements, length))
}

/** Arrays of numbers that are computed together, where they are. */
const arrays = new WeakMap<Elements, () => Float64Array>()

/** Numbers that are computed together. What they are computed from is let go of then. */
export function once(length: number, compute: () => Float64Array): Elements {
  let array: Float64Array | null = null
  let pending: (() => Float64Array) | null = compute
  const all = (): Float64Array => {
    if (array !== null || pending === null) return array ?? new Float64Array(0)
    array = pending()
    pending = null
    return array
  }
  const elements: Elements = (index) => (array ?? all())[index] ?? Number.NaN
  arrays.set(elements, all)
  return length <= mostEager ? knownBefore(elements, all()) : elements
}

/** The first `length` numbers as an array; not to be written to. */
export function arrayOf(elements: Elements, length: number): Float64Array {
  const known = arrays.get(elements)?.()
  if (known !== undefined && known.length === length) return known
  const array = new Float64Array(length)
  for (let index = 0; index < length; index++) array[index] = elements(index)
  return array
}

/** Arrays that only the storage itself has seen, so that they may be written to. */
const unseen = new WeakMap<Elements, Float64Array>()

/** Numbers of an array that its storage writes to as long as nobody asks for them. */
export function writable(array: Float64Array): Elements {
  const elements: Elements = (index) => array[index] ?? Number.NaN
  unseen.set(elements, array)
  return elements
}

/** The array to write to; undefined where others have its numbers. */
export function unseenArray(elements: Elements): Float64Array | undefined {
  return unseen.get(elements)
}

/** A storage's numbers for someone to keep: what is written to the storage from now on does not change them. */
export function keptElements(storage: Storage): Elements | null {
  const { elements } = storage
  const written = elements === null ? undefined : unseen.get(elements)
  if (elements === null || written === undefined) return elements
  unseen.delete(elements)
  storage.elements = knownBefore(elements, written)
  return storage.elements
}

/** The tensor's numbers in row-major order; null when they are not known. */
export function elementsOf(tensor: TensorValue): Elements | null {
  const { source, shape } = tensor.payload
  return source.kind === 'data' ? viewElements(source, shape) : null
}

export function viewElements(source: DataSource, shape: readonly number[]): Elements | null {
  const elements = keptElements(source.storage)
  return elements === null ? null : arranged(elements, shape, source.layout)
}

/** The numbers that a layout shows, in row-major order. */
export function arranged(elements: Elements, shape: readonly number[], layout: Layout): Elements {
  const length = count(shape)
  const place = locate(shape, layout)
  if (isRowMajor(shape, layout)) return layout.offset === 0 ? elements : (index) => elements(layout.offset + index)
  if (length < 16 || length > maximumStoredElements) return (index) => elements(place(index))
  const view = () => once(length, () => readOut(elements, shape, layout, length))
  return rememberedOf(`view ${layout.offset} ${layout.strides.join()} ${shape.join()}`, [elements], length, view) ?? view()
}

/** All of them, walking the axes instead of dividing each index. */
function readOut(elements: Elements, shape: readonly number[], { offset, strides }: Layout, length: number): Float64Array {
  const array = new Float64Array(length)
  const known = arrays.get(elements)?.()
  const last = shape.length - 1
  const inner = shape[last] as number
  const step = strides[last] as number
  const position = new Array<number>(shape.length).fill(0)
  let start = offset
  for (let index = 0; index < length; index += inner) {
    if (known === undefined) for (let along = 0; along < inner; along++) array[index + along] = elements(start + along * step)
    else for (let along = 0; along < inner; along++) array[index + along] = known[start + along * step] ?? Number.NaN
    for (let axis = last - 1; axis >= 0; axis--) {
      const next = (position[axis] as number) + 1
      start += strides[axis] as number
      if (next < (shape[axis] as number)) {
        position[axis] = next
        break
      }
      start -= next * (strides[axis] as number)
      position[axis] = 0
    }
  }
  return array
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
  const { storage, layout } = payload.source
  return storage.elements?.(layout.offset) ?? null
}

/** More different numbers than this are described by their mean and spread. */
const mostParts = 64

/**
 * A distribution with the numbers' own moments: constant, a mixture of constants where few differ, else a normal of the same
 * mean and standard deviation. Beyond 2¹⁸ numbers unknown.
 */
export function describeElements(length: number, elements: Elements): Distribution {
  if (length === 0) return { kind: 'constant', value: 0 }
  if (length > maximumStoredElements) return { kind: 'unknown', reason: 'too many numbers to describe' }
  const known = descriptions.get(elements)
  if (known?.length === length) return known.distribution
  const distribution = describe(arrayOf(elements, length))
  descriptions.set(elements, { length, distribution })
  return distribution
}

const descriptions = new WeakMap<Elements, { readonly length: number; readonly distribution: Distribution }>()

function describe(array: Float64Array): Distribution {
  const { length } = array
  const shares = new Map<number, number>()
  let sum = 0
  let squares = 0
  let run = 0
  let last = Number.NaN
  const count = (): void => {
    if (run > 0 && shares.size <= mostParts) shares.set(last, (shares.get(last) ?? 0) + run)
    run = 0
  }
  for (let index = 0; index < length; index++) {
    const value = array[index] as number
    sum += value
    squares += value * value
    // Equal neighbours are counted together.
    if (value !== last) count()
    last = value
    run += 1
  }
  count()
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
