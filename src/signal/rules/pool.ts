import type { AdaptivePoolOp, PoolOp } from '../../graph'
import type { Gradient } from '../gradient'
import type { Grid } from '../grid'
import type { Moments, Signal } from '../moments'
import type { Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { adaptiveWindows, outputGrid, pooledInput, slidingWindows, type Windows } from '../windows'
import { average, spreadBack } from './averagePool'
import { maximum, routeBack } from './maxPool'
import { regridGradient } from './regrid'

function poolForward(
  signal: Signal,
  windowsOf: (grid: Grid) => Windows,
  reduce: 'max' | 'average',
  counted: (inside: number) => number,
  sizes: readonly number[],
): Signal {
  const rank = sizes.length
  const input = pooledInput(signal, rank)
  const windows = windowsOf(input.grid)
  const axes = input.axes.map((atoms, axis) =>
    axis < input.axes.length - rank ? atoms : [{ size: sizes[axis - input.axes.length + rank] as number, role: 'position' as const }],
  )
  const done = new Map<Moments, Moments>()
  const blocks = input.blocks.map((block) => {
    const known = done.get(block)
    if (known) return known
    const made = reduce === 'max' ? maximum(block, input.grid, windows) : average(block, input.grid, windows, counted)
    done.set(block, made)
    return made
  })
  return { axes, grid: outputGrid(input.grid, windows), blocks, assignment: input.assignment }
}

function poolBackward(
  signal: Signal,
  output: Signal,
  gradient: Gradient,
  windowsOf: (grid: Grid) => Windows,
  rank: number,
  reduce: 'max' | 'average',
  counted: (inside: number) => number,
): Gradient {
  const input = pooledInput(signal, rank)
  const windows = windowsOf(input.grid)
  const back = input.blocks.map((block, i) => {
    const g = gradient[i]
    if (g === null || g === undefined) return null
    return reduce === 'max'
      ? routeBack(block, output.blocks[i] as Moments, g, input.grid, windows)
      : spreadBack(g, input.grid, windows, counted)
  })
  return regridGradient(back, input, signal)
}

const divisorOf = (op: PoolOp) => {
  const whole = op.kernel.reduce((a, b) => a * b, 1)
  return (inside: number) => op.divisor ?? (op.countIncludePad ? whole : Math.max(inside, 1e-9))
}

/** Max and average pooling over sliding windows. Padding never wins a maximum; it counts in an average's divisor where the framework says so. */
export const pool: Rule<PoolOp> = {
  forward(op, inputs, env, node) {
    if (op.reduce === 'lp') throw new Unmodelled('power-average pooling is not modelled')
    const shape = env.outputShape(node, 0)
    return [
      poolForward(
        inputs[0] as Signal,
        (grid) => slidingWindows(op, grid, shape),
        op.reduce,
        divisorOf(op),
        shape.slice(shape.length - op.kernel.length),
      ),
    ]
  },
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient || op.reduce === 'lp') return [null]
    const shape = env.outputShape(node, 0)
    return [
      poolBackward(
        step.inputs[0] as Signal,
        step.outputs[0] as Signal,
        gradient,
        (grid) => slidingWindows(op, grid, shape),
        op.kernel.length,
        op.reduce,
        divisorOf(op),
      ),
    ]
  },
}

/** Pooling to a given size; a global pool is one window. */
export const adaptivePool: Rule<AdaptivePoolOp> = {
  forward: (op, inputs) => [
    poolForward(
      inputs[0] as Signal,
      (grid) => adaptiveWindows(op, grid),
      op.reduce,
      (inside) => inside,
      op.output,
    ),
  ],
  backward: (op, step) => [
    step.gradients[0]
      ? poolBackward(
          step.inputs[0] as Signal,
          step.outputs[0] as Signal,
          step.gradients[0],
          (grid) => adaptiveWindows(op, grid),
          op.output.length,
          op.reduce,
          (inside) => inside,
        )
      : null,
  ],
}
