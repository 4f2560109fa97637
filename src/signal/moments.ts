/**
 * What the engine carries for every tensor.
 *
 * A tensor's elements are indexed by samples, units (channels, features) and positions. Weights are random, so units are
 * exchangeable within a *block* (concatenation puts blocks with different statistics side by side) and independent of each
 * other. For one unit of a block, over weights, inputs and noise:
 *
 *     mean(p)    E[x_p]
 *     second(p)  E[x_p²]
 *     same(p)    E[x_p x'_p]    x' another sample
 *     far(p,p')  E[x_p x'_p']   another sample, another position; also the part that positions of one sample share with it
 *
 * and, for two positions of one sample, E[x_p x_p'] = far(p,p') + c(p−p')·√(s(p)s(p')) with the sample's own variance
 * s(p) = second(p) − far(p,p) and the correlation c of `Lags`. With inputs that are independent over positions c is 0 but
 * for p = p'. Maps over positions are over classes of positions (`Partition`), exact near borders.
 *
 * The marginal over units is normal behind a sum over many weights. `shape` tells how far it is from that elsewhere, and
 * `image` that it is a known function of such a variable (relu of a pre-activation): max pooling, repeated activations
 * and gates need that. `spread` is Var(v_c)/E[v_c]² of the units' variances v_c: a unit with few weights has its own, and its own
 * correlation between near positions, of mean c and variance `wander` over units.
 */
import { NORMAL_SHAPE, type Shape } from './gaussian/expansion'
import type { ScalarFunction } from './gaussian/scalarFunction'
import { type Grid, gridClasses, mapMean } from './grid'
import { farBetween, independentLags, type Lags, mixLags } from './lags'
import { joinSizes, type SampleSizes } from './sampleSizes'

export interface Moments {
  readonly mean: Float64Array
  readonly second: Float64Array
  readonly same: Float64Array
  /** Row-major over pairs of classes. */
  readonly far: Float64Array
  readonly lags: Lags
  readonly shape: Shape
  readonly spread: number
  /** The unit variances' relative covariance with the sum of their squared weights: what a product with the same squares takes back of `spread`. */
  readonly shared?: number
  /** How many weights draw each unit, where they are so few that their law decides E[1/v_c]. */
  readonly few?: Few
  /** E[ρ²] over pairs of units, ρ the correlation of two over samples and positions for given weights: what few inputs leave units in common. Absent: 0. */
  readonly alike?: number
  /** What the likeness of the units that these sum adds to Var(v_c)/E[v_c]²: 2·E[ρ²]. Absent: 0. */
  readonly common?: number
  /** E[ρ²] over pairs of units, ρ the correlation of two over the positions of a sample for given weights, however many these are. Absent: 0. */
  readonly redundancy?: number
  /** Whose units a linear map has summed up in each of these, and in how many directions they vary. Absent: not such sums. */
  readonly mixes?: { readonly of: Moments; readonly directions: number }
  /** The units of each position have one sum of squares, as behind a norm. */
  readonly normed?: true
  /** Share of the variance of a sample's mean square that a norm took away: 1 behind it, less where other values are added. */
  readonly settled?: number
  /** Variance over units of the correlation between positions, by lag; absent: none. */
  readonly wander?: Lags
  /** How the samples' own second moments differ. Absent: not. */
  readonly sizes?: SampleSizes
  /** Correlated positions hold the very same value with the probability that their correlation says (winners of overlapping windows); absent: jointly normal. */
  readonly repeats?: boolean
  readonly image: Image | null
  /** The moments of the same elements before a change of layout; absent where there was none. */
  readonly origin?: Moments
}

/** A unit is a sum of this many independent inputs, weighted by draws of this law. */
export interface Few {
  readonly count: number
  readonly law: 'normal' | 'uniform'
  /** What of the units' `spread` it makes. */
  readonly spread: number
}

/** Two blocks hold the same elements when their origins are the same. */
export const originOf = (moments: Moments): Moments => moments.origin ?? moments

/** The tensor is fn(root), element by element. */
export interface Image {
  readonly root: Moments
  readonly fn: ScalarFunction
}

export type Role = 'sample' | 'unit' | 'position'
/** A factor of an axis: a reshape splits an axis into several atoms or joins atoms of several roles in one axis. */
export interface Atom {
  readonly size: number
  readonly role: Role
}

/** A tensor with its statistics. The grid's axes are the position atoms in order of appearance. */
export interface Signal {
  readonly axes: readonly (readonly Atom[])[]
  readonly grid: Grid
  readonly blocks: readonly Moments[]
  /** Block of each unit, over all unit atoms row-major; null when there is one block. */
  readonly assignment: Uint16Array | null
  /** Of a matrix of scores or attention weights, what maps cannot say: see `Matrix`. */
  readonly matrix?: Matrix
}

/** How the elements of a matrix over two token axes (queries, keys) depend on each other along its rows and columns. */
export type Matrix =
  /**
   * Scores: E[S_ij S_ij'] and E[S_ij S_i'j] over E[S_ij²], for other keys j' and other queries i'. For given weights the correlation of two
   * queries' scores is a number of its own, with the variance `wander` over pairs; the rows' own variances vary twice as much, relatively.
   * `of`: what the keys are sums of; `keyed`: the part of the scores' variance that is a direction in the space of these.
   */
  | {
      readonly kind: 'scores'
      readonly rows: number
      readonly columns: number
      readonly wander: number
      readonly keyed: number
      readonly of?: Moments
    }
  /**
   * Weights whose rows sum to 1: for each class of queries Σ_{j≠j'} E[A_ij A_ij'], and for each pair of classes Σ_j E[A_ij A_i'j].
   * Independent dropout of elements changes neither. `lean`: Σ_{j≠j'} E A_ij A_ij' z_j z_j' and `stretch`: Σ_j E A_ij² (z_j² − 1) for the standardized
   * scores z, which are one direction in the space of what the keys are sums of.
   */
  | {
      readonly kind: 'weights'
      readonly pairs: Float64Array
      readonly overlap: Float64Array
      readonly lean: Float64Array
      readonly stretch: Float64Array
      readonly of?: Moments
      /** Keys that each query sees, from the first on; null when all see all. */
      readonly keys: readonly number[] | null
      /** Rows are the last axis. */
      readonly turned: boolean
    }

/** Independent over samples, units and positions. */
export function independentMoments(grid: Grid, mean: number, second: number, shape: Shape = NORMAL_SHAPE): Moments {
  const size = gridClasses(grid)
  return {
    mean: new Float64Array(size).fill(mean),
    second: new Float64Array(size).fill(second),
    same: new Float64Array(size).fill(mean * mean),
    far: new Float64Array(size * size).fill(mean * mean),
    lags: independentLags(grid.length),
    shape,
    spread: 0,
    image: null,
  }
}

/** Variance over samples of the sample's own part at each class: second(p) − far(p,p). */
export function ownVariance(moments: Moments): Float64Array {
  const size = moments.second.length
  const own = new Float64Array(size)
  for (let i = 0; i < size; i++) own[i] = Math.max(0, (moments.second[i] as number) - (moments.far[i * size + i] as number))
  return own
}

/** E of two far positions of one sample, of the classes i and j. */
export function withinAt(moments: Moments, own: Float64Array, i: number, j: number): number {
  const size = own.length
  return (moments.far[i * size + j] as number) + farBetween(moments.lags, size, i, j) * Math.sqrt((own[i] as number) * (own[j] as number))
}

/** A class in the middle of the image: classes are numbered in order of appearance, so borders come first and last. */
export const representative = (moments: Moments): number => moments.second.length >> 1

/** Variances of the marginal at each class. */
export function marginalVariance(moments: Moments): Float64Array {
  return moments.second.map((q, i) => Math.max(0, q - (moments.mean[i] as number) ** 2))
}

/** Mean of a map over the positions of every unit: (block mean) weighted by the blocks' shares of units. */
export function overUnits(signal: Signal, of: (moments: Moments) => Float64Array): number {
  const shares = blockShares(signal)
  return signal.blocks.reduce((sum, block, i) => sum + (shares[i] as number) * mapMean(signal.grid, of(block)), 0)
}

const shareCache = new WeakMap<Signal, readonly number[]>()
/** Share of units in each block. */
export function blockShares(signal: { readonly blocks: readonly Moments[]; readonly assignment: Uint16Array | null }): readonly number[] {
  if (signal.assignment === null) return [1]
  const known = shareCache.get(signal as Signal)
  if (known !== undefined) return known
  const shares = new Array<number>(signal.blocks.length).fill(0)
  for (const block of signal.assignment) shares[block] = (shares[block] as number) + 1 / signal.assignment.length
  shareCache.set(signal as Signal, shares)
  return shares
}

/** What all blocks are sums of, if that is one tensor. */
export function commonMixes(blocks: readonly Moments[]): Moments['mixes'] {
  const [first] = blocks
  return blocks.every((block) => block.mixes?.of === first?.mixes?.of) ? first?.mixes : undefined
}

/** The average unit of a mixture of blocks. */
export function mixMoments(parts: readonly Moments[], weights: readonly number[]): Moments {
  const live = parts.map((moments, i) => ({ moments, weight: weights[i] as number })).filter((part) => part.weight > 0)
  const only = live[0]
  if (only === undefined) throw new Error('a mixture of nothing')
  if (live.length === 1) return only.moments
  const total = live.reduce((sum, part) => sum + part.weight, 0)
  const average = (of: (moments: Moments) => Float64Array) => {
    const out = new Float64Array(of(only.moments).length)
    for (const { moments, weight } of live) {
      const values = of(moments)
      for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + (weight / total) * (values[i] as number)
    }
    return out
  }
  const mixture = {
    mean: average((m) => m.mean),
    second: average((m) => m.second),
    same: average((m) => m.same),
    far: average((m) => m.far),
  }
  const middle = representative(only.moments)
  const variance = (m: Moments) => Math.max(0, (m.second[middle] as number) - (m.mean[middle] as number) ** 2)
  const v = Math.max(1e-300, (mixture.second[middle] as number) - (mixture.mean[middle] as number) ** 2)
  let third = 0
  let fourth = 0
  for (const { moments, weight } of live) {
    const vi = variance(moments)
    const offset = (moments.mean[middle] as number) - (mixture.mean[middle] as number)
    const k3 = moments.shape.skew * vi ** 1.5
    const k4 = (moments.shape.excess + 3) * vi * vi
    third += (weight / total) * (k3 + 3 * offset * vi + offset ** 3)
    fourth += (weight / total) * (k4 + 4 * offset * k3 + 6 * offset * offset * vi + offset ** 4)
  }
  return {
    ...mixture,
    lags: mixLags(live.map(({ moments, weight }) => ({ lags: moments.lags, weight: weight * (ownVariance(moments)[middle] as number) }))),
    shape: { skew: third / v ** 1.5, excess: fourth / (v * v) - 3 },
    spread: live.reduce((sum, part) => sum + (part.weight / total) * part.moments.spread, 0),
    sizes: joinSizes(
      live.map(({ moments, weight }) => ({
        sizes: moments.sizes,
        share: (weight * (moments.second[middle] as number)) / Math.max(1e-300, total * (mixture.second[middle] as number)),
      })),
    ),
    redundancy: live.reduce((sum, part) => sum + (part.weight / total) * (part.moments.redundancy ?? 0), 0),
    mixes: commonMixes(live.map(({ moments }) => moments)),
    image: null,
  }
}
