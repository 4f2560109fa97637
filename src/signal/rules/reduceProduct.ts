import type { ReduceOp } from '../../graph'
import type { Moments, Signal } from '../moments'
import { overUnits } from '../moments'
import { mixBlocks, positionsToUnits } from '../roles'
import type { Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { copyBack, count, dropAxes } from './reduceMean'

/** The reduced axes as units, which are independent of each other. */
function factors(signal: Signal, op: ReduceOp): Signal {
  for (const axis of op.axes)
    for (const atom of signal.axes[axis] ?? []) {
      if (atom.role === 'sample') throw new Unmodelled('a product over the batch is not modelled')
      const block = signal.blocks[0] as Moments
      if (atom.role === 'position' && (block.lags.values.length > 1 || block.lags.far !== 0))
        throw new Unmodelled('a product of values that depend on each other is not modelled')
    }
  return mixBlocks(positionsToUnits(signal, op.axes))
}

const power = (values: Float64Array, n: number) => values.map((value) => value ** n)

/** ∏x of n independent values: E = (one moment)ⁿ for mean, second, same and far; g_x = g·∏ of the others, E[x²]ⁿ⁻¹. */
export const reduceProduct: Rule<ReduceOp> = {
  forward(op, inputs) {
    const signal = inputs[0] as Signal
    const n = count(signal, op.axes)
    const used = factors(signal, op)
    const blocks = used.blocks.map(
      (block): Moments => ({
        ...block,
        mean: power(block.mean, n),
        second: power(block.second, n),
        same: power(block.same, n),
        far: power(block.far, n),
        spread: 0,
        image: null,
        origin: undefined,
      }),
    )
    const axes = used.axes.map((atoms, axis) => (op.axes.includes(axis) ? [] : atoms))
    const result = { axes, grid: used.grid, blocks, assignment: null }
    return [op.keepDims ? result : dropAxes(result, op.axes)]
  },
  backward(op, step) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const signal = step.inputs[0] as Signal
    const others = overUnits(signal, (m) => m.second) ** (count(signal, op.axes) - 1)
    return [copyBack(signal, step.outputs[0] as Signal, gradient, others, op.axes).map((g) => g && { ...g, lags: { ...g.lags, far: 0 } })]
  },
}
