import { activate } from '../activate'
import { expectation } from '../gaussian/expansion'
import type { Expectation } from '../gaussian/law'
import { maximumCorrelation, maximumMoments } from '../gaussian/maximum'
import { identity } from '../gaussian/scalarFunction'
import type { GradientMoments } from '../gradient'
import { classWeights, type Grid } from '../grid'
import { makeLags, mapLags } from '../lags'
import { type Moments, ownVariance } from '../moments'
import { sizeSpread } from '../sampleSizes'
import {
  adjointWindows,
  insideCounts,
  noShift,
  outputGrid,
  overlapRadius,
  overlapSum,
  sumWindowPairs,
  sumWindows,
  type Windows,
  windowCorrelation,
} from '../windows'
import { imageOf } from './activation'

/**
 * Max of a window of n values φ(z) = φ(max z) for monotone φ. z = m + shared + own: what windows share moves the maximum as it is; the own part
 * of variance s (samples of different size σ have σ²s) with mean correlation ρ inside the window has a maximum of mean m + √(s(1−ρ))·eₙ and variance s·ρ + s(1−ρ)·vₙ
 * (order statistics of n normal variables). Overlapping windows often have the same winner: their maxima correlate.
 */
export function maximum(block: Moments, grid: Grid, windows: Windows): Moments {
  const image = imageOf(block)
  const fits = image.fn === null || image.fn.monotone
  const root = fits ? image.root : { ...block, image: null }
  const pooled = pooledRoot(root, grid, windows)
  return activate(pooled, fits && image.fn !== null ? image.fn : identity)
}

/** Moments of the maximum of z over the windows. */
function pooledRoot(root: Moments, grid: Grid, windows: Windows): Moments {
  const inside = insideCounts(grid, windows)
  const size = inside.length
  const whole = windows.kernel.reduce((a, b) => a * b, 1)
  const divide = (values: Float64Array) => values.map((value, i) => value / (inside[i] as number))
  const self = windowCorrelation(root.lags, windows, noShift(root.lags))
  const correlated = whole > 1 ? Math.max(0, (self.mean - self.identical) / (1 - self.identical)) : 0
  const inputSize = root.second.length
  const sampleOwn = divide(sumWindows(ownVariance(root), grid, windows))
  const shared = divide(
    sumWindows(
      root.far.filter((_, at) => at % (inputSize + 1) === 0),
      grid,
      windows,
    ),
  )
  const meanIn = divide(sumWindows(root.mean, grid, windows))
  const covariance = sumWindowPairs(root.far, grid, windows).map(
    (value, at) =>
      value / ((inside[Math.floor(at / size)] as number) * (inside[at % size] as number)) -
      (meanIn[Math.floor(at / size)] as number) * (meanIn[at % size] as number),
  )
  const extra = divide(
    sumWindows(
      root.same.map((value, i) => value - (root.far[i * inputSize + i] as number)),
      grid,
      windows,
    ),
  )
  // what samples share can differ between the window's positions too: near borders, where far(p,p') falls below far(p,p)
  const uneven = shared.map((value, i) => Math.max(0, value - (meanIn[i] as number) ** 2 - (covariance[i * size + i] as number)))
  const ownIn = sampleOwn.map((value, i) => value + (uneven[i] as number))
  const sampleShare = ownIn.map((value, i) => (value > 0 ? (sampleOwn[i] as number) / value : 1))
  const within = sampleShare.map((share) => correlated * share)
  const top = inside.map((n) => maximumMoments(Math.max(1, n)).mean)
  const width = inside.map((n) => maximumMoments(Math.max(1, n)).variance)
  const lift = ownIn.map((s, i) => Math.sqrt(s * (1 - (within[i] as number))) * (top[i] as number))
  const scale = meanRoot(sizeSpread(root.sizes))
  const scaled = lift.map((value) => value * value * (1 - scale * scale))
  const mean = meanIn.map((m, i) => m + scale * (lift[i] as number))
  const own = ownIn.map((s, i) => s * (within[i] as number) + s * (1 - (within[i] as number)) * (width[i] as number))
  const far = covariance.map((value, at) => value + (mean[Math.floor(at / size)] as number) * (mean[at % size] as number))
  const second = own.map((value, i) => value + (scaled[i] as number) + (far[i * size + i] as number))
  const same = extra.map((value, i) => value + (own[i] as number) * (1 - (sampleShare[i] as number)) + (far[i * size + i] as number))
  const r = size >> 1
  const share = sampleShare[r] as number
  const middle = within[r] as number
  const n = maximumMoments(whole)
  const ownShare = middle + (1 - middle) * n.variance
  const near = makeLags(overlapRadius(root.lags, windows), root.lags.far / Math.max(ownShare, 1e-12), (shift) => {
    const pair = windowCorrelation(root.lags, windows, shift)
    const common = pair.identical * whole * whole
    const between = pair.identical < 1 ? (pair.mean - pair.identical) / (1 - pair.identical) : 1
    return Math.min(1, (share * Math.max(0, between) + (1 - middle) * n.variance * maximumCorrelation(whole, common)) / ownShare)
  })
  const ownTotal = (own[r] as number) + (scaled[r] as number)
  const lags = mapLags(near, (c) => (ownTotal > 0 ? (c * (own[r] as number) + (scaled[r] as number)) / ownTotal : c))
  const total = (second[r] as number) - (mean[r] as number) ** 2
  const peaked = total > 0 ? ((1 - middle) * n.variance * (ownIn[r] as number)) / total : 0
  return {
    mean,
    second,
    same,
    far,
    lags,
    shape: { skew: n.skew * peaked ** 1.5, excess: n.excess * peaked ** 2 },
    spread: 0,
    sizes: root.sizes,
    // The linear part of a maximum of n is the mean of the n, of variance 1/n; units of one scale share no more of it.
    alike: (root.alike ?? 0) / (whole * n.variance) ** 2,
    repeats: true,
    image: null,
  }
}

/** E[√s] of a gamma variable s of mean 1 and the given variance, by the first terms of Γ(k + ½)/(Γ(k)·√k). */
const meanRoot = (variance: number): number => Math.max(0, 1 - variance / 8 + (variance * variance) / 128)

/**
 * A max pool hands each output's gradient to one of its n inputs: g/n summed over the windows that hold the position; windows that
 * share their winner add up where their gradients correlate. The winner's z is distributed like the maximum.
 */
export function routeBack(block: Moments, output: Moments, g: GradientMoments, grid: Grid, windows: Windows): GradientMoments {
  const inside = insideCounts(grid, windows)
  const whole = windows.kernel.reduce((a, b) => a * b, 1)
  let overlap = 1
  if (g.lags.values.length > 1 || g.lags.far !== 0) overlap += overlapSum(g.lags, windows, (shared) => shared / (2 * whole - shared))
  const second = adjointWindows(
    g.second.map((value, i) => value / (inside[i] as number)),
    grid,
    windows,
  ).map((value) => value * overlap)
  const routed: GradientMoments = {
    second,
    lags: { radius: grid.map(() => 0), values: Float64Array.of(1), far: g.lags.far / (whole * overlap) },
    cross: g.cross / (whole * overlap),
    tilt: null,
    excess: 1,
    sizes: g.sizes,
  }
  const { root, fn } = imageOf(block)
  const top = output.image?.root
  if (top === undefined || (fn !== null && !fn.monotone)) return routed
  const law = winnersLaw(top, outputGrid(grid, windows), g)
  return { ...routed, tilt: { root, terms: [{ base: routed, mean: () => 1, square: () => 1, kinks: [], law }] } }
}

/** Distribution of the winners' z: of the maxima, weighted by where the gradient is. */
function winnersLaw(top: Moments, grid: Grid, g: GradientMoments): Expectation {
  const weights = classWeights(grid)
  const parts: { readonly m: number; readonly v: number; weight: number }[] = []
  let total = 0
  top.mean.forEach((m, i) => {
    const v = (top.second[i] as number) - m * m
    const weight = (weights[i] as number) * (g.second[i] as number)
    total += weight
    const known = parts.find((part) => Math.abs(part.m - m) <= 1e-9 * Math.abs(m) && Math.abs(part.v - v) <= 1e-9 * v)
    if (known) known.weight += weight
    else parts.push({ m, v, weight })
  })
  return (h, kinks) => parts.reduce((sum, part) => sum + (part.weight / total) * expectation(h, kinks, part.m, part.v, top.shape), 0)
}
