import type { AffineOp, LayerNormOp, Node, NormalizeOp } from '../../graph'
import { axisSize } from '../layout'
import type { Atom, Signal } from '../moments'
import type { Environment, Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { affine } from './activation'
import { layerNorm } from './setNorm'

/** The two steps that division by the Euclidean norm is: an RMS norm, and 1/√n. */
function steps(op: NormalizeOp, signal: Signal): { readonly norm: LayerNormOp; readonly scale: AffineOp } {
  if (op.p !== 2) throw new Unmodelled(`division by a norm with p = ${op.p}`)
  const n = axisSize(signal.axes[op.axis] as readonly Atom[])
  return {
    // The floor under the norm: padding is zero and stays so.
    norm: { kind: 'layerNorm', axes: [op.axis], eps: op.eps ** 2 / n, center: false, scale: null, shift: null },
    scale: { kind: 'affine', factor: 1 / Math.sqrt(n), shift: 0 },
  }
}

function normed(op: NormalizeOp, signal: Signal, env: Environment, node: Node): Signal {
  return layerNorm.forward(steps(op, signal).norm, [signal], env, node)[0] as Signal
}

/** x/‖x‖₂ over an axis of n elements: x/√(n·mean x²), so second = 1/n. */
export const normalize: Rule<NormalizeOp> = {
  forward(op, inputs, env, node) {
    const signal = inputs[0] as Signal
    return affine.forward(steps(op, signal).scale, [normed(op, signal, env, node)], env, node)
  },
  /** Unknown rather than wrong: where small vectors are normed the gradient grows by what their own spread decides. */
  backward() {
    throw new Unmodelled('the gradient through a division by a norm is not predicted')
  },
}
