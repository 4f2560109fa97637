/** The standard normal distribution: density, distribution function, error function. */

const INVERSE_SQRT_TWO_PI = 0.3989422804014327

/** Standard normal density at x. */
export function density(x: number): number {
  return INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * x * x)
}

/**
 * Standard normal distribution function at x, absolute error below 1e-15.
 * Marsaglia's Taylor series in the middle (J. Stat. Software 11, 2004), a continued fraction of Mills' ratio in the tails.
 */
export function cumulative(x: number): number {
  if (Number.isNaN(x)) return x
  const a = Math.abs(x)
  if (a > 38) return x > 0 ? 1 : 0
  if (a < 5) {
    let term = x
    let sum = x
    const square = x * x
    for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
      term *= square / n
      sum += term
    }
    return 0.5 + sum * density(x)
  }
  let fraction = a
  for (let n = 40; n >= 1; n--) fraction = a + n / fraction
  const tail = density(a) / fraction
  return x > 0 ? 1 - tail : tail
}

/** Error function, from the distribution function: erf(x) = 2Φ(x√2) − 1. */
export function erf(x: number): number {
  return 2 * cumulative(x * Math.SQRT2) - 1
}
