/** Means over pairs of positions of what the engine carries for a tensor. */
import { type Grid, mapMean, pairRowMeans } from './grid'
import { BEYOND, meanOverPairs } from './lags'
import { type Moments, ownVariance } from './moments'
import { classAt, type Partition } from './partition'

/** Means over the positions of a grid that describe one position and pairs of near and of far ones. */
export interface Averages {
  readonly second: number
  /** The sample's own variance. */
  readonly own: number
  /** What near positions share with other samples: far at equal classes. */
  readonly near: number
  /** The mean of far over all pairs of positions. */
  readonly far: number
  readonly same: number
}

export function averages(grid: Grid, moments: Moments): Averages {
  const second = mapMean(grid, moments.second)
  const own = mapMean(grid, ownVariance(moments))
  return { second, own, near: second - own, far: mapMean(grid, pairRowMeans(grid, moments.far)), same: mapMean(grid, moments.same) }
}

/** Mean over pairs of positions of E[x_p x_p'] within a sample, and of E[x_p x'_p'] between samples; both with row means. */
export interface PairMeans {
  readonly within: number
  readonly between: number
  readonly withinRows: Float64Array
  readonly betweenRows: Float64Array
}

export function pairMeans(grid: Grid, moments: Moments): PairMeans {
  const size = moments.second.length
  const farRows = pairRowMeans(grid, moments.far)
  const own = ownVariance(moments)
  const positions = grid.reduce((product, axis) => product * axis.size, 1)
  const share = meanOverPairs(
    moments.lags,
    grid.map((axis) => axis.size),
  )
  const ownRoot = own.map(Math.sqrt)
  const meanRoot = mapMean(grid, ownRoot)
  const withinRows = farRows.map(
    (row, i) =>
      row + share * (moments.lags.far === 0 && moments.lags.values.length === 1 ? (own[i] as number) : (ownRoot[i] as number) * meanRoot),
  )
  const betweenRows = farRows.map((row, i) => row + ((moments.same[i] as number) - (moments.far[i * size + i] as number)) / positions)
  return { within: mapMean(grid, withinRows), between: mapMean(grid, betweenRows), withinRows, betweenRows }
}

const byLag = new WeakMap<Float64Array, Map<string, number>>()

/** Mean of far over pairs of positions that are `lag` apart (signs of lags averaged); over pairs of one class where no pair is. */
export function farAt(grid: Grid, moments: Moments, lag: readonly number[]): number {
  const { far } = moments
  if (far.length === 1) return far[0] as number
  if (lag.includes(BEYOND)) return averages(grid, moments).far
  const key = lag.join()
  const known = byLag.get(far)?.get(key)
  if (known !== undefined) return known
  let weights: Float64Array = Float64Array.of(1)
  let width = 1
  grid.forEach((axis, i) => {
    const classes = axis.counts.length
    const pairs = classPairs(axis, lag[i] as number)
    const next = new Float64Array((width * classes) ** 2)
    for (let a = 0; a < width; a++)
      for (let b = 0; b < width; b++)
        for (let j = 0; j < classes; j++)
          for (let k = 0; k < classes; k++) {
            next[(a * classes + j) * width * classes + b * classes + k] =
              (weights[a * width + b] as number) * (pairs[j * classes + k] as number)
          }
    weights = next
    width *= classes
  })
  let sum = 0
  let total = 0
  for (let at = 0; at < far.length; at++) {
    sum += (weights[at] as number) * (far[at] as number)
    total += weights[at] as number
  }
  const value = total > 0 ? sum / total : mapMean(grid, moments.second) - mapMean(grid, ownVariance(moments))
  const perMap = byLag.get(far) ?? new Map<string, number>()
  perMap.set(key, value)
  byLag.set(far, perMap)
  return value
}

const pairCounts = new WeakMap<Partition, Map<number, Float64Array>>()

/** For classes j, k of an axis, the number of position pairs ±d apart that they make. */
function classPairs(axis: Partition, d: number): Float64Array {
  const known = pairCounts.get(axis)?.get(d)
  if (known !== undefined) return known
  const classes = axis.counts.length
  const counts = new Float64Array(classes * classes)
  for (let i = 0; i + d < axis.size; i++) {
    const [a, b] = [classAt(axis, i), classAt(axis, i + d)]
    counts[a * classes + b] = (counts[a * classes + b] as number) + 1
    counts[b * classes + a] = (counts[b * classes + a] as number) + 1
  }
  const perAxis = pairCounts.get(axis) ?? new Map<number, Float64Array>()
  perAxis.set(d, counts)
  pairCounts.set(axis, perAxis)
  return counts
}
