/** Elementwise functions of near-normal variables: forward moments, and what the derivative does to gradients. */

import { wanderAt } from './fewWeights'
import { curvature, type Expansion, expand, expectation, NORMAL_SHAPE, type Shape, stepExpectation, twoPoint } from './gaussian/expansion'
import { rawMoments } from './gaussian/rawMoments'
import type { ScalarFunction } from './gaussian/scalarFunction'
import { meanOver, type Scales, slopeOver, tiltScales } from './gaussian/scales'
import type { GradientMoments, Term } from './gradient'
import { type Grid, mapMean } from './grid'
import { farBetween, lagAt, likeLags, makeLags, mapLags } from './lags'
import { type Moments, marginalVariance, ownVariance, representative, withinAt } from './moments'
import { averages, farAt } from './pairMoments'
import { raiseSizes, type SampleSizes, scalesOfSizes, sizeSlope, sizeSpread, timesSizes } from './sampleSizes'

/**
 * Var(v_c)/E[v_c]² of the units' variances: by their own weights, and by what the units that they sum have in common. The latter is as well the places' spread
 * in size, of which what whole samples differ by is counted as theirs.
 */
const unitsApart = ({ spread, common = 0, sizes }: Moments): number => spread + Math.max(0, common - sizeSpread(sizes))

/**
 * The marginal over all units and samples: where units' variances differ it is heavier-tailed by 3·spread, and samples differ in size; each counts by the
 * size of what it is weighed with, a gradient: E[g²|S] = 1 + (S − 1)·Cov(g², S)/Var(S).
 */
export function marginalShape(root: Moments, weighed?: SampleSizes): Shape {
  if (root.shape.mixture !== undefined) return root.shape
  const even = scalesOfSizes(root.sizes)
  const scales = even && weighed ? tiltScales(even, sizeSlope(weighed, root.sizes)) : even
  const spread = unitsApart(root)
  if (spread === 0 && scales === undefined) return root.shape
  return { skew: root.shape.skew, excess: root.shape.excess + 3 * spread, scales }
}

const varianceOf = ({ coefficients, square }: Expansion): number => square - (coefficients[0] as number) ** 2

/**
 * How samples' sizes pass f: as what a norm leaves of them does, Var f and the square by which the sample's mean differs from that of all, but no more than
 * E f², which hardly changes for a gate.
 */
function passedSizes(
  root: Moments,
  f: ScalarFunction,
  marginal: Expansion,
  scaled: readonly Expansion[] | undefined,
): SampleSizes | undefined {
  const scales = scalesOfSizes(root.sizes)
  if (root.sizes === undefined) return undefined
  if (scaled === undefined || scales === undefined) return raiseSizes(root.sizes, slopeAtOne(root, f, marginal))
  const mean = marginal.coefficients[0] as number
  const normed = (i: number) => varianceOf(scaled[i] as Expansion) + (((scaled[i] as Expansion).coefficients[0] as number) - mean) ** 2
  const slope = Math.min(
    slopeOver(scales, (i) => (scaled[i] as Expansion).square),
    slopeOver(scales, normed),
  )
  return Number.isFinite(slope) ? raiseSizes(root.sizes, slope) : root.sizes
}

/** The same where sizes hardly differ: dlog/dlog v of E f², which is E[f²·(x² − 1)]/(2·E f²) for a standard normal x, and of Var f, with dE f/dlog v = a₂/√2. */
function slopeAtOne(root: Moments, f: ScalarFunction, marginal: Expansion): number {
  const r = representative(root)
  const m = root.mean[r] as number
  const v = marginalVariance(root)[r] as number
  if (!(v > 0) || f.slopes !== null) return 1
  const rise = expectation((z) => f.value(z) ** 2 * ((z - m) ** 2 / v - 1), f.kinks, m, v) / 2
  const variance = varianceOf(marginal)
  const mean = marginal.coefficients[0] as number
  const bend = marginal.coefficients[2] as number
  const slope = Math.min(rise / marginal.square, (rise - Math.SQRT2 * mean * bend) / variance)
  return Number.isFinite(slope) ? slope : 1
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
 * (Daniely et al. 2016). Where units' correlations wander, a₂² times that is added between positions of a sample, which have its size in common.
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
  const units = unitsApart(root) / 2
  const bent = (rho: number, i: number, j: number) => (units === 0 ? 0 : units * curvature(at[i] as Expansion, rho, at[j]))
  const pair = (covariance: number, i: number, j: number) => {
    const rho = correlation(covariance, i, j)
    return twoPoint(at[i] as Expansion, at[j] as Expansion, rho) + bent(rho, i, j)
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
  const sized = shape.scales?.sizes.map((scale) => expand(f, root.mean[r] as number, v * scale, { ...shape, scales: undefined }))
  const inSample = (rho: number) =>
    sized === undefined
      ? twoPoint(at[r] as Expansion, at[r] as Expansion, rho)
      : sized.reduce((sum, e, i) => sum + (shape.scales?.weights[i] ?? 0) * twoPoint(e, e, rho), 0)
  const near = (c: number, wander: number) => {
    if ((c === 0 && wander === 0 && sized === undefined) || own <= 0) return 0
    if (root.repeats === true) return c
    const rho = correlation(base + c * rootOwn, r, r)
    const curved = wander === 0 || !(v > 0) ? 0 : wander * (rootOwn / v) ** 2 * curvature(at[r] as Expansion, rho)
    return (inSample(rho) + bent(rho, r, r) + curved - (far[r * size + r] as number)) / own
  }
  const radius = root.lags.radius.map((n, i) => Math.max(n, root.wander?.radius[i] ?? 0))
  const lags =
    root.wander === undefined && sized === undefined
      ? mapLags(root.lags, (c) => near(c, 0))
      : makeLags(radius, near(root.lags.far, 0), (lag) => near(lagAt(root.lags, lag), wanderAt(root.wander, lag)))
  return {
    mean,
    second,
    same,
    far,
    lags,
    shape: imageShape(root, f, r),
    spread: 0,
    sizes: passedSizes(root, f, at[r] as Expansion, sized),
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
function factorSquares(root: Moments, term: Term): Float64Array {
  if (term.law !== null) return new Float64Array(root.second.length).fill(term.law(term.square, term.kinks))
  const variance = marginalVariance(root)
  const shape = marginalShape(root, term.base.sizes)
  const done: { readonly m: number; readonly v: number; readonly value: number }[] = []
  return variance.map((v, i) => {
    const m = root.mean[i] as number
    const known = done.find((entry) => alike(entry, m, v, term.step === undefined))
    if (known) return known.value
    const value =
      term.step !== undefined
        ? stepExpectation(term.step[0] ** 2, term.step[1] ** 2, m, v, shape)
        : shape.scales === undefined
          ? expectation(term.square, term.kinks, m, v, shape)
          : meanOver(shape.scales, squareOf(term, m, v, { ...shape, scales: undefined }, shape.scales))
    done.push({ m, v, value })
    return value
  })
}

/** E[factor²] in samples of the size of a node. */
const squareOf =
  (term: Term, m: number, v: number, shape: Shape, { sizes }: Scales) =>
  (node: number): number => {
    const size = sizes[node] as number
    return expectation(term.squareAt?.(size) ?? term.square, term.kinks, m, v * size, shape)
  }

/** The gradient's sizes behind a factor: those that arrive, and as much of the signal's own as E[factor²] goes with them. */
function factorSizes(root: Moments, term: Term): SampleSizes | undefined {
  const scales = scalesOfSizes(root.sizes)
  const r = representative(root)
  const m = root.mean[r] as number
  const v = marginalVariance(root)[r] as number
  if (root.sizes === undefined || term.law !== null || !(v > 0) || (term.step !== undefined && (m === 0 || scales === undefined)))
    return term.base.sizes
  const slope = scales === undefined ? slopeOfSquare(term, m, v) : slopeOver(scales, squareOf(term, m, v, NORMAL_SHAPE, scales))
  if (!Number.isFinite(slope)) return term.base.sizes
  return timesSizes(term.base.sizes, root.sizes, slope)
}

/** dlog E[factor²]/dlog v. */
function slopeOfSquare(term: Term, m: number, v: number): number {
  const square = expectation(term.square, term.kinks, m, v)
  return square > 0 ? expectation((z) => term.square(z) * ((z - m) ** 2 / v - 1), term.kinks, m, v) / (2 * square) : 0
}

/** A term's gradient: base·factor(z), its correlations between positions and samples thinned by the factor's own, in the mean over positions. */
export function applyTerm(root: Moments, term: Term, grid: Grid): GradientMoments {
  const squares = factorSquares(root, term)
  const { base } = term
  const second = base.second.map((g, i) => g * (squares[i] as number))
  const trivialLags = base.lags.values.length === 1 && base.lags.far === 0 && base.lags.apart === undefined && base.cross === 0
  const sizes = factorSizes(root, term)
  if (trivialLags) return { ...base, second, sizes, tilt: null }
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
    sizes,
    tilt: null,
  }
}
