/** States of a recurrent layer as moments and signals: given ones, and final ones. */
import type { RecurrentOp } from '../../graph'
import { combine } from '../combine'
import type { Gradient, GradientMoments } from '../gradient'
import { gridClasses } from '../grid'
import { independentLags } from '../lags'
import type { Atom, Moments, Signal } from '../moments'
import type { Step } from '../rule'
import { pick, unpick } from '../rules/structure'
import type { Start } from './layers'
import { meanProduct } from './population'
import { meanAcross } from './process'
import { meanMoments } from './sequence'
import { average, type StartMoments, type Trajectory } from './unroll'

/** The part of a given state that layer and direction i of n starts from. */
const startOf = (states: Signal, i: number, n: number): Signal => (n === 1 ? states : pick(states, 0, [i]))

function startMoments(states: Signal | undefined, i: number, n: number): StartMoments | null {
  if (states === undefined) return null
  const moments = meanMoments(startOf(states, i, n))
  return moments.second === 0 ? null : moments
}

export function startsOf(op: RecurrentOp, inputs: readonly Signal[]): readonly Start[] {
  const stacked = op.layers.flat().length
  return op.layers.flat().map((_, i) => ({
    state: startMoments(inputs[1], i, stacked),
    memory: op.cell === 'lstm' ? startMoments(inputs[2], i, stacked) : null,
  }))
}

/** Fourth moment of the last output over the square of its second, less the normal law's 3. */
export function excessOf(way: Trajectory): number {
  const last = way.output.at(-1) as Float64Array
  const square = last.map((x) => x * x)
  const second = meanProduct(last, last)
  return second > 0 ? meanProduct(square, square) / (second * second) - 3 : 0
}

/** One state of each unit, at no place. */
export function pointMoments(mean: number, second: number, same: number, excess: number, axes: number): Moments {
  const one = (value: number) => Float64Array.of(value)
  return {
    mean: one(mean),
    second: one(second),
    same: one(same),
    far: one(same),
    lags: independentLags(axes),
    shape: { skew: 0, excess },
    spread: 0,
    image: null,
  }
}

export const unitAxis = (size: number): readonly Atom[] => (size === 1 ? [] : [{ size, role: 'unit' }])

/** The final memory (an LSTM's c). */
export function memoryMoments(way: Trajectory, zeroMean: boolean, axes: number): Moments {
  const last = way.memory.at(-1) as Float64Array
  const mean = zeroMean ? 0 : average(last)
  return pointMoments(mean, meanProduct(last, last), meanAcross(last, last), 0, axes)
}

/** Gradients of given initial states. */
export function toStarts(op: RecurrentOp, step: Step, state: readonly number[], memory: readonly number[]): readonly (Gradient | null)[] {
  const n = op.layers.flat().length
  return [state, memory].slice(0, step.inputs.length - 1).map((seconds, i) => {
    const given = step.inputs[i + 1] as Signal
    const parts = seconds.map((second, at) => {
      const part = startOf(given, at, n)
      const gradient: Gradient = part.blocks.map(() => everywhere(part, second))
      return n === 1 ? gradient : unpick(given, part, gradient, 0, [at])
    })
    return combine(parts, given.grid)
  })
}

/** One second moment at all elements. */
export const everywhere = (signal: Signal, second: number): GradientMoments => ({
  second: new Float64Array(gridClasses(signal.grid)).fill(second),
  lags: independentLags(signal.grid.length),
  cross: 0,
  tilt: null,
  excess: 1,
})
