/**
 * What the engine carries for the gradient of every tensor, over the same blocks and classes as the tensor itself:
 * its second moment at each class of positions and how it correlates between positions of a sample (`lags`) and between samples
 * (`cross`: the correlation of gradients of one unit in two samples, which only a batch norm's centring makes other than 0).
 * Gradients have mean 0: their signs come from a symmetric cotangent.
 */
import type { Expectation } from './gaussian/law'
import { mapMean } from './grid'
import { independentLags, type Lags, sumLags } from './lags'
import { blockShares, type Moments, originOf, type Signal } from './moments'
import { joinSizes, type SampleSizes } from './sampleSizes'

export interface GradientMoments {
  readonly second: Float64Array
  readonly lags: Lags
  readonly cross: number
  readonly tilt: Tilt | null
  /**
   * E[g²]·E[v]/E[g²v] over units of different variance v: behind a norm g² goes with 1/v, and what is multiplied by the same
   * weights' squares again sees less of it than the mean says. 1 where all units are alike.
   */
  readonly excess: number
  /** How the samples' own second moments differ, by the causes of the signal's sizes. Absent: not. */
  readonly sizes?: SampleSizes
  /** What it says of the direction of the value itself: see `radialOf`. Absent: 1. */
  readonly radial?: number
  /** Behind a norm: what the gradient still says of the value itself, one entry for each independent base. */
  readonly drift?: readonly Drift[]
  /** Of the gradient of scores: every row sums to zero, since adding a constant to a row of a softmax changes nothing. */
  readonly zeroRows?: true
  /** Of the gradient of the dividend q·Σkv of an average by weights q·k: what all keys send to q alike is taken back by the divisor. */
  readonly averaged?: true
  /** Of the gradient of attention weights: the correlation along a row, by classes; absent: `lags.far`. */
  readonly alongRows?: Float64Array
  /**
   * Of the gradient of attention weights whose keys and values are sums of the same n units: 1/n, the square by which two tokens' vectors correlate by
   * chance, in their keys as in their values. Of the gradient of scores: what that adds to a sum over keys, by classes of queries.
   */
  readonly chance?: number
  readonly tied?: Float64Array
  /** Of both: what those keys and values are sums of; other keys that are added to the scores are not tied. */
  readonly tiedTo?: Moments
  /** Of the gradient of scores where a mask hides keys: how many each query sees, from the first on. */
  readonly keys?: readonly number[]
}

/** A part base·F(ẑ) of the gradient, ẑ the standardized value. Bases are alike at near positions behind averages. */
export interface Drift {
  readonly second: Float64Array
  readonly lags: Lags
  readonly cross: number
  /** E[F(shift + width·ξ)] over a standard normal ξ; null where bases of different positions have nothing in common. */
  readonly response: ((shift: number, width: number) => number) | null
  /** E[F²(shift + width·ξ)], even in shift; null where it is the same for all. */
  readonly energy: ((shift: number, width: number) => number) | null
}

/**
 * The gradient is Σ baseᵢ·factorᵢ(z) for the root z of the tensor's image, the bases independent of z and of each other: an
 * activation's derivative correlates it with the value, which batch norm's backward and repeated activations see.
 */
export interface Tilt {
  readonly root: Moments
  readonly terms: readonly Term[]
}
export interface Term {
  readonly base: GradientMoments
  /** E[factor | z]. */
  readonly mean: (z: number) => number
  /** E[factor² | z]; mean² where z alone decides. */
  readonly square: (z: number) => number
  /** `square` in samples of that size, where it is said of the value beside others of its sample. Absent: the same in all. */
  readonly squareAt?: (size: number) => (z: number) => number
  readonly kinks: readonly number[]
  /** The factor is one number below 0 and another above, where closed forms exist. */
  readonly step?: readonly [number, number]
  /** Distribution of z where the gradient arrives (at the winners of a max pool); null: the root's own. */
  readonly law: Expectation | null
}
const one = () => 1

/** The terms of a gradient towards a root: its own when it is tilted by that root, else itself with factor 1. */
export function termsTowards(gradient: GradientMoments, root: Moments): readonly Term[] {
  return gradient.tilt !== null && originOf(gradient.tilt.root) === originOf(root)
    ? gradient.tilt.terms
    : [{ base: gradient, mean: one, square: one, kinks: [], step: [1, 1], law: null }]
}

/** One entry for each block of the tensor's signal; null when no gradient arrives. */
export type Gradient = readonly (GradientMoments | null)[]

export function plainGradient(second: Float64Array, axes: number): GradientMoments {
  return { second, lags: independentLags(axes), cross: 0, tilt: null, excess: 1 }
}

/** The gradient with all its second moments multiplied by a factor. */
export function scaleGradient(gradient: GradientMoments, factor: number): GradientMoments {
  const tilt = gradient.tilt && {
    ...gradient.tilt,
    terms: gradient.tilt.terms.map((term) => ({ ...term, base: scaleGradient(term.base, factor) })),
  }
  return { ...gradient, second: gradient.second.map((g) => g * factor), tilt }
}

/** Mean second moment over all elements of the tensor; blocks that no gradient reaches count 0. */
export function meanSecond(signal: Signal, gradient: Gradient): number {
  const shares = blockShares(signal)
  return gradient.reduce((sum, block, i) => (block === null ? sum : sum + (shares[i] as number) * mapMean(signal.grid, block.second)), 0)
}

/** Sum of what several consumers send back, independent of each other in sign. */
export function addGradients(parts: readonly GradientMoments[]): GradientMoments | null {
  const first = parts[0]
  if (first === undefined) return null
  if (parts.length === 1) return first
  const second = new Float64Array(first.second.length)
  for (const part of parts) for (let i = 0; i < second.length; i++) second[i] = (second[i] as number) + (part.second[i] as number)
  const weights = parts.map((part) => part.second.reduce((a, b) => a + b, 0))
  const total = weights.reduce((a, b) => a + b, 0)
  const average = (of: (part: GradientMoments) => number) =>
    total > 0 ? parts.reduce((sum, part, i) => sum + of(part) * (weights[i] as number), 0) / total : of(first)
  return {
    second,
    lags: sumLags(parts.map((part, i) => ({ lags: part.lags, own: part.second, weight: weights[i] as number }))),
    cross: average((part) => part.cross),
    tilt: sumTilts(parts),
    excess: 1 / average((part) => 1 / part.excess),
    sizes: total > 0 ? joinSizes(parts.map(({ sizes }, i) => ({ sizes, share: (weights[i] as number) / total }))) : undefined,
  }
}

function sumTilts(parts: readonly GradientMoments[]): Tilt | null {
  const root = parts.find((part) => part.tilt !== null)?.tilt?.root
  if (root === undefined || parts.some((part) => part.tilt !== null && originOf(part.tilt.root) !== originOf(root))) return null
  return { root, terms: parts.flatMap((part) => termsTowards(part, root)) }
}
