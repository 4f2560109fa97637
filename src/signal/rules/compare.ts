import type { CompareOp, Node, TensorId } from '../../graph'
import { shareOfTokens } from '../drawnMasks'
import type { ScalarFunction } from '../gaussian/scalarFunction'
import { independentMoments, type Moments, type Signal } from '../moments'
import type { Environment, Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { mapSignal } from './activation'
import { add } from './add'

const holds: Readonly<Record<CompareOp['relation'], (x: number, y: number) => boolean>> = {
  lt: (x, y) => x < y,
  le: (x, y) => x <= y,
  gt: (x, y) => x > y,
  ge: (x, y) => x >= y,
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
}

/** 1 where the relation to a number holds, else 0. */
export function indicator(relation: CompareOp['relation'], to: number): ScalarFunction {
  const holdsFor = holds[relation]
  return {
    value: (x) => (holdsFor(x, to) ? 1 : 0),
    derivative: () => 0,
    kinks: [to],
    slopes: null,
    monotone: relation === 'gt' || relation === 'ge',
  }
}

/** Tokens, each for itself, for which the relation to a number holds. */
function ofTokens(op: CompareOp, tokens: Signal, env: Environment, node: Node): Signal | null {
  const [source] = node.inputs
  const { nodes } = env.graph
  const share = source === undefined ? null : shareOfTokens(env.graph, source, op, (id, written) => env.input(nodes[id] as Node, written))
  if (share === null) return null
  const draws: Moments = independentMoments(tokens.grid, share, share)
  return { axes: tokens.axes, grid: tokens.grid, blocks: [draws], assignment: null }
}

/** The values are counted one by one where they are integers; nothing says how two tensors of them depend on each other. */
function refuseIntegers(env: Environment, node: Node): void {
  const whole = (id: TensorId | undefined) => id !== undefined && env.graph.tensors[id]?.dtype !== 'float'
  if (whole(node.inputs[0]) || whole(node.inputs[1])) throw new Unmodelled('a comparison of whole numbers that are not known')
}

/**
 * The indicator of x ⋚ c, or of x − y ⋚ 0: mean = second = P, and E of two of them from the Hermite coefficients of a step. No gradient passes.
 */
export const compare: Rule<CompareOp> = {
  forward(op, inputs, env, node) {
    const counted = ofTokens(op, inputs[0] as Signal, env, node)
    if (counted !== null) return [counted]
    refuseIntegers(env, node)
    const key = `compare ${op.relation} ${op.to ?? 0}`
    const left = op.to === null ? (add.forward({ kind: 'add', signs: [1, -1] }, inputs, env, node)[0] as Signal) : (inputs[0] as Signal)
    return [mapSignal(left, indicator(op.relation, op.to ?? 0), key, env)]
  },
  backward: (_op, step) => step.inputs.map(() => null),
}
