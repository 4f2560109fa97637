import type { UnfoldOp } from '../../graph'
import type { GradientMoments } from '../gradient'
import { applyAlong, applyPairAlong, classCounts, type Grid } from '../grid'
import { strideLags } from '../lagLayout'
import { independentLags } from '../lags'
import type { Moments, Signal } from '../moments'
import { classLimit, type Partition } from '../partition'
import { mixBlocks } from '../roles'
import type { Rule } from '../rule'
import { slidingTaps, type Taps } from '../taps'
import { spatialInput } from './conv'
import { regridGradient } from './regrid'

export type Windowed = Pick<UnfoldOp, 'kernel' | 'stride' | 'padding' | 'dilation'>

const product = (values: readonly number[]) => values.reduce((a, b) => a * b, 1)

function windowsAlong(op: Windowed, axis: number, input: Partition, count: number, axes: number): Taps {
  const window = {
    kernel: op.kernel[axis] as number,
    stride: op.stride[axis] as number,
    before: op.padding[axis] as number,
    dilation: op.dilation[axis] as number,
  }
  return slidingTaps(input, count, window, 'zeros', classLimit(axes))
}

/** Numbers of windows that fit along each axis of an image. */
export const countsOf = (op: Windowed, sizes: readonly number[]): readonly number[] =>
  sizes.map((size, i) => {
    const span = (op.dilation[i] as number) * ((op.kernel[i] as number) - 1) + 1
    return Math.floor((size + 2 * (op.padding[i] as number) - span) / (op.stride[i] as number)) + 1
  })

function tablesOf(op: Windowed, grid: Grid): readonly Taps[] {
  const first = grid.length - op.kernel.length
  const inputs = op.kernel.map((_, i) => grid[first + i] as Partition)
  const counts = countsOf(
    op,
    inputs.map((part) => part.size),
  )
  return inputs.map((part, i) => windowsAlong(op, i, part, counts[i] as number, grid.length))
}

export function along(values: Float64Array, grid: Grid, tables: readonly Taps[], by: 'sum' | 'adjoint'): Float64Array {
  const first = grid.length - tables.length
  const dims = classCounts(by === 'sum' ? grid : windowGrid(grid, tables))
  return tables.reduce((current, table, i) => {
    const next = applyAlong(current, dims, first + i, table[by])
    dims[first + i] = (by === 'sum' ? table.output : table.input).counts.length
    return next
  }, values)
}

export const windowGrid = (grid: Grid, tables: readonly Taps[]): Grid => [
  ...grid.slice(0, grid.length - tables.length),
  ...tables.map((table) => table.output),
]

export function alongPairs(values: Float64Array, grid: Grid, tables: readonly Taps[]): Float64Array {
  const first = grid.length - tables.length
  const dims = classCounts(grid)
  return tables.reduce((current, table, i) => {
    const next = applyPairAlong(current, dims, first + i, table.sameTap, table.output.counts.length)
    dims[first + i] = table.output.counts.length
    return next
  }, values)
}

/** Of k taps one is read: the mean over taps, those outside the image counting 0. */
function columnsOf(block: Moments, grid: Grid, tables: readonly Taps[], op: Windowed): Moments {
  const share = 1 / product(op.kernel)
  const mean = (values: Float64Array) => along(values, grid, tables, 'sum').map((value) => value * share)
  const lead = grid.length - tables.length
  return {
    mean: mean(block.mean),
    second: mean(block.second),
    same: mean(block.same),
    far: alongPairs(block.far, grid, tables).map((value) => value * share),
    lags: strideLags(block.lags, [...new Array<number>(lead).fill(1), ...op.stride]),
    shape: block.shape,
    spread: block.spread,
    sizes: block.sizes,
    image: null,
  }
}

/**
 * Windows as columns: element (channel, tap) of window o is x at o·stride + tap·dilation, so moments are means over taps. Neighbouring windows
 * read the same position by different taps, which are different units here: what later sums over units does not see that they are equal.
 */
export const unfold: Rule<UnfoldOp> = {
  forward(op, inputs) {
    const input = mixBlocks(spatialInput(inputs[0] as Signal, op.kernel.length))
    const tables = tablesOf(op, input.grid)
    const rank = op.kernel.length
    const lead = input.axes.length - rank - 1
    const channels = (input.axes[lead] ?? []).reduce((size, atom) => size * atom.size, 1)
    const axes = [
      ...input.axes.slice(0, lead),
      [{ size: channels * product(op.kernel), role: 'unit' as const }],
      tables.map((table) => ({ size: table.output.size, role: 'position' as const })),
    ]
    const block = columnsOf(input.blocks[0] as Moments, input.grid, tables, op)
    return [{ axes, grid: windowGrid(input.grid, tables), blocks: [block], assignment: null }]
  },
  backward(op, step) {
    const g = step.gradients[0]?.[0]
    if (!g) return [null]
    const original = step.inputs[0] as Signal
    const input = spatialInput(original, op.kernel.length)
    const tables = tablesOf(op, input.grid)
    // every (window, tap) that reads a position sends it a gradient of its own
    const second = along(g.second, input.grid, tables, 'adjoint')
    const back: GradientMoments = { ...plain(g, input.grid.length), second }
    return [
      regridGradient(
        input.blocks.map(() => back),
        input,
        original,
      ),
    ]
  },
}

const plain = (g: GradientMoments, axes: number): GradientMoments => ({
  second: g.second,
  lags: independentLags(axes, 0),
  cross: g.cross,
  tilt: null,
  excess: 1,
})
