import type { FoldOp } from '../../graph'
import type { GradientMoments } from '../gradient'
import type { Grid } from '../grid'
import { independentLags } from '../lags'
import type { Moments, Signal } from '../moments'
import { classLimit, type Partition, uniform } from '../partition'
import { mixBlocks, positionsToUnits, unitsToPositions } from '../roles'
import type { Rule } from '../rule'
import { type Taps, transposedTaps } from '../taps'
import { Unmodelled } from '../unmodelled'
import { regridGradient } from './regrid'
import { along, alongPairs, countsOf, windowGrid } from './unfold'

/** [.., C·k, L] with the columns as units and L split along the image's axes. */
function columns(op: FoldOp, signal: Signal): Signal {
  const last = signal.axes.length - 1
  const windows = countsOf(op, op.output)
  const input = mixBlocks(unitsToPositions(positionsToUnits(signal, [last - 1]), [last]))
  const own = (input.axes[last] ?? []).map((atom) => atom.size)
  if (own.length === windows.length && own.every((size, i) => size === windows[i])) return input
  const lead = input.grid.slice(0, input.grid.length - own.length)
  if (input.grid.slice(lead.length).some((part) => part.counts.length > 1)) throw new Unmodelled('windows that are not those of an image')
  const grid = [...lead, ...windows.map(uniform)]
  const axes = input.axes.map((atoms, axis) => (axis === last ? windows.map((size) => ({ size, role: 'position' as const })) : atoms))
  const blocks = input.blocks.map((block): Moments => ({ ...block, lags: independentLags(grid.length, block.lags.far), image: null }))
  return { axes, grid, blocks, assignment: null }
}

function tablesOf(op: FoldOp, grid: Grid): readonly Taps[] {
  const first = grid.length - op.kernel.length
  return op.output.map((size, i) => {
    const window = {
      kernel: op.kernel[i] as number,
      stride: op.stride[i] as number,
      before: op.padding[i] as number,
      dilation: op.dilation[i] as number,
    }
    return transposedTaps(grid[first + i] as Partition, size, window, classLimit(grid.length))
  })
}

/** Sum of independent terms: means add, and what second, same and far have beyond the means' products. */
function summed(block: Moments, grid: Grid, tables: readonly Taps[]): Moments {
  const n = block.mean.length
  const mean = along(block.mean, grid, tables, 'sum')
  const size = mean.length
  const lift = (values: Float64Array) =>
    along(
      values.map((value, i) => value - (block.mean[i] as number) ** 2),
      grid,
      tables,
      'sum',
    ).map((value, i) => value + (mean[i] as number) ** 2)
  const pairs = block.far.map((value, at) => value - (block.mean[Math.floor(at / n)] as number) * (block.mean[at % n] as number))
  const far = alongPairs(pairs, grid, tables).map(
    (value, at) => value + (mean[Math.floor(at / size)] as number) * (mean[at % size] as number),
  )
  const middle = Math.max(1, ...along(new Float64Array(n).fill(1), grid, tables, 'sum'))
  return {
    mean,
    second: lift(block.second),
    same: lift(block.same),
    far,
    lags: independentLags(grid.length, block.lags.far),
    shape: { skew: block.shape.skew / Math.sqrt(middle), excess: block.shape.excess / middle },
    spread: block.spread / middle,
    sizes: block.sizes,
    image: null,
  }
}

/**
 * Columns summed to where their windows lay: position p is the sum of the n(p) columns that hold it, independent of each other. Each column gets
 * the gradient of its position; what lies in the padding gets none.
 */
export const fold: Rule<FoldOp> = {
  forward(op, inputs, env, node) {
    const input = columns(op, inputs[0] as Signal)
    const tables = tablesOf(op, input.grid)
    const shape = env.outputShape(node, 0)
    const channels = shape[shape.length - op.output.length - 1] as number
    const axes = [
      ...input.axes.slice(0, -2),
      [{ size: channels, role: 'unit' as const }],
      ...op.output.map((size) => [{ size, role: 'position' as const }]),
    ]
    return [
      { axes, grid: windowGrid(input.grid, tables), blocks: [summed(input.blocks[0] as Moments, input.grid, tables)], assignment: null },
    ]
  },
  backward(op, step) {
    const g = step.gradients[0]?.[0]
    if (!g) return [null]
    const original = step.inputs[0] as Signal
    const input = columns(op, original)
    const taps = op.kernel.reduce((a, b) => a * b, 1)
    const second = along(g.second, input.grid, tablesOf(op, input.grid), 'adjoint').map((value) => value / taps)
    const back: GradientMoments = { second, lags: independentLags(input.grid.length), cross: g.cross, tilt: null, excess: 1 }
    return [
      regridGradient(
        input.blocks.map(() => back),
        input,
        original,
      ),
    ]
  },
}
