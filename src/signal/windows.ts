/** Windows that slide over positions: which positions they read, how they overlap, and sums over them. */
import type { AdaptivePoolOp, PoolOp } from '../graph'
import { applyAlong, applyPairAlong, classCounts, type Grid } from './grid'
import { BEYOND, type Lags, lagAt } from './lags'
import { joinPositions } from './layout'
import type { Signal } from './moments'
import { classLimit, type Partition } from './partition'
import { unitsToPositions } from './roles'
import { allTaps, slidingTaps, type Taps, taps } from './taps'
import { Unmodelled } from './unmodelled'

/** A window on the last axes: its tables, and the numbers that tell how windows overlap. */
export interface Windows {
  readonly tables: readonly Taps[]
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
}

/** The signal with its last `rank` axes as single position atoms. */
export function pooledInput(signal: Signal, rank: number): Signal {
  const spatial = Array.from({ length: rank }, (_, i) => signal.axes.length - rank + i)
  if (spatial.some((axis) => axis < 0)) throw new Unmodelled('the input has too few axes')
  let current = unitsToPositions(signal, spatial)
  for (const axis of spatial) current = joinPositions(current, axis)
  return current
}

export function slidingWindows(op: PoolOp, grid: Grid, shape: readonly number[]): Windows {
  const rank = op.kernel.length
  const first = grid.length - rank
  const tables = op.kernel.map((kernel, i) => {
    const window = {
      kernel,
      stride: op.stride[i] as number,
      before: (op.padding[i] as readonly [number, number])[0],
      dilation: op.dilation[i] as number,
    }
    return slidingTaps(grid[first + i] as Partition, shape[shape.length - rank + i] as number, window, 'zeros', classLimit(grid.length))
  })
  return { tables, kernel: op.kernel, stride: op.stride, dilation: op.dilation }
}

export function adaptiveWindows(op: AdaptivePoolOp, grid: Grid): Windows {
  const rank = op.output.length
  const first = grid.length - rank
  const inputs = op.output.map((_, i) => grid[first + i] as Partition)
  const kernel = op.output.map(
    (out, i) => Math.ceil((inputs[i] as Partition).size / out) + ((inputs[i] as Partition).size % out === 0 ? 0 : 1),
  )
  const tables = op.output.map((out, i) => {
    const input = inputs[i] as Partition
    const n = input.size
    const index = (o: number, t: number) => {
      const at = Math.floor((o * n) / out) + t
      return at < Math.ceil(((o + 1) * n) / out) ? at : -1
    }
    return taps(input, out, kernel[i] as number, index, `a${out}`, classLimit(grid.length))
  })
  return {
    tables,
    kernel,
    stride: op.output.map((out, i) => Math.max(1, Math.round((inputs[i] as Partition).size / out))),
    dilation: op.output.map(() => 1),
  }
}

export const outputGrid = (grid: Grid, windows: Windows): Grid => [
  ...grid.slice(0, grid.length - windows.tables.length),
  ...windows.tables.map((table) => table.output),
]

export function sumWindows(values: Float64Array, grid: Grid, windows: Windows): Float64Array {
  const dims = classCounts(grid)
  const first = grid.length - windows.tables.length
  return windows.tables.reduce((current, table, i) => {
    const next = applyAlong(current, dims, first + i, table.sum)
    dims[first + i] = table.output.counts.length
    return next
  }, values)
}

export function sumWindowPairs(values: Float64Array, grid: Grid, windows: Windows): Float64Array {
  const dims = classCounts(grid)
  const first = grid.length - windows.tables.length
  return windows.tables.reduce((current, table, i) => {
    const next = applyPairAlong(current, dims, first + i, allTaps(table), table.output.counts.length)
    dims[first + i] = table.output.counts.length
    return next
  }, values)
}

export function adjointWindows(values: Float64Array, grid: Grid, windows: Windows): Float64Array {
  const dims = classCounts(outputGrid(grid, windows))
  const first = grid.length - windows.tables.length
  return windows.tables.reduce((current, table, i) => {
    const next = applyAlong(current, dims, first + i, table.adjoint)
    dims[first + i] = table.input.counts.length
    return next
  }, values)
}

/** Elements inside the image for each class of windows. */
export function insideCounts(grid: Grid, windows: Windows): Float64Array {
  let counts: Float64Array = Float64Array.of(1)
  const rank = windows.tables.length
  for (const axis of grid.slice(0, grid.length - rank)) counts = Float64Array.from([...counts].flatMap((c) => axis.counts.map(() => c)))
  for (const table of windows.tables) counts = Float64Array.from([...counts].flatMap((c) => table.inside.map((n) => c * n)))
  return counts
}

/**
 * Visits lags between elements of two windows whose origins are `shift` windows apart, with how many pairs have each. On each axis all that are beyond the
 * radius are one: a window of a whole map has as many lags as the map has places.
 */
function windowLags(
  windows: Windows,
  radius: readonly number[],
  shift: readonly number[],
  visit: (lag: readonly number[], pairs: number) => void,
): void {
  const lead = radius.length - windows.kernel.length
  const walk = (axis: number, lag: readonly number[], pairs: number) => {
    if (axis === windows.kernel.length) {
      visit(lag, pairs)
      return
    }
    const k = windows.kernel[axis] as number
    const offset = (shift[lead + axis] as number) * (windows.stride[axis] as number)
    let beyond = k * k
    for (let t = -(k - 1); t <= k - 1; t++) {
      const distance = offset + t * (windows.dilation[axis] as number)
      if (Math.abs(distance) > (radius[lead + axis] as number)) continue
      beyond -= k - Math.abs(t)
      walk(axis + 1, [...lag, distance], pairs * (k - Math.abs(t)))
    }
    if (beyond > 0) walk(axis + 1, [...lag, BEYOND], pairs * beyond)
  }
  walk(0, new Array<number>(lead).fill(0), 1)
}

/** Mean correlation between elements of two windows, and the share of pairs that are the same element. */
export function windowCorrelation(
  lags: Lags,
  windows: Windows,
  shift: readonly number[],
): { readonly mean: number; readonly identical: number } {
  let mean = 0
  let identical = 0
  let total = 0
  windowLags(windows, lags.radius, shift, (lag, pairs) => {
    mean += pairs * lagAt(lags, lag)
    if (lag.every((d) => d === 0)) identical += pairs
    total += pairs
  })
  return { mean: mean / total, identical: identical / total }
}

/** Most windows apart at which windows, or values correlated between them, can still overlap. */
export const overlapRadius = (lags: Lags, windows: Windows): readonly number[] => {
  const lead = lags.radius.length - windows.kernel.length
  return lags.radius.map((radius, i) =>
    i < lead
      ? radius
      : Math.floor(
          (((windows.kernel[i - lead] as number) - 1) * (windows.dilation[i - lead] as number) + radius) /
            (windows.stride[i - lead] as number),
        ),
  )
}

export const noShift = (lags: Lags) => lags.radius.map(() => 0)

/** Σ over windows that overlap one, other than itself, of the gradients' correlation times f(elements shared). */
export function overlapSum(lags: Lags, windows: Windows, f: (shared: number) => number): number {
  const lead = lags.radius.length - windows.kernel.length
  let sum = 0
  const walk = (axis: number, shift: readonly number[], shared: number) => {
    if (axis === windows.kernel.length) {
      if (shift.some((d) => d !== 0)) sum += lagAt(lags, shift) * f(shared)
      return
    }
    const k = windows.kernel[axis] as number
    const s = windows.stride[axis] as number
    for (let d = -Math.floor((k - 1) / s); d <= Math.floor((k - 1) / s); d++) walk(axis + 1, [...shift, d], shared * (k - s * Math.abs(d)))
  }
  walk(0, new Array<number>(lead).fill(0), 1)
  return sum
}
