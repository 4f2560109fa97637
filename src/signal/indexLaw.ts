/** What is known of the integers that pick rows. */
import type { Graph, TensorId } from '../graph'
import { producerOf } from './producer'
import type { Environment } from './rule'
import { Unmodelled } from './unmodelled'

/** How often two places hold the same index: within a sample, and at the same place of another sample. */
export interface IndexLaw {
  readonly within: number
  readonly across: number
  /** Drawn evenly from the integers below this; null where they are known numbers. */
  readonly below: number | null
}

const carriers = new Set(['reshape', 'permute', 'slice', 'cast', 'expand', 'repeat', 'flip', 'roll', 'concat', 'gather'])

/** What is known of an integer tensor: drawn tokens, or numbers that all samples share. */
export function indexLaw(graph: Graph, tensor: TensorId, env: Environment): IndexLaw {
  const node = producerOf(graph, tensor)
  if (node === undefined) throw new Unmodelled('the indices are not known')
  const { op } = node
  if (op.kind === 'input') {
    const distribution = env.input(node, op.distribution)
    if (distribution.kind !== 'tokens') throw new Unmodelled('the indices are not tokens')
    return { within: 1 / distribution.below, across: 1 / distribution.below, below: distribution.below }
  }
  if (op.kind === 'constant') {
    if (op.values !== null && op.values.length > 0) return { within: repeats(op.values), across: 1, below: null }
    if (op.mean !== null && op.secondMoment !== null && op.secondMoment - op.mean ** 2 <= 1e-12 * op.secondMoment)
      return { within: 1, across: 1, below: null }
    return { within: 0, across: 1, below: null }
  }
  const [source] = node.inputs
  if (carriers.has(op.kind) && source !== undefined) return indexLaw(graph, source, env)
  throw new Unmodelled('the indices are computed')
}

/** Share of pairs of different places that hold equal numbers. */
function repeats(values: readonly number[]): number {
  const n = values.length
  if (n < 2) return 1
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let pairs = 0
  for (const count of counts.values()) pairs += count * (count - 1)
  return pairs / (n * (n - 1))
}
