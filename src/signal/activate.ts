/** Elementwise functions of near-normal variables: forward moments, and what the derivative does to gradients. */

import { wanderAt } from './fewWeights'
import { curvature, type Expansion, expand, expectation, NORMAL_SHAPE, type Shape, stepExpectation, twoPoint } from './gaussian/expansion'
import { rawMoments } from './gaussian/rawMoments'
import type { ScalarFunction } from './gaussian/scalarFunction'
import type { GradientMoments, Term } from './gradient'
import { type Grid, mapMean } from './grid'
import { farBetween, lagAt, likeLags, makeLags, mapLags } from './lags'
import { averages, farAt, type Moments, marginalVariance, ownVariance, representative, withinAt } from './moments'

/** The marginal over all units and samples: where their variances differ it is heavier-tailed by 3·spread. */
export function marginalShape(root: Moments): Shape {
  const spread = root.spread + (root.sampleSpread ?? 0)
  return spread === 0 || root.shape.mixture !== undefined ? root.shape : { skew: root.shape.skew, excess: root.shape.excess + 3 * spread }
}

/**
 * How the spread of samples' second moments passes f: times (dlog E f²/dlog v)², at most 1: what f adds to it beyond that lies in its mean,
 * which the next norm takes away.
 */
function passedSpread(root: Moments, f: ScalarFunction, r: number, v: number): number {
  const spread = root.sampleSpread ?? 0
  if (spread === 0 || f.slopes !== null || !(v > 0)) return spread
  const at = (scale: number) => expand(f, root.mean[r] as number, v * scale, NORMAL_SHAPE).square
  const elasticity = Math.log(at(1.1) / at(0.9)) / Math.log(1.1 / 0.9)
  return Number.isFinite(elasticity) ? spread * Math.min(1, elasticity ** 2) : spread
}

/** What of the square of two units' correlation f passes: the share of its linear part in its variance, squared as the correlation is. */
function passedLikeness({ coefficients, square }: Expansion): number {
  const variance = square - (coefficients[0] as number) ** 2
  return variance > 0 ? ((coefficients[1] as number) ** 2 / variance) ** 2 : 0
}

/** Classes whose normal variables are the same, or, where a quadrature would tell them apart, within a thousandth. */
function alike(entry: { readonly m: number; readonly v: number }, m: number, v: number, loosely: boolean): boolean {
  if (!loosely) return entry.m === m && Math.abs(entry.v - v) <= 1e-12 * v
  return Math.abs(entry.v - v) <= 1e-3 * v && (entry.m - m) ** 2 <= 1e-6 * v
}

/** Expansions of f at every class; classes with equal mean and variance share one. */
export function expansions(root: Moments, f: ScalarFunction, shape: Shape): readonly Expansion[] {
  const variance = marginalVariance(root)
  const done: { readonly m: number; readonly v: number; readonly expansion: Expansion }[] = []
  return Array.from(variance, (v, i) => {
    const m = root.mean[i] as number
    const known = done.find((entry) => alike(entry, m, v, f.slopes === null))
    if (known) return known.expansion
    const expansion = expand(f, m, v, shape)
    done.push({ m, v, expansion })
    return expansion
  })
}

/**
 * Moments of f(z): mean E f, second E f², and for two points Σ aₙ(p)aₙ(p')ρⁿ with the Hermite coefficients at each class
 * (Daniely et al. 2016). Where units' correlations wander, or samples differ in size, a₂² times that is added between positions of a sample.
 * The result's image is f of the root.
 */
export function activate(root: Moments, f: ScalarFunction): Moments {
  const size = root.second.length
  const variance = marginalVariance(root)
  const shape = marginalShape(root)
  const at = expansions(root, f, shape)
  const mean = Float64Array.from(at, (e) => e.coefficients[0] as number)
  const second = Float64Array.from(at, (e) => e.square)
  const correlation = (covariance: number, i: number, j: number) => {
    const scale = Math.sqrt((variance[i] as number) * (variance[j] as number))
    return scale > 0 ? (covariance - (root.mean[i] as number) * (root.mean[j] as number)) / scale : 0
  }
  // Values of one unit that vary alike: half of Var(v_c)/E[v_c]² to second order.
  const units = root.spread / 2
  const pair = (covariance: number, i: number, j: number) => {
    const rho = correlation(covariance, i, j)
    const value = twoPoint(at[i] as Expansion, at[j] as Expansion, rho)
    return units === 0 ? value : value + units * curvature(at[i] as Expansion, rho, at[j])
  }
  const same = second.map((_, i) => pair(root.same[i] as number, i, i))
  const far = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = pair(root.far[i * size + j] as number, i, j)
      far[i * size + j] = value
      far[j * size + i] = value
    }
  }
  const r = representative(root)
  const own = (second[r] as number) - (far[r * size + r] as number)
  const rootOwn = ownVariance(root)[r] as number
  const base = root.far[r * size + r] as number
  const v = variance[r] as number
  const near = (c: number, wander: number) => {
    if ((c === 0 && wander === 0) || own <= 0) return 0
    if (root.repeats === true) return c
    const covariance = base + c * rootOwn
    const curved = wander === 0 || !(v > 0) ? 0 : wander * (rootOwn / v) ** 2 * curvature(at[r] as Expansion, correlation(covariance, r, r))
    return (pair(covariance, r, r) + curved - (far[r * size + r] as number)) / own
  }
  const radius = root.lags.radius.map((n, i) => Math.max(n, root.wander?.radius[i] ?? 0))
  const common = (root.sampleSpread ?? 0) / 2
  const lags =
    root.wander === undefined && common === 0
      ? mapLags(root.lags, (c) => near(c, 0))
      : makeLags(radius, near(root.lags.far, common), (lag) => near(lagAt(root.lags, lag), common + wanderAt(root.wander, lag)))
  return {
    mean,
    second,
    same,
    far,
    lags,
    shape: imageShape(root, f, r),
    spread: 0,
    sampleSpread: passedSpread(root, f, r, v),
    alike: (root.alike ?? 0) * passedLikeness(at[r] as Expansion),
    redundancy: (root.redundancy ?? 0) * passedLikeness(at[r] as Expansion),
    repeats: root.repeats,
    mixes: f.slopes !== null && f.slopes[0] === f.slopes[1] && f.value(0) === 0 ? root.mixes : undefined,
    image: { root, fn: f },
  }
}

const shapeCache = new Map<string, Shape>()

/** Standardized third and fourth cumulants of f(z). */
function imageShape(root: Moments, f: ScalarFunction, r: number): Shape {
  const m = root.mean[r] as number
  const v = marginalVariance(root)[r] as number
  const plain = root.shape.skew === 0 && root.shape.excess === 0
  const key = f.slopes !== null && m === 0 && plain ? f.slopes.join() : null
  const known = key === null ? undefined : shapeCache.get(key)
  if (known !== undefined) return known
  const [m1, m2, m3, m4] = rawMoments(f, m, v, root.shape)
  const variance = m2 - m1 * m1
  const third = m3 - 3 * m1 * m2 + 2 * m1 ** 3
  const fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 ** 4
  const shape = variance > 1e-12 * m2 ? { skew: third / variance ** 1.5, excess: fourth / variance ** 2 - 3 } : { skew: 0, excess: 0 }
  if (key !== null) shapeCache.set(key, shape)
  return shape
}

/**
 * E[factor(z)²] at every class of the root, for a term of a gradient. For piecewise-linear factors of a normal z this is
 * a²Φ(m/σ) + b²Φ(−m/σ); noise in the slope adds to b².
 */
export function factorSquares(root: Moments, term: Term): Float64Array {
  if (term.law !== null) return new Float64Array(root.second.length).fill(term.law(term.square, term.kinks))
  const variance = marginalVariance(root)
  const shape = marginalShape(root)
  const done: { readonly m: number; readonly v: number; readonly value: number }[] = []
  return variance.map((v, i) => {
    const m = root.mean[i] as number
    const known = done.find((entry) => alike(entry, m, v, term.step === undefined))
    if (known) return known.value
    const value =
      term.step === undefined
        ? expectation(term.square, term.kinks, m, v, shape)
        : stepExpectation(term.step[0] ** 2, term.step[1] ** 2, m, v, shape)
    done.push({ m, v, value })
    return value
  })
}

/** A term's gradient: base·factor(z), its correlations between positions and samples thinned by the factor's own, in the mean over positions. */
export function applyTerm(root: Moments, term: Term, grid: Grid): GradientMoments {
  const squares = factorSquares(root, term)
  const { base } = term
  const second = base.second.map((g, i) => g * (squares[i] as number))
  const trivialLags = base.lags.values.length === 1 && base.lags.far === 0 && base.lags.apart === undefined && base.cross === 0
  if (trivialLags) return { ...base, second, tilt: null }
  const m = mapMean(grid, root.mean)
  const v = mapMean(grid, marginalVariance(root))
  const arriving = mapMean(grid, base.second)
  const total = arriving > 0 ? mapMean(grid, second) / arriving : 0
  const expansion = expand(
    { value: term.mean, derivative: () => 0, kinks: term.kinks, slopes: null, monotone: false },
    m,
    v,
    marginalShape(root),
  )
  const thinned = (covariance: number) => {
    if (!(total > 0)) return 0
    if (term.law !== null) return term.law(term.mean, term.kinks) ** 2 / total
    return twoPoint(expansion, expansion, v > 0 ? (covariance - m * m) / v : 0) / total
  }
  const { own, far, same } = averages(grid, root)
  const variances = ownVariance(root)
  return {
    ...base,
    second,
    lags: likeLags(
      [base.lags],
      base.lags.far * thinned(far + root.lags.far * own),
      (lag) => lagAt(base.lags, lag) * thinned(farAt(grid, root, lag) + lagAt(root.lags, lag) * own),
      second.length,
      (i, j) => farBetween(base.lags, second.length, i, j) * thinned(withinAt(root, variances, i, j)),
    ),
    cross: base.cross * thinned(same),
    tilt: null,
  }
}
