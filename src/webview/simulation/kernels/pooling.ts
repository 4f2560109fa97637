import type { AdaptivePoolOp, PoolOp } from '../../../graph'
import { type Done, type Field, sizeOf } from './kernel'

/** A window along one axis: the cells in it, and how many it counts for an average. */
interface Window {
  readonly start: number
  readonly end: number
  readonly counted: number
}

/** Windows of a strided pooling along an axis of `size` cells. */
export function slidingWindows(
  size: number,
  out: number,
  kernel: number,
  stride: number,
  before: number,
  countPadding: boolean,
): readonly Window[] {
  return Array.from({ length: out }, (_, index) => {
    const from = index * stride - before
    const start = Math.max(0, from)
    const end = Math.min(size, from + kernel)
    return { start, end, counted: countPadding ? kernel : end - start }
  })
}

function adaptiveWindows(size: number, out: number): readonly Window[] {
  return Array.from({ length: out }, (_, index) => {
    const start = Math.floor((index * size) / out)
    const end = Math.ceil(((index + 1) * size) / out)
    return { start, end, counted: end - start }
  })
}

function pool(x: Field, outShape: readonly number[], reduce: 'max' | 'average', rows: readonly Window[], columns: readonly Window[]): Done {
  const width = x.shape.at(-1) ?? 1
  const height = rows.length === 1 && x.shape.length < 4 ? 1 : (x.shape.at(-2) ?? 1)
  const planes = sizeOf(x.shape) / (height * width)
  const y = new Float32Array(planes * rows.length * columns.length)
  const winners = reduce === 'max' ? new Int32Array(y.length) : null
  /** Calls `each` for every output cell with its two windows. */
  const walk = (each: (cell: number, base: number, row: Window, column: Window) => void): void => {
    let cell = 0
    for (let plane = 0; plane < planes; plane++) {
      for (const row of rows) for (const column of columns) each(cell++, plane * height * width, row, column)
    }
  }
  walk((cell, base, row, column) => {
    let best = Number.NEGATIVE_INFINITY
    let winner = base
    let sum = 0
    for (let iy = row.start; iy < row.end; iy++) {
      for (let ix = column.start; ix < column.end; ix++) {
        const value = x.data[base + iy * width + ix] as number
        sum += value
        if (value > best) {
          best = value
          winner = base + iy * width + ix
        }
      }
    }
    if (winners === null) y[cell] = sum / (row.counted * column.counted)
    else {
      y[cell] = best
      winners[cell] = winner
    }
  })
  return {
    output: { shape: outShape, data: y },
    backward(gradient) {
      const back = new Float32Array(x.data.length)
      walk((cell, base, row, column) => {
        const g = gradient[cell] as number
        if (winners !== null) {
          const winner = winners[cell] as number
          back[winner] = (back[winner] as number) + g
          return
        }
        const share = g / (row.counted * column.counted)
        for (let iy = row.start; iy < row.end; iy++) {
          for (let ix = column.start; ix < column.end; ix++) back[base + iy * width + ix] = (back[base + iy * width + ix] as number) + share
        }
      })
      return [back]
    },
  }
}

const one: readonly Window[] = [{ start: 0, end: 1, counted: 1 }]

export function windowPool(x: Field, op: PoolOp, outShape: readonly number[]): Done {
  const along = (axis: number): readonly Window[] => {
    const back = axis - op.kernel.length
    return slidingWindows(
      x.shape.at(back) ?? 1,
      outShape.at(back) ?? 1,
      op.kernel[axis] ?? 1,
      op.stride[axis] ?? 1,
      op.padding[axis]?.[0] ?? 0,
      op.countIncludePad,
    )
  }
  return op.kernel.length === 1
    ? pool(x, outShape, op.reduce === 'max' ? 'max' : 'average', one, along(0))
    : pool(x, outShape, op.reduce === 'max' ? 'max' : 'average', along(0), along(1))
}

export function adaptivePool(x: Field, op: AdaptivePoolOp, outShape: readonly number[]): Done {
  const columns = adaptiveWindows(x.shape.at(-1) ?? 1, outShape.at(-1) ?? 1)
  return op.output.length === 1
    ? pool(x, outShape, op.reduce, one, columns)
    : pool(x, outShape, op.reduce, adaptiveWindows(x.shape.at(-2) ?? 1, outShape.at(-2) ?? 1), columns)
}
