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

const nodes = Array.from({ length: 41 }, (_, i) => -8 + 0.4 * i)
const densities = nodes.map((x) => (0.4 * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI))

function integrate(n: number, v: number): SoftmaxSums {
  const sigma = Math.sqrt(v)
  const scale = n * Math.exp(v / 2)
  const weights = nodes.map((x) => Math.exp(sigma * x))
  const step = 0.125
  let total = 0
  let square = 0
  let cube = 0
  for (let u = -16; u <= 8 + 2 * sigma; u += step) {
    const t = Math.exp(u) / scale
    let laplace = 0
    let first = 0
    let second = 0
    let third = 0
    for (let i = 0; i < nodes.length; i++) {
      const e = weights[i] as number
      const p = (densities[i] as number) * Math.exp(-t * e)
      laplace += p
      first += p * e
      second += p * e * e
      third += p * e * e * e
    }
    const others = Math.exp((n - 1) * Math.log(Math.max(laplace, 1e-300)))
    total += t * first * others
    square += t * t * second * others
    cube += (t * t * t * third * others) / 2
  }
  // Σ A = 1 by the same rule takes out what the nodes miss.
  return { square: square / total, cube: cube / total }
}
