import type { AttentionOp, DropoutOp, Graph, Node } from '../../graph'
import type { Gradient, GradientMoments } from '../gradient'
import { permute } from '../layout'
import { allKeys, causalKeys, constantBehind, type Support } from '../masks'
import type { Signal } from '../moments'
import type { Environment, Rule, Step } from '../rule'
import { affine } from './activation'
import { dropout } from './dropout'
import { multiplyMatrices, multiplyMatricesBack } from './matmul'
import { softmaxBackward, softmaxForward } from './softmax'

/** Every tensor between q, k, v and the result. */
interface Stages {
  readonly keys: Signal
  readonly product: Signal
  readonly scores: Signal
  readonly weights: Signal
  readonly kept: Signal
  readonly support: Support
}

function supportFor(op: AttentionOp, graph: Graph, node: Node): Support {
  if (op.causal) return causalKeys
  const mask = node.inputs[3]
  const triangle = op.hasMask && mask !== undefined ? constantBehind(graph, mask)?.triangle : undefined
  if (triangle === undefined) return allKeys
  const hides = (value: number) => value <= -50
  if (hides(triangle.inside) === hides(triangle.outside)) return allKeys
  return (query, _queries, keys) => {
    const within = Math.min(keys, Math.max(0, query + triangle.diagonal + 1))
    return Math.max(1, hides(triangle.outside) ? within : keys - within)
  }
}

const scaleOf = (op: AttentionOp) => ({ kind: 'affine' as const, factor: op.scale, shift: 0 })
const dropoutOf = (op: AttentionOp): DropoutOp => ({ kind: 'dropout', rate: op.dropout, variant: 'element', rescale: true })

function stages(op: AttentionOp, inputs: readonly Signal[], env: Environment, node: Node): Stages {
  const [q, k] = inputs as readonly [Signal, Signal]
  const rank = k.axes.length
  const keys = permute(
    k,
    Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : i === rank - 2 ? rank - 1 : rank - 2)),
  )
  const product = multiplyMatrices(q, keys)
  const scaled = affine.forward(scaleOf(op), [product], env, node)[0] as Signal
  const scores = product.matrix === undefined ? scaled : { ...scaled, matrix: product.matrix }
  const support = supportFor(op, env.graph, node)
  const weights = softmaxForward(scores, scores.axes.length - 1, support)
  const kept = dropout.forward(dropoutOf(op), [weights], env, node)[0] as Signal
  return { keys, product, scores, weights, kept, support }
}

function backward(op: AttentionOp, step: Step, env: Environment, node: Node, g: GradientMoments): readonly (Gradient | null)[] {
  const [, , v] = step.inputs as readonly [Signal, Signal, Signal]
  const { keys, product, scores, weights, kept, support } = stages(op, step.inputs, env, node)
  const [toKept, toValues] = multiplyMatricesBack(kept, v, g)
  const toWeights = dropout.backward(dropoutOf(op), { inputs: [weights], outputs: [kept], gradients: [toKept ?? null] }, env, node)[0]
  const arriving = toWeights?.[0]
  const others = step.inputs.slice(3).map(() => null)
  if (!arriving) return [null, null, toValues ?? null, ...others]
  const toScores = softmaxBackward(scores, weights, scores.axes.length - 1, support, arriving)
  const toProduct = affine.backward(scaleOf(op), { inputs: [product], outputs: [scores], gradients: [toScores] }, env, node)[0]
  const atProduct = toProduct?.[0]
  if (!atProduct) return [null, null, toValues ?? null, ...others]
  const [toQueries, toKeys] = multiplyMatricesBack(step.inputs[0] as Signal, keys, { ...atProduct, zeroRows: true })
  return [toQueries ?? null, toKeys ?? null, toValues ?? null, ...others]
}

/** softmax(scale·Q·Kᵀ + mask)·V as the product, softmax, dropout and product that it is (Vaswani et al. 2017). */
export const attention: Rule<AttentionOp> = {
  forward(op, inputs, env, node) {
    return [multiplyMatrices(stages(op, inputs, env, node).kept, inputs[2] as Signal)]
  },
  backward(op, step, env, node) {
    const g = step.gradients[0]?.[0]
    return g ? backward(op, step, env, node, g) : step.inputs.map(() => null)
  },
}
