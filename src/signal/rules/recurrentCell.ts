import type { Node, RecurrentLayer, RecurrentOp, TensorId } from '../../graph'
import type { Gradient } from '../gradient'
import { mapMean } from '../grid'
import type { Atom, Signal } from '../moments'
import { uniform } from '../partition'
import { backwardLayers, centred, startChain } from '../recurrent/layers'
import { meanMoments } from '../recurrent/sequence'
import { everywhere, excessOf, memoryMoments, pointMoments, startsOf, toStarts, unitAxis } from '../recurrent/states'
import type { StartMoments, Trajectory, Unrolling } from '../recurrent/unroll'
import type { Environment, Step } from '../rule'
import { Unmodelled } from '../unmodelled'

/** A cell called step after step on its own states. */
interface Chain {
  readonly unrolling: Unrolling
  /** Steps when this call's states came out. */
  readonly steps: number
  readonly layer: RecurrentLayer
  readonly inputs: readonly { readonly tensor: TensorId; readonly moments: StartMoments }[]
  readonly zeroMean: boolean
  readonly way: Trajectory
}

/** Chains by the states that they ended in. */
const chains = new WeakMap<Signal, Chain>()
/** Longest chain; the next call starts another from the moments of its states. */
const LONGEST = 256

const sameWeights = (a: RecurrentLayer, b: RecurrentLayer): boolean =>
  a.inputKernel === b.inputKernel && a.recurrentKernel === b.recurrentKernel && a.inputBias === b.inputBias && a.recurrentBias === b.recurrentBias

/** The chain whose last states a call reads, unless another call has read them before. */
function chainBefore(op: RecurrentOp, layer: RecurrentLayer, inputs: readonly Signal[]): Chain | null {
  const chain = inputs[1] && chains.get(inputs[1])
  if (chain === undefined || (op.cell === 'lstm' && (inputs[2] === undefined || chains.get(inputs[2]) !== chain))) return null
  return sameWeights(chain.layer, layer) && chain.unrolling.steps === chain.steps && chain.steps < LONGEST ? chain : null
}

/**
 * One step of a cell for every row of its input. Called on its own last states it goes on with their population, so that biases and memory are
 * those of the steps before; inputs of different steps share their means, and everything where they are one tensor.
 */
export function forwardCell(op: RecurrentOp, inputs: readonly Signal[], env: Environment, node: Node): readonly Signal[] {
  const [[layer]] = op.layers as readonly [readonly [RecurrentLayer]]
  const input = inputs[0] as Signal
  const before = chainBefore(op, layer, inputs)
  const starts = startsOf(op, inputs)
  const unrolling = before?.unrolling ?? startChain(op, starts[0] ?? { state: null, memory: null }, env)
  const zeroMean = before?.zeroMean ?? centred(op, starts, env)
  const now = { tensor: node.inputs[0] as TensorId, moments: meanMoments(input) }
  const steps = [...(before?.inputs ?? []), now]
  const row = (of: (moments: StartMoments) => number) =>
    Float64Array.from(steps, ({ tensor, moments }) => (tensor === now.tensor ? of(now.moments) : moments.mean * now.moments.mean))
  unrolling.advance(row(({ second }) => second), row(({ same }) => same))
  const way = unrolling.way(unrolling.steps - 1)
  const last = input.axes.length - 1
  const axes = input.axes.map((atoms, axis): readonly Atom[] =>
    (axis === last ? unitAxis(op.hidden) : atoms.map((atom): Atom => (atom.role === 'unit' ? { size: atom.size, role: 'position' } : atom))))
  const grid = axes.flat().flatMap((atom) => (atom.role === 'position' ? [uniform(atom.size)] : []))
  const { within, between } = way.states
  const state = pointMoments(zeroMean ? 0 : (way.means[0] as number), within[0] as number, between[0] as number, excessOf(way), grid.length)
  const signals = [state, ...(op.cell === 'lstm' ? [memoryMoments(way, zeroMean, grid.length)] : [])]
    .map((block): Signal => ({ axes, grid, blocks: [block], assignment: null }))
  const chain: Chain = { unrolling, steps: unrolling.steps, layer, inputs: steps, zeroMean, way }
  for (const signal of signals) chains.set(signal, chain)
  return signals
}

/** The gradients of the cell's input and states from those of its new states. */
export function backwardCell(op: RecurrentOp, step: Step, env: Environment): readonly (Gradient | null)[] {
  const input = step.inputs[0] as Signal
  const output = step.outputs[0] as Signal
  const chain = chains.get(output)
  if (chain === undefined) throw new Unmodelled('the states of the cell were not followed')
  const mean = (i: number) => {
    const g = step.gradients[i]?.[0]
    return g ? mapMean(output.grid, g.second) : 0
  }
  const leaving = backwardLayers(op, [[chain.way]], { sequence: [Float64Array.of(mean(0))], state: [0], memory: [mean(1)] }, env)
  return [input.blocks.map(() => everywhere(input, leaving.input[0] as number)), ...toStarts(op, step, leaving.state, leaving.memory)]
}
