import type { AffineOp, LayerNormOp, Node, NormalizeOp } from '../../graph'
import type { Gradient } from '../gradient'
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

/** Vectors that are zero are padding: what the floor would send back to them ends there. A normed vector that is not has mean square 1. */
function endAtZeros(gradient: Gradient, middle: Signal): Gradient {
  return gradient.map((g, b) => {
    const second = middle.blocks[b]?.second
    return g === null || second?.length !== g.second.length
      ? g
      : { ...g, second: g.second.map((value, i) => ((second[i] ?? 1) < 1e-9 ? 0 : value)) }
  })
}

/** x/‖x‖₂ over an axis of n elements: x/√(n·mean x²), so second = 1/n. */
export const normalize: Rule<NormalizeOp> = {
  forward(op, inputs, env, node) {
    const signal = inputs[0] as Signal
    return affine.forward(steps(op, signal).scale, [normed(op, signal, env, node)], env, node)
  },
  backward(op, step, env, node) {
    const signal = step.inputs[0] as Signal
    const { norm, scale } = steps(op, signal)
    const inside = normed(op, signal, env, node)
    const [arriving] = affine.backward(scale, { ...step, inputs: [inside] }, env, node)
    if (!arriving) return [null]
    return layerNorm.backward(norm, { inputs: [signal], outputs: [inside], gradients: [endAtZeros(arriving, inside)] }, env, node)
  },
}
