import type { MatmulOp } from '../../graph'
import type { GradientMoments } from '../gradient'
import { permute } from '../layout'
import type { Signal } from '../moments'
import { prepare } from '../product'
import { backOverPositions, backOverUnits } from '../productBack'
import { overPositions, overUnits } from '../productForward'
import type { Rule } from '../rule'

/** Attention weights whose rows run along the shared axis from the right: A·B = (Bᵀ·Aᵀ)ᵀ. */
const isTurned = (right: Signal): boolean => right.matrix?.kind === 'weights' && right.matrix.turned

/** The last two axes exchanged. */
function turn(signal: Signal): Signal {
  const rank = signal.axes.length
  return permute(
    signal,
    Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i)),
  )
}

/** The product of two tensors over the last axis of the first and the last but one of the second. */
export function multiplyMatrices(left: Signal, right: Signal): Signal {
  if (isTurned(right)) return turn(multiplyMatrices(turn(right), turn(left)))
  const product = prepare(left, right)
  return product.over === 'units' ? overUnits(product) : overPositions(product, left.matrix)
}

/** Gradients of both operands. */
export function multiplyMatricesBack(left: Signal, right: Signal, g: GradientMoments): ReturnType<typeof backOverUnits> {
  if (isTurned(right)) {
    const [toRight, toLeft] = multiplyMatricesBack(turn(right), turn(left), g)
    return [toLeft ?? [], toRight ?? []]
  }
  const product = prepare(left, right)
  return product.over === 'units' ? backOverUnits(product, [left, right], g) : backOverPositions(product, left.matrix, [left, right], g)
}

export const matmul: Rule<MatmulOp> = {
  forward: (_op, inputs) => [multiplyMatrices(inputs[0] as Signal, inputs[1] as Signal)],
  backward(_op, step) {
    const g = step.gradients[0]?.[0]
    return g ? multiplyMatricesBack(step.inputs[0] as Signal, step.inputs[1] as Signal, g) : [null, null]
  },
}
