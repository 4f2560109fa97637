/** Hermite expansions of functions of a normal variable, and what follows from them for one and for two points. */
import { cumulative, density } from './normal'
import { legendre, normalRule } from './quadrature'
import type { ScalarFunction } from './scalarFunction'
import type { Scales } from './scales'

/** Terms 0 … ORDER are kept; the rest is bounded by the known total and enters with the next power of the correlation. */
export const ORDER = 10

/** Departure of a marginal from the normal: standardized third and fourth cumulants. */
export interface Shape {
  readonly skew: number
  readonly excess: number
  /** The standardized variable as a mixture of normals, where that is known (a rectified value plus a normal one). */
  readonly mixture?: Mixture
  /** The variance is that much larger or smaller at times. */
  readonly scales?: Scales
}
export const NORMAL_SHAPE: Shape = { skew: 0, excess: 0 }

/** Normals with common variance `within` (of a total of 1) around offsets; weights sum to 1. */
export interface Mixture {
  readonly within: number
  readonly offsets: readonly number[]
  readonly weights: readonly number[]
}

export interface Expansion {
  /** aₙ = E[f(m + σx)·Heₙ(x)]/√n!; a₀ is the mean. */
  readonly coefficients: Float64Array
  /** E[f²]. */
  readonly square: number
  /** E[f²] − Σ aₙ². */
  readonly remainder: number
}

const ROOT_FACTORIAL = (() => {
  const roots = new Float64Array(ORDER + 1)
  let factorial = 1
  for (let n = 0; n <= ORDER; n++) {
    if (n > 0) factorial *= n
    roots[n] = Math.sqrt(factorial)
  }
  return roots
})()

/** Probabilists' Hermite polynomials He₀ … He_order at x. */
export function hermite(x: number, order: number, out: Float64Array): Float64Array {
  out[0] = 1
  if (order > 0) out[1] = x
  for (let n = 2; n <= order; n++) out[n] = x * (out[n - 1] as number) - (n - 1) * (out[n - 2] as number)
  return out
}

/**
 * Expansion of f around N(mean, variance), the marginal corrected to second order of Edgeworth's series by its skewness
 * and excess kurtosis: E h = E_G[h·(1 + κ₃He₃/6 + κ₄He₄/24 + κ₃²He₆/72)] for h = f and h = f².
 */
export function expand(f: ScalarFunction, mean: number, variance: number, shape: Shape): Expansion {
  if (!(variance > 0)) {
    const coefficients = new Float64Array(ORDER + 1)
    coefficients[0] = f.value(mean)
    return { coefficients, square: (coefficients[0] as number) ** 2, remainder: 0 }
  }
  if (shape.mixture !== undefined) return expandMixture(f, mean, variance, shape.mixture)
  if (shape.scales !== undefined) return expandScales(f, mean, variance, shape, shape.scales)
  return f.slopes === null ? expandByQuadrature(f, mean, variance, shape) : expandSloped(f, f.slopes, mean, variance, shape)
}

/** Mean and square under the mixture; the shape of the two-point function as for a normal variable. */
function expandMixture(f: ScalarFunction, mean: number, variance: number, mixture: Mixture): Expansion {
  const plain = expand(f, mean, variance, NORMAL_SHAPE)
  const sigma = Math.sqrt(variance)
  let first = 0
  let second = 0
  mixture.offsets.forEach((offset, i) => {
    const at = mean + sigma * offset
    const [m, q] =
      f.slopes === null ? plainMoments(f, at, variance * mixture.within) : slopedMoments(f, f.slopes, at, variance * mixture.within)
    first += (mixture.weights[i] as number) * m
    second += (mixture.weights[i] as number) * q
  })
  const coefficients = plain.coefficients.slice()
  coefficients[0] = first
  return { coefficients, square: second, remainder: plain.remainder }
}

/** Means over the scales: of two points, each has a scale of its own. */
function expandScales(f: ScalarFunction, mean: number, variance: number, shape: Shape, { sizes, weights }: Scales): Expansion {
  const coefficients = new Float64Array(ORDER + 1)
  let square = 0
  let remainder = 0
  sizes.forEach((size, i) => {
    const weight = weights[i] as number
    const at = expand(f, mean, variance * size, { ...shape, scales: undefined })
    for (let n = 0; n <= ORDER; n++) coefficients[n] = (coefficients[n] as number) + weight * (at.coefficients[n] as number)
    square += weight * at.square
    remainder += weight * at.remainder
  })
  return { coefficients, square, remainder }
}

/** E f and E f² of a piecewise-linear function of a normal variable. */
function slopedMoments(f: ScalarFunction, slopes: readonly [number, number], mean: number, variance: number): readonly [number, number] {
  if (!(variance > 0)) return [f.value(mean), f.value(mean) ** 2]
  const [below, above] = slopes
  const sigma = Math.sqrt(variance)
  const t = mean / sigma
  const p = density(t)
  const c = cumulative(t)
  const noisy = f.noise?.squareBelow ?? below * below
  return [
    below * mean + (above - below) * sigma * (p + t * c),
    noisy * (mean * mean + variance) + (above * above - noisy) * variance * ((1 + t * t) * c + t * p),
  ]
}

function plainMoments(f: ScalarFunction, mean: number, variance: number): readonly [number, number] {
  return [expectation(f.value, f.kinks, mean, variance), expectation((x) => f.value(x) ** 2, f.kinks, mean, variance)]
}

function finish(coefficients: Float64Array, gaussianSquare: number, mean: number, square: number): Expansion {
  let explained = 0
  for (let n = 0; n <= ORDER; n++) explained += (coefficients[n] as number) ** 2
  const remainder = Math.max(0, gaussianSquare - explained)
  coefficients[0] = mean
  return { coefficients, square: Math.max(square, mean * mean), remainder }
}

const scratch = new Float64Array(ORDER + 1)

/** Closed form: f = b·z + (a − b)·relu(z) has E[relu·Heₙ] = σφ(t)He₍ₙ₋₂₎(−t), E[relu²·Heₙ] = 2σ²φ(t)He₍ₙ₋₃₎(−t), t = m/σ. */
function expandSloped(f: ScalarFunction, slopes: readonly [number, number], mean: number, variance: number, shape: Shape): Expansion {
  const [below, above] = slopes
  const sigma = Math.sqrt(variance)
  const t = mean / sigma
  const p = density(t)
  const c = cumulative(t)
  const bend = above - below
  const he = hermite(-t, ORDER, scratch)
  const coefficients = new Float64Array(ORDER + 1)
  coefficients[0] = below * mean + bend * sigma * (p + t * c)
  coefficients[1] = below * sigma + bend * sigma * c
  for (let n = 2; n <= ORDER; n++) coefficients[n] = (bend * sigma * p * (he[n - 2] as number)) / (ROOT_FACTORIAL[n] as number)
  const noisy = f.noise?.squareBelow ?? below * below
  const bendSquare = above * above - noisy
  const second = mean * mean + variance
  const gaussianSquare = noisy * second + bendSquare * variance * ((1 + t * t) * c + t * p)
  const tail = (n: number) => bend * sigma * p * (he[n - 2] as number)
  const squareTail = (n: number) => 2 * bendSquare * variance * p * (he[n - 3] as number)
  const meanNow = (coefficients[0] as number) + edgeworth(shape, tail(3), tail(4), tail(6))
  const square = gaussianSquare + edgeworth(shape, squareTail(3), squareTail(4), squareTail(6))
  return finish(coefficients, gaussianSquare, meanNow, square)
}

const edgeworth = (shape: Shape, third: number, fourth: number, sixth: number) =>
  (shape.skew / 6) * third + (shape.excess / 24) * fourth + ((shape.skew * shape.skew) / 72) * sixth

function expandByQuadrature(f: ScalarFunction, mean: number, variance: number, shape: Shape): Expansion {
  const sigma = Math.sqrt(variance)
  const rule = normalRule(
    f.kinks.map((kink) => (kink - mean) / sigma),
    3,
    14,
  )
  const coefficients = new Float64Array(ORDER + 1)
  const squares = new Float64Array(7)
  const count = rule.nodes.length
  const he = scratch
  for (let i = 0; i < count; i++) {
    const x = rule.nodes[i] as number
    const value = f.value(mean + sigma * x)
    const weighted = value * (rule.weights[i] as number)
    hermite(x, ORDER, he)
    for (let n = 0; n <= ORDER; n++) coefficients[n] = (coefficients[n] as number) + weighted * (he[n] as number)
    const square = weighted * value
    squares[0] = (squares[0] as number) + square
    squares[3] = (squares[3] as number) + square * (he[3] as number)
    squares[4] = (squares[4] as number) + square * (he[4] as number)
    squares[6] = (squares[6] as number) + square * (he[6] as number)
  }
  const meanNow =
    (coefficients[0] as number) + edgeworth(shape, coefficients[3] as number, coefficients[4] as number, coefficients[6] as number)
  const gaussianSquare = squares[0] as number
  const square = gaussianSquare + edgeworth(shape, squares[3] as number, squares[4] as number, squares[6] as number)
  for (let n = 0; n <= ORDER; n++) coefficients[n] = (coefficients[n] as number) / (ROOT_FACTORIAL[n] as number)
  return finish(coefficients, gaussianSquare, meanNow, square)
}

/** E[f(u)g(v)] for standardized correlation ρ of u and v: Σ aₙbₙρⁿ + remainder (Mehler). */
export function twoPoint(f: Expansion, g: Expansion, correlation: number): number {
  const rho = Math.max(-1, Math.min(1, correlation))
  const a = f.coefficients
  const b = g.coefficients
  if (rho === 0) return (a[0] as number) * (b[0] as number)
  let sum = Math.sqrt(f.remainder * g.remainder) * rho
  for (let n = ORDER; n >= 0; n--) sum = sum * rho + (a[n] as number) * (b[n] as number)
  return sum
}

/** Half the second derivative of E[f(u)g(v)] by their correlation: Σ n(n−1)/2·aₙbₙρⁿ⁻². What a correlation that varies with variance τ² adds is τ² of it. */
export function curvature(f: Expansion, correlation: number, g: Expansion = f): number {
  let sum = 0
  let power = 1
  for (let n = 2; n <= ORDER; n++) {
    sum += ((n * (n - 1)) / 2) * (f.coefficients[n] as number) * (g.coefficients[n] as number) * power
    power *= correlation
  }
  return sum
}

/**
 * Panels and nodes of the quadrature inside the rules, right to 1e-6; and what is shown by itself, right to 1e-9. Beyond `reach` standard
 * deviations lies 2e-9 of the probability, or 1e-18.
 */
const COARSE = { panel: 3, rule: legendre(8), reach: 6 }
const FINE = { panel: 1.5, rule: legendre(12), reach: 9 }
/** Inside a mixture, whose many components even errors out. */
const ROUGH = { panel: 3.5, rule: legendre(6), reach: 5 }

/** E[h(m + σx)] for a normal variable with Edgeworth's correction, by quadrature that splits at `kinks`. */
export function expectation(
  h: (x: number) => number,
  kinks: readonly number[],
  mean: number,
  variance: number,
  shape: Shape = NORMAL_SHAPE,
  fine = false,
): number {
  if (!(variance > 0)) return h(mean)
  const sigma = Math.sqrt(variance)
  if (shape.mixture !== undefined) {
    const { offsets, weights, within } = shape.mixture
    return offsets.reduce(
      (sum, offset, i) =>
        sum + (weights[i] as number) * integrate(h, kinks, mean + sigma * offset, variance * within, NORMAL_SHAPE, fine ? FINE : ROUGH),
      0,
    )
  }
  const { scales } = shape
  if (scales === undefined) return integrate(h, kinks, mean, variance, shape, fine ? FINE : COARSE)
  return scales.sizes.reduce(
    (sum, size, i) => sum + (scales.weights[i] as number) * integrate(h, kinks, mean, variance * size, shape, fine ? FINE : COARSE),
    0,
  )
}

function integrate(
  h: (x: number) => number,
  kinks: readonly number[],
  mean: number,
  variance: number,
  shape: Shape,
  { panel, rule, reach }: typeof COARSE,
): number {
  if (!(variance > 0)) return h(mean)
  const sigma = Math.sqrt(variance)
  const edges =
    kinks.length === 0
      ? []
      : kinks
          .map((kink) => (kink - mean) / sigma)
          .filter((x) => x > -reach && x < reach)
          .sort((a, b) => a - b)
  const plain = shape.skew === 0 && shape.excess === 0
  let sum = 0
  let from = -reach
  for (let e = 0; e <= edges.length; e++) {
    const to = e < edges.length ? (edges[e] as number) : reach
    if (to - from < 1e-13) continue
    const count = Math.max(1, Math.ceil((to - from) / panel))
    const half = (to - from) / (2 * count)
    for (let j = 0; j < count; j++) {
      const centre = from + (2 * j + 1) * half
      for (let k = 0; k < rule.nodes.length; k++) {
        const x = centre + half * (rule.nodes[k] as number)
        let weight = (rule.weights[k] as number) * half * density(x)
        if (!plain) {
          hermite(x, 6, scratch)
          weight *= 1 + edgeworth(shape, scratch[3] as number, scratch[4] as number, scratch[6] as number)
        }
        sum += weight * h(mean + sigma * x)
      }
    }
    from = to
  }
  return sum
}

/**
 * E[1(z ≥ 0)]·above + E[1(z < 0)]·below in closed form: Φ(t) with Edgeworth's corrections φ(t)Heₙ₋₁(−t), t = m/σ; summed over a mixture.
 */
export function stepExpectation(below: number, above: number, mean: number, variance: number, shape: Shape): number {
  if (below === above) return above
  if (!(variance > 0)) return mean > 0 ? above : below
  const sigma = Math.sqrt(variance)
  if (shape.mixture !== undefined) {
    const { offsets, weights, within } = shape.mixture
    return offsets.reduce(
      (sum, offset, i) =>
        sum + (weights[i] as number) * stepExpectation(below, above, mean + sigma * offset, variance * within, NORMAL_SHAPE),
      0,
    )
  }
  const { scales } = shape
  if (scales !== undefined && mean !== 0) {
    const plain = { ...shape, scales: undefined }
    return scales.sizes.reduce(
      (sum, size, i) => sum + (scales.weights[i] as number) * stepExpectation(below, above, mean, variance * size, plain),
      0,
    )
  }
  const t = mean / sigma
  let share = cumulative(t)
  if (shape.skew !== 0 || shape.excess !== 0) {
    const he = hermite(-t, 6, scratch)
    share += density(t) * edgeworth(shape, he[2] as number, he[3] as number, he[5] as number)
  }
  return below + (above - below) * share
}
