import type { DivideOp, Node } from '../../graph'
import { scalarFunction } from '../gaussian/activations'
import type { Signal } from '../moments'
import type { Environment, Rule } from '../rule'
import { mapGradient, mapSignal } from './activation'
import { multiply } from './multiply'

const reciprocal = scalarFunction({ name: 'reciprocal' })
const inverse = (divisor: Signal, env: Environment): Signal => mapSignal(divisor, reciprocal, 'reciprocal', env)

const times = { kind: 'multiply' } as const

/**
 * a/b = a·(1/b), with b's reciprocal as a function of b: for independent a and b second = E[a²]·E[1/b²], g_a = g/b, g_b = −g·a/b². Functions of
 * one variable, x/(1 + |x|), are divided as functions. Unknown where b comes close to zero: E[1/b²] is infinite then.
 */
export const divide: Rule<DivideOp> = {
  forward: (_op, inputs, env, node) => multiply.forward(times, [inputs[0] as Signal, inverse(inputs[1] as Signal, env)], env, node),
  backward(_op, step, env: Environment, node: Node) {
    const [dividend, divisor] = step.inputs as [Signal, Signal]
    const [toDividend, toInverse] = multiply.backward(times, { ...step, inputs: [dividend, inverse(divisor, env)] }, env, node)
    return [toDividend ?? null, toInverse ? mapGradient(divisor, toInverse, reciprocal) : null]
  },
}
