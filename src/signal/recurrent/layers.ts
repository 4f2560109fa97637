import type { ParameterId, RecurrentLayer, RecurrentOp } from '../../graph'
import type { Environment } from '../rule'
import { Unmodelled } from '../unmodelled'
import { type Cell, gateOf } from './cell'
import { dropDiagonal, dropKernel, meanKernel, reversed, reverseMatrix, type TimeKernel } from './covariance'
import { gruCell, resetFirstCell } from './gru'
import { lstmCell } from './lstm'
import { plainCell } from './plain'
import { population } from './population'
import { BackUnrolling, type BackWeights, throughTime } from './throughTime'
import { type Gains, type StartMoments, type Trajectory, Unrolling, unroll, type Weights } from './unroll'

/** States that a layer and direction starts from; null: zeros. */
export interface Start {
  readonly state: StartMoments | null
  readonly memory: StartMoments | null
}

/**
 * Gradients that arrive at a stack: covariances over steps at the outputs of each direction, second moments at final states of each
 * layer and direction.
 */
export interface Arriving {
  readonly sequence: readonly Float64Array[]
  readonly state: readonly number[]
  readonly memory: readonly number[]
}

export interface Leaving {
  readonly input: Float64Array
  readonly state: readonly number[]
  readonly memory: readonly number[]
}

function cellOf(op: RecurrentOp): Cell {
  switch (op.cell) {
    case 'rnn':
      return plainCell(op.nonlinearity)
    case 'lstm':
      return lstmCell(gateOf(op.gateSlope))
    case 'gru':
      return (op.resetAfter ? gruCell : resetFirstCell)(gateOf(op.gateSlope))
    default:
      return op.cell satisfies never
  }
}

/** Multiplications that a stack may cost, or one of its layers and directions, and the fewest and most units that this buys. */
const BUDGET = 2e8
const BUDGET_OF_ONE = 5e7
const MOST_LAYERS = 64
const FEWEST = 256
const MOST = 2048

/** Seed of the gradients' population, another than those of the processes. */
const GRADIENTS = 99

function unitsFor(steps: number, processes: number, parts: number): number {
  const budget = Math.min(BUDGET_OF_ONE, BUDGET / parts)
  return Math.max(FEWEST, Math.min(MOST, Math.floor(budget / (processes * steps * (2 * steps + 150)))))
}

interface Bias {
  readonly mean: number
  readonly variance: number
}
function biasOf(parameter: ParameterId | null, gate: number, hidden: number, env: Environment): Bias {
  if (parameter === null) return { mean: 0, variance: 0 }
  const { mean, variance } = env.rows(parameter, gate * hidden, (gate + 1) * hidden)
  return { mean, variance }
}

/** Factors of every process: E[w²] of its gate's rows times what they sum over, forward the inputs and states, backward the units. */
function weightsOf(
  op: RecurrentOp,
  layer: RecurrentLayer,
  cell: Cell,
  env: Environment,
): { readonly forward: Weights; readonly backward: BackWeights } {
  const { hidden } = op
  const inputs = env.graph.parameters[layer.inputKernel]?.shape[1] ?? 0
  const states = env.graph.parameters[layer.recurrentKernel]?.shape[1] ?? hidden
  const square = (parameter: ParameterId, gate: number) => env.rows(parameter, gate * hidden, (gate + 1) * hidden).secondMoment
  const each = cell.sources.map(({ gate, input, state }) => {
    const u = input ? square(layer.inputKernel, gate) : 0
    const w = state ? square(layer.recurrentKernel, gate) : 0
    const biases = [
      ...(input ? [biasOf(layer.inputBias, gate, hidden, env)] : []),
      ...(state ? [biasOf(layer.recurrentBias, gate, hidden, env)] : []),
    ]
    const gains: Gains = {
      input: u * inputs,
      state: w * states,
      biasMean: biases.reduce((sum, bias) => sum + bias.mean, 0),
      biasVariance: biases.reduce((sum, bias) => sum + bias.variance, 0),
    }
    return { gains, back: { input: u * hidden, state: w * hidden } }
  })
  const projected = layer.projection === null ? null : env.weight(layer.projection).secondMoment
  return {
    forward: { gains: each.map(({ gains }) => gains), projection: projected === null ? null : projected * hidden },
    backward: { gains: each.map(({ back }) => back), projection: projected === null ? null : projected * states },
  }
}

/** Ways of all layers and directions through time; the second direction's steps count from the end. */
export type Ways = readonly (readonly Trajectory[])[]

/** h_t of the stacked layers from the covariances of the input; `starts` has one entry for each layer and direction. */
export function forwardLayers(op: RecurrentOp, input: TimeKernel, starts: readonly Start[], env: Environment): Ways {
  const cell = cellOf(op)
  const parts = op.layers.flat().length
  if (parts > MOST_LAYERS) throw new Unmodelled(`more than ${MOST_LAYERS} recurrent layers are not followed`)
  const ways: Trajectory[][] = []
  let kernel = input
  op.layers.forEach((directions, l) => {
    const made = directions.map((layer, d) => {
      const start = starts[l * directions.length + d] ?? { state: null, memory: null }
      const size = unitsFor(kernel.steps, cell.sources.length, parts)
      return unroll(cell, weightsOf(op, layer, cell, env).forward, d === 0 ? kernel : reversed(kernel), start, size)
    })
    ways.push(made)
    kernel = dropKernel(outputKernel(made), op.dropout)
  })
  return ways
}

/** Steps that a chain of cells is sized for. */
const CHAIN = 32

/** A cell that starts a chain of single steps. */
export function startChain(op: RecurrentOp, start: Start, env: Environment): Unrolling {
  const cell = cellOf(op)
  const [[layer]] = op.layers as readonly [readonly [RecurrentLayer]]
  return new Unrolling(cell, weightsOf(op, layer, cell, env).forward, start, unitsFor(CHAIN, cell.sources.length, 1))
}

/** The way back along a chain. */
export function startBack(op: RecurrentOp, way: Trajectory, env: Environment): BackUnrolling {
  const cell = cellOf(op)
  const [[layer]] = op.layers as readonly [readonly [RecurrentLayer]]
  return new BackUnrolling(
    cell,
    weightsOf(op, layer, cell, env).backward,
    population((way.output[0] as Float64Array).length / 2, GRADIENTS),
  )
}

/** Covariances of a layer's outputs in the order of time, averaged over directions. */
const outputKernel = (directions: readonly Trajectory[]): TimeKernel =>
  meanKernel(directions.map(({ states }, d) => (d === 0 ? states : reversed(states))))

/** Gradients at the input and at the initial states. */
export function backwardLayers(op: RecurrentOp, ways: Ways, arriving: Arriving, env: Environment): Leaving {
  const cell = cellOf(op)
  const state: number[] = []
  const memory: number[] = []
  let sequence = arriving.sequence
  for (let l = op.layers.length - 1; l >= 0; l--) {
    const directions = op.layers[l] as readonly RecurrentLayer[]
    const parts = directions.map((layer, d) => {
      const way = (ways[l] as readonly Trajectory[])[d] as Trajectory
      const { steps } = way.states
      const at = l * directions.length + d
      const given = sequence[d] as Float64Array
      const incoming = d === 0 ? given.slice() : reverseMatrix(given, steps)
      incoming[incoming.length - 1] = (incoming[incoming.length - 1] as number) + (arriving.state[at] ?? 0)
      const units = population((way.output[0] as Float64Array).length / 2, GRADIENTS)
      const sent = throughTime(cell, weightsOf(op, layer, cell, env).backward, way, incoming, arriving.memory[at] ?? 0, units)
      // where the memory is the state, both ways lead to the same start
      state[at] = op.cell === 'gru' ? sent.both : sent.state
      memory[at] = sent.memory
      return d === 0 ? sent.input : reverseMatrix(sent.input, steps)
    })
    const steps = (ways[l] as readonly Trajectory[])[0]?.states.steps ?? 0
    const total = (parts[0] as Float64Array).map((_, i) => parts.reduce((sum, part) => sum + (part[i] as number), 0))
    const dropped = l === 0 ? total : dropDiagonal(total, steps, op.dropout)
    sequence = directions.map(() => dropped)
  }
  return { input: sequence[0] as Float64Array, state, memory }
}

/** Whether the means of the outputs vanish by symmetry. */
export function centred(op: RecurrentOp, starts: readonly Start[], env: Environment): boolean {
  const { odd } = cellOf(op)
  if (odd === null || starts.some(({ state, memory }) => (state?.mean ?? 0) !== 0 || (memory?.mean ?? 0) !== 0)) return false
  return op.layers.flat().every((layer) => {
    const { gains } = weightsOf(op, layer, cellOf(op), env).forward
    return odd.every((p) => gains[p]?.biasMean === 0)
  })
}
