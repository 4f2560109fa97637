import type { ReduceOp } from '../../graph'
import { scalarFunction } from '../gaussian/activations'
import { logMoments } from '../gaussian/gammaLaw'
import type { Gradient } from '../gradient'
import { type Moments, overUnits, type Signal } from '../moments'
import { throughPositive } from '../positive'
import type { Environment, Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { mapSignal } from './activation'
import { copyBack, count, dropAxes, meanOver } from './reduceMean'

const exponential = scalarFunction({ name: 'exp' })

/** A sum of exponentials that varies by more than this, relative to its square, is a few large ones and far from any gamma law. */
const FEW_DECIDE = 0.25

function meanExponential(signal: Signal, op: ReduceOp, env: Environment): Signal {
  const mean = meanOver(mapSignal(signal, exponential, 'exp', env), op.axes)
  const uneven = mean.blocks.some((block) => block.second.some((q, i) => q > (1 + FEW_DECIDE) * (block.mean[i] as number) ** 2))
  if (uneven) throw new Unmodelled('a log-sum-exp that a few large elements decide')
  return mean
}

/** log Σexp(x) = log n + log of the mean of exp(x), which follows the gamma law. The gradient is the softmax: E p² = E e²ˣ/(n·E eˣ)². */
export const reduceLogSumExp: Rule<ReduceOp> = {
  forward(op, inputs, env) {
    const signal = inputs[0] as Signal
    const offset = Math.log(count(signal, op.axes))
    const logarithm = (block: Moments) =>
      throughPositive(block, (mean, variance) => {
        const log = logMoments(mean, variance)
        return { mean: log.mean + offset, second: log.variance + (log.mean + offset) ** 2 }
      })
    const mean = meanExponential(signal, op, env)
    const result = { ...mean, blocks: mean.blocks.map(logarithm) }
    return [op.keepDims ? result : dropAxes(result, op.axes)]
  },
  backward(op, step, env) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const signal = step.inputs[0] as Signal
    const values = mapSignal(signal, exponential, 'exp', env)
    const n = count(signal, op.axes)
    const mean = overUnits(values, (m) => m.mean)
    const square = overUnits(values, (m) => m.second) / (n * mean) ** 2
    const back = copyBack(signal, step.outputs[0] as Signal, gradient, square, op.axes)
    // weights are positive: copies of one gradient keep its sign, the evener the weights the more alike
    const alike = 1 / (n * n * square)
    return [back.map((g) => g && { ...g, lags: { ...g.lags, far: g.lags.far * alike } })] satisfies readonly Gradient[]
  },
}
