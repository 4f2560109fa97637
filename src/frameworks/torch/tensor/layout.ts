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

export const replaced = (sizes: readonly number[], axis: number, size: number): number[] =>
  sizes.map((own, at) => (at === axis ? size : own))

export const inserted = (sizes: readonly number[], axis: number, size: number): number[] => [
  ...sizes.slice(0, axis),
  size,
  ...sizes.slice(axis),
]
