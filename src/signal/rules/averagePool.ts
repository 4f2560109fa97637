import type { GradientMoments } from '../gradient'
import type { Grid } from '../grid'
import { type Lags, makeLags } from '../lags'
import { type Moments, ownVariance } from '../moments'
import type { Partition } from '../partition'
import {
  adjointWindows,
  insideCounts,
  noShift,
  overlapRadius,
  overlapSum,
  sumWindowPairs,
  sumWindows,
  type Windows,
  windowCorrelation,
} from '../windows'

/**
 * Mean of a window of n: far' = mean of far over pairs of elements; the sample's own variance shrinks to the mean correlation over
 * pairs of elements, 1/n when positions are independent. Skewness shrinks with the square root of that, excess kurtosis with it.
 * `counted`: what each window is divided by.
 */
export function average(block: Moments, grid: Grid, windows: Windows, counted: (inside: number) => number): Moments {
  const inside = insideCounts(grid, windows)
  const divisor = inside.map(counted)
  const size = inside.length
  const { mean: correlation } = windowCorrelation(block.lags, windows, noShift(block.lags))
  const whole = windows.kernel.reduce((a, b) => a * b, 1)
  const mean = sumWindows(block.mean, grid, windows).map((value, i) => value / (divisor[i] as number))
  const far = sumWindowPairs(block.far, grid, windows).map(
    (value, at) => value / ((divisor[Math.floor(at / size)] as number) * (divisor[at % size] as number)),
  )
  const ownSum = sumWindows(ownVariance(block), grid, windows)
  const inputSize = block.second.length
  const extra = sumWindows(
    block.same.map((value, i) => value - (block.far[i * inputSize + i] as number)),
    grid,
    windows,
  )
  const own = ownSum.map((value, i) => {
    const n = inside[i] as number
    const perPair =
      n >= whole
        ? correlation
        : block.lags.far + (correlation - block.lags.far) * Math.min(1 / Math.max(correlation, 1e-12), whole / Math.max(n, 1e-12))
    return (value * n * perPair) / (divisor[i] as number) ** 2
  })
  const second = own.map((value, i) => value + (far[i * size + i] as number))
  const same = extra.map((value, i) => value / (divisor[i] as number) ** 2 + (far[i * size + i] as number))
  const lags =
    correlation > 0
      ? makeLags(
          overlapRadius(block.lags, windows),
          block.lags.far / correlation,
          (shift) => windowCorrelation(block.lags, windows, shift).mean / correlation,
        )
      : block.lags
  return {
    mean,
    second,
    same,
    far,
    lags,
    shape: { skew: block.shape.skew * Math.sqrt(correlation), excess: block.shape.excess * correlation },
    spread: block.spread,
    sizes: block.sizes,
    alike: block.alike,
    redundancy: block.redundancy,
    image: null,
  }
}

/** An average pool hands g/divisor to every element: squared, summed over windows, which add up where their gradients correlate. */
export function spreadBack(g: GradientMoments, grid: Grid, windows: Windows, counted: (inside: number) => number): GradientMoments {
  const divisor = insideCounts(grid, windows).map(counted)
  const whole = windows.kernel.reduce((a, b) => a * b, 1)
  const overlap = 1 + overlapSum(g.lags, windows, (shared) => shared / whole)
  const second = adjointWindows(
    g.second.map((value, i) => value / (divisor[i] as number) ** 2),
    grid,
    windows,
  ).map((value) => value * overlap)
  const lead = grid.length - windows.kernel.length
  const radius = grid.map((_, i) =>
    i < lead ? (g.lags.radius[i] ?? 0) : (windows.kernel[i - lead] as number) - 1 + (g.lags.radius[i] as number),
  )
  const gSecond = whole > 1
  const lags = gSecond ? spreadLags(g.lags, grid, windows, radius) : g.lags
  return { second, lags, cross: g.cross, tilt: null, excess: 1, sizes: g.sizes }
}

/** Elements of one window share its gradient: correlation at lag Δ is the share of windows that hold both. */
function spreadLags(lags: Lags, grid: Grid, windows: Windows, radius: readonly number[]): Lags {
  const lead = grid.length - windows.kernel.length
  const whole = windows.kernel.every((k, i) => k >= (grid[lead + i] as Partition).size)
  if (whole) return { radius: grid.map(() => 0), values: Float64Array.of(1), far: 1 }
  return makeLags(radius, lags.far, (lag) => {
    const together = windows.kernel.reduce((share, k, i) => share * Math.max(0, 1 - (lag[lead + i] as number) / k), 1)
    return together + (1 - together) * lags.far
  })
}
