import type { WhereOp } from '../../graph'
import { align } from '../align'
import { scaleGradient } from '../gradient'
import { constantBehind, isMaskValue } from '../masks'
import { type Moments, mixMoments, type Signal } from '../moments'
import type { Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { assemble } from './add'
import { reduceBroadcast } from './broadcast'

/** Share of elements for which a known condition holds. */
function shareTrue(values: readonly number[] | null, mean: number | null): number {
  if (values !== null && values.length > 0) return values.filter((value) => value !== 0).length / values.length
  if (mean === null || mean < 0 || mean > 1) throw new Unmodelled('a choice by a condition that is computed')
  return mean
}

/**
 * condition ? a : b. What a mask fills in is seen by the softmax behind it alone, which finds the mask for itself; the scores pass as they
 * are. By a known condition that holds for a share p of elements the result is a mixture: p·a + (1 − p)·b in all moments.
 */
export const where: Rule<WhereOp> = {
  forward(_op, inputs, env, node) {
    const [condition, a, b] = node.inputs
    if (condition === undefined || a === undefined || b === undefined) throw new Unmodelled('a choice without alternatives')
    const kept = isMaskValue(env.graph, a) ? 2 : isMaskValue(env.graph, b) ? 1 : null
    if (kept !== null) return [inputs[kept] as Signal]
    const known = constantBehind(env.graph, condition)
    const p = shareTrue(known?.values ?? null, known?.mean ?? null)
    const aligned = align(inputs.slice(1), env.outputShape(node, 0))
    return [assemble(aligned, (blocks) => ({ ...mixMoments([blocks[0] as Moments, blocks[1] as Moments], [p, 1 - p]), image: null }))]
  },
  backward(_op, step, env, node) {
    const gradient = step.gradients[0]
    const [condition, a, b] = node.inputs
    if (!gradient || condition === undefined || a === undefined || b === undefined) return [null, null, null]
    if (isMaskValue(env.graph, a)) return [null, null, gradient]
    if (isMaskValue(env.graph, b)) return [null, gradient, null]
    const known = constantBehind(env.graph, condition)
    const p = shareTrue(known?.values ?? null, known?.mean ?? null)
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
