import type { GatedOp, Node } from '../../graph'
import { combine } from '../combine'
import { scalarFunction } from '../gaussian/activations'
import type { Gradient } from '../gradient'
import { axisSize } from '../layout'
import type { Atom, Signal } from '../moments'
import type { Environment, Rule } from '../rule'
import { mapGradient, mapSignal } from './activation'
import { multiply } from './multiply'
import { pick, unpick } from './structure'

interface Halves {
  readonly value: Signal
  readonly gate: Signal
  readonly opened: Signal
  readonly first: readonly number[]
  readonly second: readonly number[]
}

function halves(op: GatedOp, signal: Signal, env: Environment): Halves {
  const half = axisSize(signal.axes[op.axis] as readonly Atom[]) / 2
  const first = Array.from({ length: half }, (_, i) => i)
  const second = first.map((i) => i + half)
  const value = pick(signal, op.axis, first)
  const gate = pick(signal, op.axis, second)
  return { value, gate, opened: mapSignal(gate, scalarFunction(op.fn), JSON.stringify(op.fn), env), first, second }
}

const product = (a: Signal, b: Signal, env: Environment, node: Node): Signal =>
  multiply.forward({ kind: 'multiply' }, [a, b], env, node)[0] as Signal

/** a·φ(b) for the two halves of an axis (Dauphin et al. 2017; Shazeer 2020). */
export const gated: Rule<GatedOp> = {
  forward(op, inputs, env, node) {
    const { value, opened } = halves(op, inputs[0] as Signal, env)
    return [product(value, opened, env, node)]
  },
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const signal = step.inputs[0] as Signal
    const { value, gate, opened, first, second } = halves(op, signal, env)
    const [toValue, toOpened] = multiply.backward(
      { kind: 'multiply' },
      { inputs: [value, opened], outputs: step.outputs, gradients: [gradient] },
      env,
      node,
    )
    const toGate = toOpened ? mapGradient(gate, toOpened, scalarFunction(op.fn)) : null
    const plain = (g: Gradient | null | undefined): Gradient | null => g?.map((part) => part && { ...part, tilt: null }) ?? null
    const parts = [
      toValue ? unpick(signal, value, plain(toValue) as Gradient, op.axis, first) : null,
      toGate ? unpick(signal, gate, plain(toGate) as Gradient, op.axis, second) : null,
    ].filter((part): part is Gradient => part !== null)
    return [parts.length > 0 ? combine(parts, signal.grid) : null]
  },
}
