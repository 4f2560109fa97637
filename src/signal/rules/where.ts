import type { Node, TensorId, WhereOp } from '../../graph'
import { align } from '../align'
import { scaleGradient } from '../gradient'
import { constantBehind, isMaskValue } from '../masks'
import { type Moments, mixMoments, originOf, overUnits, type Signal } from '../moments'
import type { Environment, Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { affine, imageOf } from './activation'
import { add, assemble } from './add'
import { reduceBroadcast } from './broadcast'
import { multiply } from './multiply'

/** Share of elements for which the condition holds. */
function shareTrue(env: Environment, condition: TensorId, signal: Signal): number {
  const known = constantBehind(env.graph, condition)
  if (known?.values && known.values.length > 0) return known.values.filter((value) => value !== 0).length / known.values.length
  const share = known?.mean ?? overUnits(signal, (m) => m.mean)
  if (!(share >= 0 && share <= 1)) throw new Unmodelled('a choice by what is no condition')
  return share
}

/** The condition and an alternative are functions of one variable: x > 0 ? x : 0.1·x. */
function sharesSource(inputs: readonly Signal[]): boolean {
  const [condition, ...alternatives] = inputs.map((signal) => signal.blocks.map((block) => originOf(imageOf(block).root)))
  return alternatives.some((roots) => roots.some((root) => condition?.includes(root)))
}

const times = { kind: 'multiply' } as const
const plus = { kind: 'add', signs: [1, 1] } as const
const opposite = { kind: 'affine', factor: -1, shift: 1 } as const

/** c·a and (1 − c)·b, of which the result is the sum. */
function products(inputs: readonly Signal[], env: Environment, node: Node) {
  const [condition, a, b] = inputs as [Signal, Signal, Signal]
  const otherwise = affine.forward(opposite, [condition], env, node)[0] as Signal
  const chosen = (c: Signal, x: Signal) => ({ factors: [c, x], result: multiply.forward(times, [c, x], env, node)[0] as Signal })
  return [chosen(condition, a), chosen(otherwise, b)] as const
}

/**
 * condition ? a : b. What a mask fills in is seen by the softmax behind it alone, which finds the mask for itself; the scores pass as they
 * are. By a condition that holds for a share p of elements, whatever the alternatives, the result is a mixture: p·a + (1 − p)·b in all moments; by one
 * that is a function of the same variable as an alternative it is c·a + (1 − c)·b.
 */
export const where: Rule<WhereOp> = {
  forward(_op, inputs, env, node) {
    const [condition, a, b] = node.inputs
    if (condition === undefined || a === undefined || b === undefined) throw new Unmodelled('a choice without alternatives')
    const kept = isMaskValue(env.graph, a) ? 2 : isMaskValue(env.graph, b) ? 1 : null
    if (kept !== null) return [inputs[kept] as Signal]
    if (sharesSource(inputs))
      return add.forward(
        plus,
        products(inputs, env, node).map(({ result }) => result),
        env,
        node,
      )
    const p = shareTrue(env, condition, inputs[0] as Signal)
    const aligned = align(inputs.slice(1), env.outputShape(node, 0))
    return [assemble(aligned, (blocks) => ({ ...mixMoments([blocks[0] as Moments, blocks[1] as Moments], [p, 1 - p]), image: null }))]
  },
  backward(_op, step, env, node) {
    const gradient = step.gradients[0]
    const [condition, a, b] = node.inputs
    if (!gradient || condition === undefined || a === undefined || b === undefined) return [null, null, null]
    if (isMaskValue(env.graph, a)) return [null, null, gradient]
    if (isMaskValue(env.graph, b)) return [null, gradient, null]
    if (sharesSource(step.inputs)) {
      const parts = products(step.inputs, env, node)
      const arriving = add.backward(plus, { ...step, inputs: parts.map(({ result }) => result) }, env, node)
      const back = parts.map(({ factors, result }, i) => {
        const g = arriving[i]
        return g ? (multiply.backward(times, { inputs: factors, outputs: [result], gradients: [g] }, env, node)[1] ?? null) : null
      })
      return [null, ...back]
    }
    const p = shareTrue(env, condition, step.inputs[0] as Signal)
    const aligned = align(step.inputs.slice(1), env.outputShape(node, 0))
    const to = (i: number, share: number) =>
      reduceBroadcast(
        aligned,
        i,
        step.inputs[i + 1] as Signal,
        gradient.map((g) => g && { ...scaleGradient(g, share), tilt: null }),
      )
    return [null, to(0, p), to(1, 1 - p)]
  },
}
