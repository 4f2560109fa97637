import { legendre } from './quadrature'

/**
 * E[1/(a + Y)] for a ≥ 0 and a gamma variable Y of the given mean and variance, by ∫₀^∞ e^(−at)·(1 + θt)^(−k) dt with k = mean²/variance, θ = variance/mean;
 * 1/(a + mean) where Y does not vary. Infinite only for a = 0 and k ≤ 1, which is cut off at t = 10⁶.
 */
export function inverseMean(a: number, mean: number, variance: number): number {
  if (!(variance > 0) || !(mean > 0)) return 1 / (a + mean)
  const k = (mean * mean) / variance
  const theta = variance / mean
  const rule = legendre(48)
  const low = -12
  const high = Math.log(1e6)
  let sum = 0
  rule.nodes.forEach((x, i) => {
    const t = Math.exp(low + ((high - low) * (x + 1)) / 2)
    sum += (((rule.weights[i] as number) * (high - low)) / 2) * t * Math.exp(-a * t - k * Math.log1p(theta * t))
  })
  return sum + Math.exp(low)
}
