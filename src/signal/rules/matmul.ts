import type { MatmulOp } from '../../graph'
import type { GradientMoments } from '../gradient'
import type { Signal } from '../moments'
import { backOverPositions, backOverUnits, overPositions, overUnits, prepare } from '../product'
import type { Rule } from '../rule'

/** The product of two tensors over the last axis of the first and the last but one of the second. */
export function multiplyMatrices(left: Signal, right: Signal): Signal {
  const product = prepare(left, right)
  return product.over === 'units' ? overUnits(product) : overPositions(product, left.matrix)
}

/** Gradients of both operands. */
export function multiplyMatricesBack(left: Signal, right: Signal, g: GradientMoments): ReturnType<typeof backOverUnits> {
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
