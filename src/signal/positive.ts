/** Functions of positive sums, given by what they make of mean and variance. */
import { type Moments, marginalVariance } from './moments'

/** Mean and second moment of f(s) for s of this mean and variance. */
export type PositiveFunction = (mean: number, variance: number) => { readonly mean: number; readonly second: number }

/** f(s) at every class; what samples and positions share of s, they share of f(s) in the same proportion. */
export function throughPositive(block: Moments, f: PositiveFunction): Moments {
  const variance = marginalVariance(block)
  const size = block.mean.length
  const made = Array.from(variance, (v, i) => f(block.mean[i] as number, v))
  const ratio = made.map(({ mean, second }, i) => {
    const v = variance[i] as number
    return v > 0 ? Math.sqrt(Math.max(0, second - mean * mean) / v) : 0
  })
  const mean = Float64Array.from(made, (m) => m.mean)
  const shared = (value: number, i: number, j: number) =>
    (mean[i] as number) * (mean[j] as number) +
    (ratio[i] as number) * (ratio[j] as number) * (value - (block.mean[i] as number) * (block.mean[j] as number))
  const far = new Float64Array(size * size)
  for (let i = 0, at = 0; i < size; i++) for (let j = 0; j < size; j++, at++) far[at] = shared(block.far[at] as number, i, j)
  return {
    ...block,
    mean,
    second: Float64Array.from(made, (m) => m.second),
    same: block.same.map((value, i) => shared(value, i, i)),
    far,
    image: null,
    origin: undefined,
  }
}
