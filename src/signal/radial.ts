/** What a gradient says of the direction of the value itself: weights that make the value send the gradient back. */
import { expectation, NORMAL_SHAPE } from './gaussian/expansion'
import type { ScalarFunction } from './gaussian/scalarFunction'
import type { GradientMoments } from './gradient'
import { type Moments, marginalVariance, representative } from './moments'

/**
 * E(Σ g_i x_i)² over n·E[g²]·E[x²] of the n units of a sample: 1 where the gradient knows nothing of x, less where what follows saturates, as growing is what
 * it answers least, 0 behind a norm.
 */
export const radialOf = ({ radial = 1 }: GradientMoments): number => radial

/**
 * The same in front of h = f(z). With s = E[f f' z]/E[f²], dlog E f²/dlog v, the part of g_h along h is s times as much along z, and the rest
 * falls on z as it comes: E f'²·E z²·R_z = E f²·s²·R_h + E[f'² z²] − E f²·s². Functions that scale with z keep it.
 */
export function radialThrough(root: Moments, f: ScalarFunction, radial: number): number {
  const r = representative(root)
  const m = root.mean[r] as number
  const v = marginalVariance(root)[r] as number
  if (f.slopes !== null || !(v > 0)) return radial
  const mean = (h: (z: number) => number) => expectation(h, f.kinks, m, v, NORMAL_SHAPE)
  const square = mean((z) => f.value(z) ** 2)
  const along = mean((z) => f.value(z) * f.derivative(z) * z) ** 2 / square
  const sent = mean((z) => (f.derivative(z) * z) ** 2)
  const out = mean((z) => f.derivative(z) ** 2) * (m * m + v)
  const through = (along * radial + Math.max(0, sent - along)) / out
  return Number.isFinite(through) ? through : 1
}

/**
 * E[g²f'²]/(E[g²]·E[f'²]) − 1 for g at h = f(z): slope·Cov(f'², f²)/(n·E f'²·E f²). A value is one of the n that make its sample as large as it is, which
 * what follows answers by dlog g²/dlog|h|²; and it has its share, h²/|h|², of the direction in which g has R instead of 1. Both are in `slope`.
 */
export function sizeCoupling(root: Moments, f: ScalarFunction, slope: number, units: number): number {
  const r = representative(root)
  const m = root.mean[r] as number
  const v = marginalVariance(root)[r] as number
  if (slope === 0 || !(v > 0)) return 0
  const mean = (h: (z: number) => number) => expectation(h, f.kinks, m, v, NORMAL_SHAPE)
  const both = mean((z) => (f.derivative(z) * f.value(z)) ** 2)
  const apart = mean((z) => f.derivative(z) ** 2) * mean((z) => f.value(z) ** 2)
  return apart > 0 ? Math.max(-1, (slope * (both / apart - 1)) / units) : 0
}

/**
 * E|Wᵀδ|² over n·E[w²]·|δ|² for z = Wx of n inputs: given z, W is x zᵀ/|x|² across x and free in the n − 1 directions beside it, so that (δ·z)²/|x|² stands
 * for one of n. `share`: of E[z²], what is Wx and no bias.
 */
export const radialGain = (radial: number, share: number, inputs: number): number => 1 + (share * (radial - 1)) / inputs
