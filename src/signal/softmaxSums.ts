/** Sums of powers of softmax weights over independent normal scores. */

export interface SoftmaxSums {
  /** E Σ_j A_j². */
  readonly square: number
  /** E Σ_j A_j³. */
  readonly cube: number
}

const known = new Map<string, SoftmaxSums>()

/**
 * For A = softmax(s) over n scores s_j ~ N(0, v), independent: with 1/Z^k = ∫ t^(k−1) e^(−tZ) dt/Γ(k) and L(t) = E e^(−t·e^s),
 *
 *     E Σ A² = n ∫ t E[e^(2s) e^(−t·e^s)] L(t)^(n−1) dt,    E Σ A³ = n ∫ t²/2 E[e^(3s) e^(−t·e^s)] L(t)^(n−1) dt,
 *
 * by the trapezoidal rule in ln t, which converges geometrically. n need not be whole. v = 0 gives 1/n and 1/n².
 */
export function softmaxSums(n: number, v: number): SoftmaxSums {
  if (n <= 1) return { square: 1, cube: 1 }
  if (v <= 1e-6) return { square: 1 / n, cube: 1 / (n * n) }
  const key = `${n} ${v.toPrecision(4)}`
  const cached = known.get(key)
  if (cached !== undefined) return cached
  if (known.size > 5000) known.clear()
  const made = integrate(n, v)
  known.set(key, made)
  return made
}

/** Above this standard deviation of scores the sums follow their limit. */
const COLD = 6

/**
 * With ever larger scores one weight takes all, unless another score is within O(1) of the largest, which happens with a probability that
 * falls as 1/σ: so do 1 − Σ A² and 1 − Σ A³.
 */
function cold(n: number, sigma: number): SoftmaxSums {
  const edge = softmaxSums(n, COLD * COLD)
  const share = COLD / sigma
  return { square: 1 - (1 - edge.square) * share, cube: 1 - (1 - edge.cube) * share }
}

function integrate(n: number, v: number): SoftmaxSums {
  const sigma = Math.sqrt(v)
  if (sigma > COLD) return cold(n, sigma)
  const scale = n * Math.exp(v / 2)
  // e^(σx) may change by no more than a half of itself between two nodes.
  const spacing = Math.min(0.4, 0.5 / sigma)
  const half = Math.ceil(8 / spacing)
  const nodes = Array.from({ length: 2 * half + 1 }, (_, i) => (i - half) * spacing)
  const densities = nodes.map((x) => (spacing * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI))
  const weights = nodes.map((x) => Math.exp(sigma * x))
  const step = 0.125
  let total = 0
  let square = 0
  let cube = 0
  for (let u = -16 - 2 * sigma; u <= 8 + 3 * sigma; u += step) {
    const t = Math.exp(u) / scale
    let laplace = 0
    let first = 0
    let second = 0
    let third = 0
    for (let i = 0; i < nodes.length; i++) {
      const w = t * (weights[i] as number)
      if (w > 700) break
      const p = (densities[i] as number) * Math.exp(-w)
      laplace += p
      first += p * w
      second += p * w * w
      third += p * w * w * w
    }
    const others = Math.exp((n - 1) * Math.log(Math.max(laplace, 1e-300)))
    total += first * others
    square += second * others
    cube += (third * others) / 2
  }
  // Σ A = 1 by the same rule takes out what the nodes miss.
  return { square: square / total, cube: cube / total }
}
