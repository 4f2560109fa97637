import type { MatmulOp } from '../../graph'
import type { Gradient, GradientMoments } from '../gradient'
import { permute } from '../layout'
import type { Signal } from '../moments'
import { permuteGradient } from '../permuteGradient'
import { prepare } from '../product'
import { backOverPositions, backOverUnits } from '../productBack'
import { overPositions, overUnits } from '../productForward'
import type { Rule } from '../rule'
import { queriesOfDivisor } from '../weightedAverages'

/** Attention weights whose rows run along the shared axis from the right: A·B = (Bᵀ·Aᵀ)ᵀ. */
const isTurned = (right: Signal): boolean => right.matrix?.kind === 'weights' && right.matrix.turned

const lastTwo = (rank: number): readonly number[] => Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i))

/** The last two axes exchanged. */
const turn = (signal: Signal): Signal => permute(signal, lastTwo(signal.axes.length))

/** Of a tensor whose last two axes were exchanged, the gradient before they were. */
const turnBack = (gradient: Gradient, turned: Pick<Signal, 'axes' | 'grid'>): Gradient =>
  gradient.map((g) => g && permuteGradient(g, turned, lastTwo(turned.axes.length)))

/** The product of two tensors over the last axis of the first and the last but one of the second. */
export function multiplyMatrices(left: Signal, right: Signal): Signal {
  if (isTurned(right)) return turn(multiplyMatrices(turn(right), turn(left)))
  const product = prepare(left, right)
  return product.over === 'units' ? overUnits(product) : overPositions(product, left.matrix)
}

/** Gradients of both operands. */
export function multiplyMatricesBack(left: Signal, right: Signal, g: GradientMoments): ReturnType<typeof backOverUnits> {
  if (isTurned(right)) {
    const [first, second] = [turn(right), turn(left)]
    const output = turn(multiplyMatrices(first, second))
    const [toFirst, toSecond] = multiplyMatricesBack(first, second, permuteGradient(g, output, lastTwo(output.axes.length)))
    return [turnBack(toSecond ?? [], second), turnBack(toFirst ?? [], first)]
  }
  const product = prepare(left, right)
  return product.over === 'units' ? backOverUnits(product, [left, right], g) : backOverPositions(product, left.matrix, [left, right], g)
}

export const matmul: Rule<MatmulOp> = {
  forward: (_op, inputs) => [multiplyMatrices(inputs[0] as Signal, inputs[1] as Signal)],
  backward(_op, step, env, node) {
    const g = step.gradients[0]?.[0]
    if (!g) return [null, null]
    const silent = queriesOfDivisor(env.graph, node)
    const sent = multiplyMatricesBack(step.inputs[0] as Signal, step.inputs[1] as Signal, g)
    return sent.map((gradient, i) => (i === silent ? null : gradient))
  },
}
