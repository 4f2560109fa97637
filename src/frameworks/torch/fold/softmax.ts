/** Softmax of data that is known. */
import type { Op } from '../../../graph'
import type { Elements } from '../tensor'
import { count } from '../tensor/layout'
import { groupsAlong } from './reduce'

type SoftmaxOp = Extract<Op, { readonly kind: 'softmax' }>

/** exp(xᵢ − log Σⱼ exp xⱼ) along an axis, or its logarithm. Each group's sum is computed once, when first asked for. */
export function foldSoftmax(op: SoftmaxOp, x: Elements, shape: readonly number[]): Elements | null {
  const length = count(shape)
  if (length > 1 << 18) return null
  const group = groupsAlong(x, shape, [op.axis])
  const inner = count(shape.slice(op.axis + 1))
  const size = shape[op.axis] as number
  const sign = op.negate ? -1 : 1
  const logSums = new Float64Array(length / size).fill(Number.NaN)
  const logSum = (which: number): number => {
    const values = group(which).map((value) => sign * value)
    const most = values.reduce((a, b) => Math.max(a, b), -Infinity)
    return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0))
  }
  return (index) => {
    const which = Math.floor(index / (inner * size)) * inner + (index % inner)
    if (Number.isNaN(logSums[which])) logSums[which] = logSum(which)
    const log = sign * x(index) - (logSums[which] as number)
    return op.log ? log : Math.exp(log)
  }
}
