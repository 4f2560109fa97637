/** Strided layouts, as torch's own views use them. */
import type { Layout } from '../tensor'

export const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** Strides of a contiguous tensor. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis] as number
  }
  return strides
}

export function isRowMajor(shape: readonly number[], layout: Layout): boolean {
  const expected = rowMajor(shape)
  return shape.every((size, axis) => size === 1 || layout.strides[axis] === expected[axis])
}

/** Index into the storage of the element that comes at `index` in row-major order. */
export function locate(shape: readonly number[], layout: Layout): (index: number) => number {
  if (isRowMajor(shape, layout)) return layout.offset === 0 ? (index) => index : (index) => layout.offset + index
  return (index) => {
    let rest = index
    let place = layout.offset
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number
      const quotient = Math.floor(rest / size)
      place += (rest - quotient * size) * (layout.strides[axis] as number)
      rest = quotient
    }
    return place
  }
}

/**
 * The other way round: the row-major index of the element at a place of the storage, null where the view does not show it. Null for
 * layouts that show a place more than once, or whose axes interleave.
 */
export function finder(shape: readonly number[], { offset, strides }: Layout): ((place: number) => number | null) | null {
  const inside = rowMajor(shape)
  const axes = shape
    .map((size, axis) => ({ size, stride: strides[axis] as number, inside: inside[axis] as number }))
    .filter(({ size }) => size > 1)
    .sort((a, b) => b.stride - a.stride)
  let reach = 0
  for (const { size, stride } of [...axes].reverse()) {
    if (stride <= reach) return null
    reach += (size - 1) * stride
  }
  return (place) => {
    let rest = place - offset
    let index = 0
    for (const axis of axes) {
      const at = Math.floor(rest / axis.stride)
      if (at < 0 || at >= axis.size) return null
      rest -= at * axis.stride
      index += at * axis.inside
    }
    return rest === 0 ? index : null
  }
}

export const replaced = (sizes: readonly number[], axis: number, size: number): number[] =>
  sizes.map((own, at) => (at === axis ? size : own))

export const inserted = (sizes: readonly number[], axis: number, size: number): number[] => [
  ...sizes.slice(0, axis),
  size,
  ...sizes.slice(axis),
]
