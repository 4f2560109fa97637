import type { RecurrentOp } from '../../graph'
import type { Gradient, GradientMoments } from '../gradient'
import { rearrangeLags } from '../lagLayout'
import { independentLags, lagAt } from '../lags'
import { axisSize } from '../layout'
import type { Atom, Moments, Signal } from '../moments'
import { classAt, type Partition } from '../partition'
import type { TimeKernel } from '../recurrent/covariance'
import { type Horizon, horizon } from '../recurrent/horizon'
import { backwardLayers, centred, forwardLayers, type Ways } from '../recurrent/layers'
import { kernelOf, mapOfSteps, type Sequence, sequenceOf } from '../recurrent/sequence'
import { excessOf, memoryMoments, pointMoments, startsOf, toStarts, unitAxis } from '../recurrent/states'
import { lagsOf, sequenceMoments, timePartition } from '../recurrent/timeMaps'
import type { Trajectory } from '../recurrent/unroll'
import { mixBlocks } from '../roles'
import type { Environment, Rule, Step } from '../rule'
import { backwardCell, forwardCell } from './recurrentCell'
import { regridGradient } from './regrid'

/** What the forward pass found, for the backward pass of the same prediction. */
const waysOf = new WeakMap<Signal, Ways>()

interface Unrolled {
  readonly timeAxis: number
  readonly sequence: Sequence
  readonly horizon: Horizon
  readonly kernel: TimeKernel
}

function unrolled(timeAxis: number, input: Signal): Unrolled {
  const sequence = sequenceOf(input, timeAxis)
  const steps = horizon(axisSize(input.axes[timeAxis] as readonly Atom[]))
  return { timeAxis, sequence, horizon: steps, kernel: kernelOf(sequence, timeAxis, steps) }
}

/**
 * A sequence of states, and the final ones. Time becomes an axis of positions with a class for each step while they are few, the
 * batch numbers the samples; directions are blocks of units side by side, and so are the layers of final states.
 */
function forward(
  op: RecurrentOp,
  timeAxis: number,
  inputs: readonly Signal[],
  env: Environment,
  shapes: readonly (readonly number[])[],
): readonly Signal[] {
  const input = inputs[0] as Signal
  const { sequence, horizon: steps, kernel } = unrolled(timeAxis, input)
  const starts = startsOf(op, inputs)
  const ways = forwardLayers(op, kernel, starts, env)
  const zeroMean = centred(op, starts, env)
  const length = steps.stepOf.length
  const batch: readonly Atom[] = sequence.batchAxis === null ? [] : sampleAtoms(axisSize(input.axes[sequence.batchAxis] as readonly Atom[]))
  const part = timePartition(steps)
  const top = (ways.at(-1) as readonly Trajectory[]).map((way, d): Moments => {
    const { states, means } = d === 0 ? way : backInTime(way)
    const centredMeans = zeroMean ? means.map(() => 0) : means
    if (length === 1)
      return pointMoments(centredMeans[0] as number, states.within[0] as number, states.between[0] as number, excessOf(way), 0)
    return sequenceMoments(states, centredMeans, excessOf(way), steps, part)
  })
  const width = shapes[0]?.at(-1) ?? 0
  const last = input.axes.length - 1
  const axes = input.axes.map((_, axis): readonly Atom[] =>
    axis === last ? unitAxis(width) : axis === timeAxis ? (length === 1 ? [] : [{ size: length, role: 'position' }]) : batch,
  )
  const all: Signal = { axes, grid: length === 1 ? [] : [part], blocks: top, assignment: sideBySide(top.length, width) }
  const finals = (of: (way: Trajectory) => Moments, i: number): Signal => {
    const blocks = ways.flat().map(of)
    const [stack = 1, size = 1] = [shapes[i]?.[0], shapes[i]?.at(-1)]
    const lead = unitAxis(stack)
    return {
      axes: sequence.batchAxis === null ? [lead, unitAxis(size)] : [lead, batch, unitAxis(size)],
      grid: [],
      blocks,
      assignment: sideBySide(stack, stack * size),
    }
  }
  const state = finals((way) => {
    const { steps: n, within, between } = way.states
    return pointMoments(
      zeroMean ? 0 : (way.means[n - 1] as number),
      within[n * n - 1] as number,
      between[n * n - 1] as number,
      excessOf(way),
      0,
    )
  }, 1)
  const outputs = op.cell === 'lstm' ? [all, state, finals((way) => memoryMoments(way, zeroMean, 0), 2)] : [all, state]
  waysOf.set(all, ways)
  return outputs
}

const sampleAtoms = (size: number): readonly Atom[] => (size === 1 ? [] : [{ size, role: 'sample' }])

function backInTime(way: Trajectory): Pick<Trajectory, 'states' | 'means'> {
  const { steps, within, between } = way.states
  const turn = (values: Float64Array) => values.map((_, at) => values[values.length - 1 - at] as number)
  return { states: { steps, within: turn(within), between: turn(between) }, means: turn(way.means) }
}

/** Equal runs of units, a block each. */
const sideBySide = (blocks: number, units: number): Uint16Array | null =>
  blocks === 1 ? null : Uint16Array.from({ length: units }, (_, unit) => Math.floor((unit * blocks) / units))

/** Gradient covariances over the followed steps of one block of the output. */
function arrivingAt(g: GradientMoments | null, part: Partition | null, { timeOf }: Horizon): Float64Array {
  const steps = timeOf.length
  const out = new Float64Array(steps * steps)
  if (g === null) return out
  const second = (k: number) => g.second[part === null ? 0 : classAt(part, timeOf[k] as number)] as number
  for (let k = 0; k < steps; k++)
    for (let l = 0; l < steps; l++) {
      const c =
        k === l
          ? 1
          : lagAt(
              g.lags,
              g.lags.radius.map(() => (timeOf[k] as number) - (timeOf[l] as number)),
            )
      out[k * steps + l] = c * Math.sqrt(second(k) * second(l))
    }
  return out
}

function backward(op: RecurrentOp, timeAxis: number, step: Step, env: Environment): readonly (Gradient | null)[] {
  const input = step.inputs[0] as Signal
  const { sequence, horizon: steps, kernel } = unrolled(timeAxis, input)
  const output = step.outputs[0] as Signal
  const ways = waysOf.get(output) ?? forwardLayers(op, kernel, startsOf(op, step.inputs), env)
  const directions = op.bidirectional ? 2 : 1
  const finals = (i: number) => op.layers.flat().map((_, block) => step.gradients[i]?.[block]?.second[0] ?? 0)
  const leaving = backwardLayers(
    op,
    ways,
    {
      sequence: Array.from({ length: directions }, (_, d) => arrivingAt(step.gradients[0]?.[d] ?? null, output.grid[0] ?? null, steps)),
      state: finals(1),
      memory: finals(2),
    },
    env,
  )
  const n = steps.timeOf.length
  const { signal, unmixed } = sequence
  const perStep = Float64Array.from({ length: n }, (_, k) => leaving.input[k * n + k] as number)
  const time = signal.axes
    .slice(0, timeAxis)
    .flat()
    .filter((atom) => atom.role === 'position').length
  const inTime = (signal.axes[timeAxis] as readonly Atom[])[0]?.role === 'position'
  const lags = inTime
    ? rearrangeLags(
        lagsOf(n, (k, l) => leaving.input[k * n + l] as number),
        signal.grid.map((_, g) => (g === time ? 0 : null)),
      )
    : independentLags(signal.grid.length)
  const sent: GradientMoments = { second: mapOfSteps(signal, timeAxis, perStep, steps), lags, cross: 0, tilt: null, excess: 1 }
  const [mixed = null] = regridGradient([sent], signal, mixBlocks(unmixed))
  const toInput = regridGradient(
    unmixed.blocks.map(() => mixed),
    unmixed,
    input,
  )
  return [toInput, ...toStarts(op, step, leaving.state, leaving.memory)]
}

/**
 * RNN, LSTM and GRU: moments iterated over time for a population of units in the limit of many units, and backward through time.
 * Mean-field theory of recurrent networks: Chen, Pennington & Schoenholz 2018; Gilboa et al. 2019; tied weights: Yang 2019.
 */
export const recurrent: Rule<RecurrentOp> = {
  forward(op, inputs, env, node) {
    if (op.timeAxis === null) return forwardCell(op, inputs, env, node)
    return forward(
      op,
      op.timeAxis,
      inputs,
      env,
      node.outputs.map((_, i) => env.outputShape(node, i)),
    )
  },
  backward: (op, step, env) => (op.timeAxis === null ? backwardCell(op, step, env) : backward(op, op.timeAxis, step, env)),
}
