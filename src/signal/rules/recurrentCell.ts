import type { Node, RecurrentLayer, RecurrentOp, TensorId } from '../../graph'
import type { Gradient } from '../gradient'
import { mapMean } from '../grid'
import type { Atom, Signal } from '../moments'
import { uniform } from '../partition'
import { centred, startBack, startChain } from '../recurrent/layers'
import { meanMoments } from '../recurrent/sequence'
import { everywhere, excessOf, memoryMoments, pointMoments, startsOf, toStarts, unitAxis } from '../recurrent/states'
import type { BackUnrolling } from '../recurrent/throughTime'
import type { StartMoments, Trajectory, Unrolling } from '../recurrent/unroll'
import type { Environment, Step } from '../rule'
import { Unmodelled } from '../unmodelled'

/** A cell called step after step on its own states. */
interface Chain {
  readonly unrolling: Unrolling
  /** Steps when this call's states came out. */
  readonly steps: number
  readonly layer: RecurrentLayer
  readonly inputs: readonly StepInput[]
  readonly zeroMean: boolean
  readonly way: Trajectory
}

interface StepInput {
  readonly tensor: TensorId
  readonly moments: StartMoments
  /** The chain that it is a state of, when another cell made it. */
  readonly made: Chain | undefined
}

/** E[x_t x_s] of the inputs of two steps: known where they are one tensor or states of one chain; else their means' product. */
function crossMoments(a: StepInput, b: StepInput): { readonly within: number; readonly between: number } {
  if (a.tensor === b.tensor) return { within: a.moments.second, between: a.moments.same }
  if (a.made !== undefined && b.made !== undefined && a.made.unrolling === b.made.unrolling)
    return a.made.unrolling.covariance(a.made.steps, b.made.steps)
  const means = a.moments.mean * b.moments.mean
  return { within: means, between: means }
}

/** Chains by the states that they ended in. */
const chains = new WeakMap<Signal, Chain>()
/** Longest chain; the next call starts another from the moments of its states. */
const LONGEST = 96

const sameWeights = (a: RecurrentLayer, b: RecurrentLayer): boolean =>
  a.inputKernel === b.inputKernel &&
  a.recurrentKernel === b.recurrentKernel &&
  a.inputBias === b.inputBias &&
  a.recurrentBias === b.recurrentBias

/** The chain whose last states a call reads, unless another call has read them before. */
function chainBefore(op: RecurrentOp, layer: RecurrentLayer, inputs: readonly Signal[]): Chain | null {
  const chain = inputs[1] && chains.get(inputs[1])
  if (chain === undefined || (op.cell === 'lstm' && (inputs[2] === undefined || chains.get(inputs[2]) !== chain))) return null
  return sameWeights(chain.layer, layer) && chain.unrolling.steps === chain.steps && chain.steps < LONGEST ? chain : null
}

/**
 * One step of a cell for every row of its input. Called on its own last states it goes on with their population, so that biases and
 * memory are
 * those of the steps before.
 */
export function forwardCell(op: RecurrentOp, inputs: readonly Signal[], env: Environment, node: Node): readonly Signal[] {
  const [[layer]] = op.layers as readonly [readonly [RecurrentLayer]]
  const input = inputs[0] as Signal
  const before = chainBefore(op, layer, inputs)
  const starts = startsOf(op, inputs)
  const unrolling = before?.unrolling ?? startChain(op, starts[0] ?? { state: null, memory: null }, env)
  const zeroMean = before?.zeroMean ?? centred(op, starts, env)
  const now: StepInput = { tensor: node.inputs[0] as TensorId, moments: meanMoments(input), made: chains.get(input) }
  const steps = [...(before?.inputs ?? []), now]
  const shared = steps.map((step) => crossMoments(now, step))
  unrolling.advance(
    Float64Array.from(shared, ({ within }) => within),
    Float64Array.from(shared, ({ between }) => between),
  )
  const way = unrolling.way(unrolling.steps - 1)
  const last = input.axes.length - 1
  const axes = input.axes.map((atoms, axis): readonly Atom[] =>
    axis === last ? unitAxis(op.hidden) : atoms.map((atom): Atom => (atom.role === 'unit' ? { size: atom.size, role: 'position' } : atom)),
  )
  const grid = axes.flat().flatMap((atom) => (atom.role === 'position' ? [uniform(atom.size)] : []))
  const { within, between } = way.states
  const state = pointMoments(zeroMean ? 0 : (way.means[0] as number), within[0] as number, between[0] as number, excessOf(way), grid.length)
  const signals = [state, ...(op.cell === 'lstm' ? [memoryMoments(way, zeroMean, grid.length)] : [])].map(
    (block): Signal => ({ axes, grid, blocks: [block], assignment: null }),
  )
  const chain: Chain = { unrolling, steps: unrolling.steps, layer, inputs: steps, zeroMean, way }
  for (const signal of signals) chains.set(signal, chain)
  return signals
}

/** How far the way back along a chain has come, and what it has sent to the states before. */
interface Return {
  readonly back: BackUnrolling
  readonly reached: number
  readonly toState: number
  readonly toMemory: number
}
const returns = new WeakMap<Unrolling, Return>()

/**
 * The gradients of the cell's input and states from those of its new states. One that goes on with the step behind it knows what of
 * them came by
 * itself, and how that correlates with what came before: the same weights are passed at every step.
 */
export function backwardCell(op: RecurrentOp, step: Step, env: Environment): readonly (Gradient | null)[] {
  const input = step.inputs[0] as Signal
  const output = step.outputs[0] as Signal
  const chain = chains.get(output)
  if (chain === undefined) throw new Unmodelled('the states of the cell were not followed')
  const { unrolling, way, steps } = chain
  const known = returns.get(unrolling)
  const behind = known?.reached === steps + 1 ? known : null
  const arriving = (i: number) => {
    const g = step.gradients[i]?.[0]
    return g ? mapMean(output.grid, g.second) : 0
  }
  const back = behind?.back ?? startBack(op, way, env)
  const outside = new Float64Array(back.steps + 1)
  outside[back.steps] = Math.max(0, arriving(0) - (behind?.toState ?? 0))
  if (op.cell === 'lstm') back.addToMemory(Math.max(0, arriving(1) - (behind?.toMemory ?? 0)))
  const sent = back.advance(way.pre[0] as readonly Float64Array[], way.memory[0] as Float64Array, way.memory[1] as Float64Array, outside)
  const toState = op.cell === 'gru' ? sent.both : (sent.state.at(-1) ?? 0)
  returns.set(unrolling, { back, reached: steps, toState, toMemory: sent.memory })
  const toInput = sent.input.at(-1) ?? 0
  return [input.blocks.map(() => everywhere(input, toInput)), ...toStarts(op, step, [toState], [sent.memory])]
}
