/** Functions of the math module that JavaScript lacks. */

/**
 * erf(x) = 2/√π ∫₀ˣ exp(−t²) dt, by its Maclaurin series below 2.5 and the continued fraction of erfc above (Abramowitz & Stegun 7.1.5, 7.1.14).
 * Relative error about 1e-15.
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x
  const magnitude = Math.abs(x)
  if (magnitude > 6) return Math.sign(x)
  return magnitude < 2.5 ? series(x) : Math.sign(x) * (1 - fraction(magnitude))
}

/** 1 − erf(x), without cancellation for large x. */
export function erfc(x: number): number {
  if (x < 2.5) return 1 - erf(x)
  return x > 27.3 ? 0 : fraction(x)
}

function series(x: number): number {
  // erf(x) = 2/√π exp(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!: all terms of one sign.
  let term = x
  let sum = x
  for (let n = 1; n < 200 && Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

function fraction(x: number): number {
  let tail = x
  for (let n = 120; n > 0; n--) tail = x + n / 2 / tail
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail
}

// Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients).
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

function lanczosSum(x: number): number {
  return lanczos.reduce((sum, coefficient, index) => sum + (index === 0 ? coefficient : coefficient / (x + index)), 0)
}

/** ln |Γ(x)|. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x)
  const t = x - 1 + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(lanczosSum(x - 1))
}

/** Γ(x); exact for small whole numbers. */
export function gamma(x: number): number {
  if (Number.isInteger(x) && x > 0 && x < 171) {
    let product = 1
    for (let factor = 2; factor < x; factor++) product *= factor
    return product
  }
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x))
  if (x > 171.7) return Number.POSITIVE_INFINITY
  const t = x - 1 + 7.5
  return Math.sqrt(2 * Math.PI) * t ** (x - 0.5) * Math.exp(-t) * lanczosSum(x - 1)
}
