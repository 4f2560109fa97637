import type { ReduceOp } from '../../graph'
import { scalarFunction } from '../gaussian/activations'
import { rootMean } from '../gaussian/gammaLaw'
import { affine } from '../gaussian/scalarFunction'
import type { Gradient, GradientMoments } from '../gradient'
import { gridClasses, mapMean } from '../grid'
import { independentLags } from '../lags'
import { type Moments, overUnits, type Signal } from '../moments'
import { type PositiveFunction, throughPositive } from '../positive'
import type { Environment, Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { mapSignal } from './activation'
import { count, dropAxes, meanOver, scaleBy } from './reduceMean'

const square = scalarFunction({ name: 'square' })
const root: PositiveFunction = (mean, variance) => ({ mean: rootMean(mean, variance), second: Math.max(0, mean) })

const withBlocks = (signal: Signal, change: (block: Moments) => Moments): Signal => ({ ...signal, blocks: signal.blocks.map(change) })

/** Σx² over the axes, which stay with size 1. */
function sumOfSquares(signal: Signal, op: ReduceOp, env: Environment): Signal {
  const mean = meanOver(mapSignal(signal, square, 'square', env), op.axes)
  return withBlocks(mean, (block) => scaleBy(block, count(signal, op.axes)))
}

/**
 * Σ(x − x̄)²/(n − 1) of n values: its mean is n/(n − 1)·(E x² − E x̄²). Its variance is that of the mean of (x − E x)², which for normal values is
 * 2v²/n, times n/(n − 1), and as the square of what centring leaves of v.
 */
function sampleVariance(signal: Signal, op: ReduceOp, env: Environment): Signal {
  const n = count(signal, op.axes)
  if (n < 2) throw new Unmodelled('the variance of a single value')
  const expected = overUnits(signal, (m) => m.mean)
  const centred = mapSignal(signal, affine(1, -expected), `centre ${expected}`, env)
  const squares = meanOver(mapSignal(centred, square, 'square', env), op.axes)
  const centres = meanOver(centred, op.axes)
  return {
    ...squares,
    blocks: squares.blocks.map((block, b) => {
      const centre = centres.blocks[Math.min(b, centres.blocks.length - 1)] as Moments
      const mean = block.mean.map((q, i) => Math.max(0, ((q - (centre.second[i] as number)) * n) / (n - 1)))
      const size = mean.length
      const kept = mean.map((m, i) => ((block.mean[i] as number) > 0 ? (m / (block.mean[i] as number)) * Math.sqrt(n / (n - 1)) : 0))
      const lift = (value: number, i: number, j: number) =>
        (mean[i] as number) * (mean[j] as number) +
        (kept[i] as number) * (kept[j] as number) * (value - (block.mean[i] as number) * (block.mean[j] as number))
      const spread = (values: Float64Array) => values.map((value, i) => lift(value, i, i))
      return {
        ...block,
        mean,
        second: spread(block.second),
        same: spread(block.same),
        far: block.far.map((value, at) => lift(value, Math.floor(at / size), at % size)),
        image: null,
      }
    }),
  }
}

/** What the reduction is before a root is taken. */
function inside(signal: Signal, op: ReduceOp, env: Environment): Signal {
  return op.reduce === 'norm' ? sumOfSquares(signal, op, env) : sampleVariance(signal, op, env)
}

/**
 * E over the n elements of (∂/∂x)², for gradient 1: ‖x‖ has x/‖x‖, of mean square 1/n; the deviation (x − x̄)/((n − 1)s), 1/(n(n − 1)); the
 * variance 2(x − x̄)/(n − 1), 4s²/(n(n − 1)).
 */
function slopeSquare(op: ReduceOp, n: number, before: Signal): number {
  switch (op.reduce) {
    case 'norm':
      return 1 / n
    case 'std':
      return 1 / (n * (n - 1))
    case 'variance':
      return (4 * overUnits(before, (m) => m.mean)) / (n * (n - 1))
    default:
      throw new Unmodelled(`the reduction ${op.reduce}`)
  }
}

/** Norm, standard deviation and variance over axes: sums of squares, whose roots follow the gamma law. */
export const reduceSpread: Rule<ReduceOp> = {
  forward(op, inputs, env) {
    const sums = inside(inputs[0] as Signal, op, env)
    const result = op.reduce === 'variance' ? sums : withBlocks(sums, (block) => throughPositive(block, root))
    return [op.keepDims ? result : dropAxes(result, op.axes)]
  },
  backward(op, step, env) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const signal = step.inputs[0] as Signal
    const factor = slopeSquare(op, count(signal, op.axes), inside(signal, op, env))
    return [spreadBack(signal, step.outputs[0] as Signal, gradient, factor)]
  },
}

/** Every element gets the output's gradient times its own value, in proportion to its own square. */
function spreadBack(signal: Signal, output: Signal, gradient: Gradient, factor: number): Gradient {
  const whole = overUnits(signal, (m) => m.second)
  const size = gridClasses(signal.grid)
  const matched = gradient.length === signal.blocks.length
  return signal.blocks.map((block, b): GradientMoments | null => {
    const g = gradient[matched ? b : 0]
    if (!g) return null
    const sameGrid = g.second.length === size && output.grid.length === signal.grid.length
    const mean = mapMean(output.grid, g.second)
    const second = block.second.map((q, i) => (sameGrid ? (g.second[i] as number) : mean) * factor * (whole > 0 ? q / whole : 1))
    return { second, lags: independentLags(signal.grid.length), cross: 0, tilt: null, excess: 1 }
  })
}
