import { expectation, NORMAL_SHAPE, type Shape } from './expansion'
import { cumulative, density } from './normal'
import type { ScalarFunction } from './scalarFunction'

/** E f, E f², E f³, E f⁴ of f(m + σx). */
export type RawMoments = readonly [number, number, number, number]

/**
 * Raw moments of f of a normal variable or a mixture of normals; closed forms for piecewise-linear f, whose k-th powers are aᵏE[relu(z)ᵏ] + (−b)ᵏE[relu(−z)ᵏ]
 * with E[relu(z)ᵏ] = σᵏ(PₖΦ(t) + Qₖφ(t)), t = m/σ.
 */
export function rawMoments(f: ScalarFunction, mean: number, variance: number, shape: Shape): RawMoments {
  if (shape.mixture !== undefined && variance > 0) {
    const sigma = Math.sqrt(variance)
    const sums: [number, number, number, number] = [0, 0, 0, 0]
    shape.mixture.offsets.forEach((offset, i) => {
      const part = rawMoments(f, mean + sigma * offset, variance * (shape.mixture?.within ?? 0), NORMAL_SHAPE)
      const weight = shape.mixture?.weights[i] as number
      for (let k = 0; k < 4; k++) sums[k] = (sums[k] as number) + weight * (part[k] as number)
    })
    return sums
  }
  if (f.slopes === null || !(variance > 0)) {
    const power = (k: number) => expectation((z) => f.value(z) ** k, f.kinks, mean, variance)
    return [power(1), power(2), power(3), power(4)]
  }
  const [below, above] = f.slopes
  const right = rectifiedMoments(mean, Math.sqrt(variance))
  const left = rectifiedMoments(-mean, Math.sqrt(variance))
  const at = (k: number) => above ** k * (right[k - 1] as number) + (-below) ** k * (left[k - 1] as number)
  return [at(1), at(2), at(3), at(4)]
}

function rectifiedMoments(mean: number, sigma: number): RawMoments {
  const t = mean / sigma
  const p = density(t)
  const c = cumulative(t)
  return [
    sigma * (t * c + p),
    sigma ** 2 * ((t * t + 1) * c + t * p),
    sigma ** 3 * ((t ** 3 + 3 * t) * c + (t * t + 2) * p),
    sigma ** 4 * ((t ** 4 + 6 * t * t + 3) * c + (t ** 3 + 5 * t) * p),
  ]
}
