/** Order statistics: the largest of n independent standard normal variables, and how maxima of overlapping sets correlate. */
import { cumulative, density } from './normal'
import { legendre } from './quadrature'

export interface MaximumMoments {
  readonly mean: number
  readonly variance: number
  readonly skew: number
  readonly excess: number
}

const REACH = 8
const moments = new Map<number, MaximumMoments>()

/** Moments of the largest of n (n ≥ 1, may be fractional): density n·φ(x)·Φ(x)ⁿ⁻¹. */
export function maximumMoments(n: number): MaximumMoments {
  const known = moments.get(n)
  if (known !== undefined) return known
  const raw = [0, 0, 0, 0, 0]
  const rule = legendre(16)
  const panels = 16
  const half = REACH / panels
  for (let panel = 0; panel < panels; panel++) {
    const centre = -REACH + (2 * panel + 1) * half
    for (let k = 0; k < 16; k++) {
      const x = centre + half * (rule.nodes[k] as number)
      const weight = half * (rule.weights[k] as number) * n * density(x) * cumulative(x) ** (n - 1)
      for (let power = 0; power <= 4; power++) raw[power] = (raw[power] as number) + weight * x ** power
    }
  }
  const [, m1 = 0, m2 = 0, m3 = 0, m4 = 0] = raw
  const variance = m2 - m1 * m1
  const third = m3 - 3 * m1 * m2 + 2 * m1 ** 3
  const fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 ** 4
  const result = { mean: m1, variance, skew: third / variance ** 1.5, excess: fourth / variance ** 2 - 3 }
  if (moments.size > 1000) moments.clear()
  moments.set(n, result)
  return result
}

const correlations = new Map<string, number>()

/**
 * Correlation of the maxima of two sets of n independent normal variables that have `shared` in common, by Hoeffding's
 * formula Cov = ∬ F(a,b) − F(a)F(b) with F(a,b) = (Φ(a)Φ(b))ⁿ⁻ˢ·Φ(min(a,b))ˢ.
 */
export function maximumCorrelation(n: number, shared: number): number {
  if (shared <= 0) return 0
  if (shared >= n) return 1
  const key = `${n},${shared}`
  const known = correlations.get(key)
  if (known !== undefined) return known
  const steps = 200
  const from = -5
  const step = 11 / steps
  const single = Float64Array.from({ length: steps }, (_, i) => cumulative(from + (i + 0.5) * step))
  const power = (exponent: number) => single.map((p) => p ** exponent)
  const whole = power(n)
  const apart = power(n - shared)
  const common = power(shared)
  let covariance = 0
  for (let i = 0; i < steps; i++) {
    for (let j = 0; j <= i; j++) {
      const joint = (apart[i] as number) * (apart[j] as number) * (common[j] as number) - (whole[i] as number) * (whole[j] as number)
      covariance += (i === j ? 1 : 2) * joint
    }
  }
  const result = Math.min(1, (covariance * step * step) / maximumMoments(n).variance)
  if (correlations.size > 1000) correlations.clear()
  correlations.set(key, result)
  return result
}
