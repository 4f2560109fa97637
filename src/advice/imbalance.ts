import type { Prediction } from '../analysis'
import type { Graph, TensorId } from '../graph'

/** Within this factor of 1 nothing is lost: He holds 2 in front of a rectifier, 1 behind it. */
const room = Math.log(2.05)

/** Logarithms beyond this are all the same: dead is dead. */
const mostNepers = 40

/**
 * How far signal and gradient are from 1 over the given layers' outputs: the mean of |ln q| and of |ln (gradient's energy against
 * that of the last)|, the energy being summed over a sample's units, each beyond a factor of 2. 0 is perfect. null where any of it is not predicted.
 */
export function imbalance(graph: Graph, outputs: readonly TensorId[], { forward, backward }: Prediction): number | null {
  const signals: number[] = []
  const energies: number[] = []
  for (const id of outputs) {
    const [signal, gradient] = [forward[id], backward[id]]
    if (signal?.known !== true || gradient?.known !== true) return null
    const units = (graph.tensors[id]?.shape ?? []).slice(1).reduce((product, size) => product * size, 1)
    signals.push(signal.secondMoment)
    energies.push(gradient.secondMoment * units)
  }
  const last = energies.at(-1)
  if (last === undefined) return null
  const sum =
    signals.reduce((total, moment) => total + nepers(moment), 0) + energies.reduce((total, energy) => total + nepers(energy / last), 0)
  return sum / (2 * signals.length)
}

function nepers(ratio: number): number {
  const value = Math.abs(Math.log(ratio))
  return Number.isNaN(value) ? mostNepers : Math.min(mostNepers, Math.max(0, value - room))
}
