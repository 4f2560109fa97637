/** Sums over softmax weights of independent normal scores. */

export interface SoftmaxSums {
  /** E Σ_j A_j². */
  readonly square: number
  /** E Σ_j A_j³. */
  readonly cube: number
  /** E[Σ A² − 2ΣA³ + (Σ A²)²], the squared entries of the softmax's derivative: E Σ_jk (A_j δ_jk − A_j A_k)². */
  readonly slope: number
  /** First and second coefficient of Σ_j E A_j A'_j as a power series in the correlation of the scores behind A and A'; the zeroth is 1/n. */
  readonly linear: number
  readonly quadratic: number
  /** E Σ_{j≠k} A_j A_k z_j z_k for the standardized scores z: how far the average that the weights take leans towards large scores. */
  readonly lean: number
  /** E Σ_j A_j² (z_j² − 1): how much larger than others those are that the weights take. */
  readonly stretch: number
}

const known = new Map<string, SoftmaxSums>()

/**
 * For A = softmax(s) over n scores s_j ~ N(0, v), independent: with 1/Z^k = ∫ t^(k−1) e^(−tZ) dt/Γ(k) and L(t) = E e^(−t·e^s),
 *
 *     E Σ A² = n ∫ t E[e^(2s) e^(−t·e^s)] L(t)^(n−1) dt,    E Σ A³ = n ∫ t²/2 E[e^(3s) e^(−t·e^s)] L(t)^(n−1) dt,
 *
 * and likewise all others, by the trapezoidal rule in ln t, which converges geometrically. n need not be whole. v = 0 gives 1/n and 1/n².
 *
 * The coefficients of the overlap are sums of squared Hermite coefficients of A (Mehler): Σ_jk (E A_j z_k)², with E A_j z_j = a,
 * E A_j z_k = −a/(n − 1); and n·(½(p² + p²/(n − 1)) + (n − 1)r² + (n − 1)(n − 2)/2·t²) with p = E A_j(z_j² − 1), r = E A_j z_j z_k,
 * t = E A_j z_k z_l = −2r/(n − 2).
 */
export function softmaxSums(n: number, v: number): SoftmaxSums {
  if (n <= 1) return { square: 1, cube: 1, slope: 0, linear: 0, quadratic: 0, lean: 0, stretch: 0 }
  if (v < SMALL) return small(n, v)
  const sigma = Math.sqrt(v)
  return sigma > COLD ? cold(n, sigma) : between(n, v)
}

/** Below this variance the first order in it is enough. */
const SMALL = 1e-3

/** A_j ≈ (1 + s_j − s̄)/n. */
function small(n: number, v: number): SoftmaxSums {
  const [centred, share] = [v * (1 - 1 / n), (1 - 1 / n) / n]
  return {
    square: (1 + centred) / n,
    cube: (1 + 3 * centred) / (n * n),
    slope: share,
    linear: v * share,
    quadratic: 0,
    lean: centred * share * n,
    stretch: 0,
  }
}

/** Nodes of the table a decade of v. */
const DENSITY = 8

/** Cubic interpolation in ln v between integrals that all layers share. */
function between(n: number, v: number): SoftmaxSums {
  const place = Math.log10(v) * DENSITY
  const first = Math.floor(place) - 1
  const x = place - first
  const shares = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].reduce((product, j) => (i === j ? product : (product * (x - j)) / (i - j)), 1))
  const nodes = shares.map((_, i) => tabled(n, first + i))
  const mixed = (of: (sums: SoftmaxSums) => number) => nodes.reduce((sum, node, i) => sum + (shares[i] as number) * of(node), 0)
  return {
    square: mixed((s) => s.square),
    cube: mixed((s) => s.cube),
    slope: mixed((s) => s.slope),
    linear: mixed((s) => s.linear),
    quadratic: mixed((s) => s.quadratic),
    lean: mixed((s) => s.lean),
    stretch: mixed((s) => s.stretch),
  }
}

function tabled(n: number, place: number): SoftmaxSums {
  const key = `${n.toPrecision(6)} ${place}`
  const cached = known.get(key)
  if (cached !== undefined) return cached
  if (known.size > 5000) known.clear()
  const made = integrate(n, 10 ** (place / DENSITY))
  known.set(key, made)
  return made
}

/** Above this standard deviation of scores the sums are extrapolated, in 1/σ, from here and from half of it. */
const COLD = 10

/**
 * With ever larger scores one weight takes all, unless another score is within O(1) of the largest, which happens with a probability that
 * falls as 1/σ: so do 1 − Σ A², 1 − Σ A³ and the derivative, and what the others lack of their limits.
 */
function cold(n: number, sigma: number): SoftmaxSums {
  const near = between(n, COLD * COLD)
  const half = between(n, (COLD * COLD) / 4)
  const x = COLD / sigma
  /** limit + αx + βx² through x = 1 and x = 2. */
  const towards = (limit: number, at1: number, at2: number) => {
    const [d1, d2] = [at1 - limit, at2 - limit]
    return limit + (2 * d1 - d2 / 2) * x + (d2 / 2 - d1) * x * x
  }
  const settling = (at1: number, at2: number) => 2 * at1 - at2 + (at2 - at1) * x
  return {
    square: towards(1, near.square, half.square),
    cube: towards(1, near.cube, half.cube),
    slope: towards(0, near.slope, half.slope),
    linear: settling(near.linear, half.linear),
    quadratic: settling(near.quadratic, half.quadratic),
    lean: towards(0, near.lean, half.lean),
    stretch: settling(near.stretch, half.stretch),
  }
}

function integrate(n: number, v: number): SoftmaxSums {
  const sigma = Math.sqrt(v)
  // e^(σx) may change by no more than a half of itself between two nodes.
  const spacing = Math.min(0.4, 0.5 / sigma)
  const half = Math.ceil(8 / spacing)
  const nodes = Array.from({ length: 2 * half + 1 }, (_, i) => (i - half) * spacing)
  const densities = nodes.map((x) => (spacing * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI))
  const weights = nodes.map((x) => Math.exp(sigma * x))
  // ln Z is at least its Jensen bound, and at most what the mean of Z or the largest score make likely.
  const top = Math.min(v / 2 + 2 * sigma, sigma * (Math.sqrt(2 * Math.log(n)) + 4)) + Math.log(n)
  const bottom = Math.log(n) - (5 * sigma) / Math.sqrt(n)
  const step = 0.3
  let total = 0
  let square = 0
  let cube = 0
  let squared = 0
  let a = 0
  let p = 0
  let r = 0
  let lean = 0
  let stretch = 0
  for (let u = -top - 16; u <= 5 - bottom; u += step) {
    const t = Math.exp(u)
    let laplace = 0
    let laplaceX = 0
    let first = 0
    let firstX = 0
    let firstXX = 0
    let second = 0
    let secondXX = 0
    let third = 0
    let fourth = 0
    for (let i = 0; i < nodes.length; i++) {
      const w = t * (weights[i] as number)
      if (w > 700) break
      const x = nodes[i] as number
      const density = (densities[i] as number) * Math.exp(-w)
      const [one, two] = [density * w, density * w * w]
      laplace += density
      laplaceX += density * x
      first += one
      firstX += one * x
      firstXX += one * x * x
      second += two
      secondXX += two * x * x
      third += two * w
      fourth += two * w * w
    }
    const others = Math.exp((n - 1) * Math.log(Math.max(laplace, 1e-300)))
    const rest = others / Math.max(laplace, 1e-300)
    total += first * others
    square += second * others
    cube += (third * others) / 2
    squared += (fourth * others + (n - 1) * second * second * rest) / 6
    a += firstX * others
    p += (firstXX - first) * others
    r += firstX * laplaceX * rest
    lean += (n - 1) * firstX * firstX * rest
    stretch += (secondXX - second) * others
  }
  // Σ A = 1 by the same rule takes out what the nodes miss.
  const shareOf = (sum: number) => sum / total
  const [mean, bend, mixed] = [shareOf(a), shareOf(p), shareOf(r)]
  const others = n - 1
  return {
    square: shareOf(square),
    cube: shareOf(cube),
    slope: Math.max(0, shareOf(square - 2 * cube + squared)),
    linear: (mean * mean * (1 + 1 / others)) / n,
    quadratic: ((bend * bend * (1 + 1 / others)) / 2 + others * mixed * mixed + (n > 2 ? (2 * others * mixed * mixed) / (n - 2) : 0)) / n,
    lean: shareOf(lean),
    stretch: shareOf(stretch),
  }
}

/**
 * Σ_j E A_j A'_j for two rows of scores of variance v with the correlation ρ at each key: 1/n + a₁ρ + a₂ρ² + rest·ρ^m, where rest and m give
 * it the value E ΣA² and the slope v·E|∂A|² that it has at ρ = 1. All its coefficients are positive.
 */
export function softmaxOverlap(n: number, v: number, correlation: number): number {
  const { square, slope, linear, quadratic } = softmaxSums(n, v)
  const rho = Math.min(1, Math.max(-1, correlation))
  const rest = Math.max(0, square - 1 / n - linear - quadratic)
  const power = rest > 0 ? Math.max(3, (v * slope - linear - 2 * quadratic) / rest) : 3
  return Math.max(0, 1 / n + linear * rho + quadratic * rho * rho + rest * Math.sign(rho) * Math.abs(rho) ** power)
}
