import type { AdaptivePoolOp, AffineOp, Node, ReduceOp } from '../../graph'
import type { Gradient } from '../gradient'
import { permute, reshape, shapeOf } from '../layout'
import type { Signal } from '../moments'
import type { Environment, Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { affine } from './activation'
import { adaptivePool } from './pool'
import { regridGradient } from './regrid'

/** The input with the reduced axes last and at least two before them: a maximum over them is a max pool with one window. */
interface Window {
  readonly op: AdaptivePoolOp
  readonly signal: Signal
  readonly order: readonly number[]
}

function windowOver(op: ReduceOp, signal: Signal): Window {
  if (op.axes.some((axis) => (signal.axes[axis] ?? []).some((atom) => atom.role === 'sample')))
    throw new Unmodelled('an extremum over the batch is not modelled')
  const kept = signal.axes.map((_, axis) => axis).filter((axis) => !op.axes.includes(axis))
  const order = [...kept, ...op.axes]
  const last = permute(signal, order)
  const shape = shapeOf(last)
  const lead =
    kept.length < 2 ? [...shape.slice(0, kept.length), ...new Array<number>(2 - kept.length).fill(1)] : shape.slice(0, kept.length)
  return {
    op: { kind: 'adaptivePool', reduce: 'max', output: op.axes.map(() => 1) },
    signal: reshape(last, [...lead, ...shape.slice(kept.length)]),
    order,
  }
}

const pooled = ({ op, signal }: Window, env: Environment, node: Node): Signal => adaptivePool.forward(op, [signal], env, node)[0] as Signal

function maximum(op: ReduceOp, signal: Signal, env: Environment, node: Node): Signal {
  return reshape(pooled(windowOver(op, signal), env, node), env.outputShape(node, 0))
}

function maximumBack(op: ReduceOp, signal: Signal, output: Signal, gradient: Gradient, env: Environment, node: Node): Gradient | null {
  const window = windowOver(op, signal)
  const result = pooled(window, env, node)
  const [back] = adaptivePool.backward(
    window.op,
    { inputs: [window.signal], outputs: [result], gradients: [regridGradient(gradient, output, result)] },
    env,
    node,
  )
  return back ? regridGradient(back, window.signal, signal) : null
}

const negate: AffineOp = { kind: 'affine', factor: -1, shift: 0 }
const turned = (signal: Signal, env: Environment, node: Node): Signal => affine.forward(negate, [signal], env, node)[0] as Signal

/** Maximum over axes (order statistics of correlated normal values, see the max pool), and minimum as −max(−x). The winner gets the gradient. */
export const reduceExtremum: Rule<ReduceOp> = {
  forward(op, inputs, env, node) {
    const signal = inputs[0] as Signal
    if (op.reduce === 'max') return [maximum(op, signal, env, node)]
    return [turned(maximum(op, turned(signal, env, node), env, node), env, node)]
  },
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const signal = step.inputs[0] as Signal
    const output = step.outputs[0] as Signal
    if (op.reduce === 'max') return [maximumBack(op, signal, output, gradient, env, node)]
    const opposite = turned(signal, env, node)
    const largest = maximum(op, opposite, env, node)
    const [arriving] = affine.backward(negate, { inputs: [largest], outputs: [output], gradients: [gradient] }, env, node)
    const back = arriving ? maximumBack(op, opposite, largest, arriving, env, node) : null
    return back ? affine.backward(negate, { inputs: [signal], outputs: [opposite], gradients: [back] }, env, node) : [null]
  },
}
