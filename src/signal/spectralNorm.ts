/** The weight that spectral norm hands on: the drawn one over its largest singular value, as power iteration estimates it. */
import type { WeightMoments } from './initializerMoments'
import { Unmodelled } from './unmodelled'

/** Iterations after which the estimate is taken to have converged. */
const CONVERGED = 40

/**
 * W/σ with σ² = uᵀA²ᴷu/uᵀA²ᴷ⁻¹u ≈ tr A²ᴷ/tr A²ᴷ⁻¹, A = WWᵀ, after K iterations from a random vector (Miyato et al. 2018). For m × n independent
 * entries of variance s² tr Aᵏ = m·(n·s²)ᵏ·Mₖ(m/n) with the Marchenko–Pastur moments Mₖ(γ) = Σ_r C(k, r)·C(k − 1, r)·γʳ/(r + 1); for many
 * iterations σ goes to s·(√m + √n), less what a finite matrix stays below that edge in the mean (Tracy & Widom's law: Johnstone 2001), of which K
 * iterations tell 1 − 1/K.
 */
export function spectrallyNormed(weight: WeightMoments, shape: readonly number[], iterations: number): WeightMoments {
  const m = shape[0] ?? 1
  const n = shape.slice(1).reduce((product, size) => product * size, 1)
  const square = largestSquare(weight, m, n, Math.min(CONVERGED, Math.max(1, iterations)))
  if (!(square > 0)) throw new Unmodelled('spectral norm of a weight that is zero')
  return {
    ...weight,
    mean: weight.mean / Math.sqrt(square),
    variance: weight.variance / square,
    secondMoment: weight.secondMoment / square,
  }
}

function largestSquare(weight: WeightMoments, m: number, n: number, iterations: number): number {
  if (weight.structure === 'orthogonal') return weight.secondMoment * Math.max(m, n)
  if (weight.structure === 'selecting') return 1
  if (weight.variance <= 1e-12 * weight.secondMoment) return weight.secondMoment * m * n
  if (weight.mean ** 2 * m * n > weight.variance) throw new Unmodelled('spectral norm of weights that are not drawn around zero')
  const gamma = m / n
  const edge = (weight.secondMoment * n * spectralMoment(2 * iterations, gamma)) / spectralMoment(2 * iterations - 1, gamma)
  return edge * (1 - belowEdge(m, n) * (1 - 1 / iterations))
}

const TRACY_WIDOM_MEAN = -1.206533574582

/** The mean shortfall of the largest eigenvalue of WWᵀ from (√m + √n)², relative to it. */
function belowEdge(m: number, n: number): number {
  const root = Math.sqrt(m) + Math.sqrt(n)
  return Math.min(0.5, (-TRACY_WIDOM_MEAN * (1 / Math.sqrt(m) + 1 / Math.sqrt(n)) ** (1 / 3)) / root)
}

/** Mₖ(γ), by the ratio of successive terms. */
function spectralMoment(k: number, gamma: number): number {
  let term = 1
  let sum = 1
  for (let r = 0; r < k - 1; r++) {
    term *= ((k - r) * (k - 1 - r) * gamma) / ((r + 1) * (r + 2))
    sum += term
  }
  return sum
}
