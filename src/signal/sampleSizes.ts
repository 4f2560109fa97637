/** How the samples of a batch differ in size: dropped paths, gates and the chance of few values leave some larger than others. */
import { type Scales, scalesOf } from './gaussian/scales'
import {
  addLoadings,
  joinLoadings,
  type Loadings,
  largestLoadings,
  loadingOf,
  NO_LOADINGS,
  type SizeSource,
  scaleLoadings,
  sumOfProducts,
  sumOfSquares,
} from './sizeLoadings'

/**
 * A sample's second moment over that of all is 1 + Σ ℓ_k·ε_k for independent causes ε_k with loadings ℓ_k, and a rest of its own. What several tensors
 * have from one cause adds up where they meet: a branch of a residual network is larger where the stream that it reads is.
 */
export interface SampleSizes {
  readonly loadings: Loadings
  /** Causes that neither the law of single values nor what positions have in common shows yet: see `readSizes`. Absent: none. */
  readonly latent?: Loadings
  /** Variance of what no source is known of: a gamma variable. */
  readonly rest: number
  /** Cube root of what the third cumulant has beyond that of independent causes. */
  readonly joint?: number
  /** Sizes are over the mean of so many samples, as behind a norm over a batch of them. */
  readonly batch?: number
}

/**
 * Var(q_b)/E[q_b]² over samples. Where sizes of variance s, gamma variables, are divided by the mean of their batch of B, they follow a Dirichlet law:
 * s·(B − 1)/(B + s).
 */
export function sizeSpread(sizes: SampleSizes | undefined): number {
  if (sizes === undefined) return 0
  const spread = causedSpread(sizes)
  const { batch } = sizes
  return batch === undefined ? spread : (spread * (batch - 1)) / (batch + spread)
}

function causedSpread(sizes: SampleSizes): number {
  return sizes.rest + sumOfSquares(sizes.loadings, 'sample')
}

/** Skewness over samples, with what the mean of a batch takes from it. */
export function sizeSkew(sizes: SampleSizes): number {
  const spread = causedSpread(sizes)
  if (!(spread > 0)) return 0
  const skew = thirdCumulant(sizes) / spread ** 1.5
  const { batch } = sizes
  return batch === undefined || batch < 2 ? skew : (skew * (1 - 2 / batch)) / Math.sqrt(1 - 1 / batch)
}

function thirdCumulant({ loadings, rest, joint = 0 }: SampleSizes): number {
  let sum = 2 * rest * rest + joint ** 3
  loadings.sources.forEach(({ skew }, i) => {
    sum += skew * (loadings.sample[i] as number) ** 3
  })
  return sum
}

/** Two sizes with their probabilities that stand for all; undefined where they hardly differ. */
export const scalesOfSizes = (sizes: SampleSizes | undefined): Scales | undefined =>
  sizes === undefined ? undefined : scalesOf(sizeSpread(sizes), sizeSkew(sizes))

/** By how much less than their causes say sizes differ over the mean of their batch. */
const settled = (sizes: SampleSizes): number => {
  const caused = causedSpread(sizes)
  return caused > 0 ? Math.sqrt(sizeSpread(sizes) / caused) : 1
}

/** Variance of the mean size of a batch, over its square. */
export function batchSpread(sizes: SampleSizes | undefined, samples: number): number {
  if (sizes === undefined) return 0
  return ((sizes.batch === undefined ? sizes.rest : 0) + sumOfSquares(sizes.loadings, 'batch')) / samples
}

/** Sizes that nothing else shares. */
export const ownSizes = (spread: number): SampleSizes | undefined => (spread > 0 ? { loadings: NO_LOADINGS, rest: spread } : undefined)

/** Sizes to a power, to first order. */
export function raiseSizes(sizes: SampleSizes | undefined, power: number): SampleSizes | undefined {
  if (sizes === undefined || power === 1) return sizes
  return scaleSizes(sizes, power, power)
}

function scaleSizes(sizes: SampleSizes, bySample: number, byBatch: number): SampleSizes {
  const scaled = (loadings: Loadings) => scaleLoadings(loadings, bySample, byBatch)
  const latent = sizes.latent && scaled(sizes.latent)
  const { rest, joint = 0 } = sizes
  return { ...sizes, loadings: scaled(sizes.loadings), latent, rest: rest * bySample * bySample, joint: joint * bySample }
}

/** Sizes of a sum with these shares of its second moment, or with shares of 1 those of a product. */
export function joinSizes(parts: readonly { readonly sizes: SampleSizes | undefined; readonly share: number }[]): SampleSizes | undefined {
  const live = parts.filter((part): part is { sizes: SampleSizes; share: number } => part.sizes !== undefined && part.share !== 0)
  const [only] = live
  if (only === undefined) return undefined
  if (live.length === 1) return raiseSizes(only.sizes, only.share)
  let rest = 0
  let joint = 0
  for (const { sizes, share } of live) {
    rest += share * share * sizes.rest
    joint += share * (sizes.joint ?? 0)
  }
  const loadings = addLoadings(live.map(({ sizes, share }) => ({ loadings: sizes.loadings, share })))
  const latent = live.flatMap(({ sizes, share }) => (sizes.latent === undefined ? [] : [{ loadings: sizes.latent, share }]))
  return {
    loadings,
    latent: latent.length === 0 ? undefined : addLoadings(latent),
    rest,
    joint,
    batch: live.every(({ sizes }) => sizes.batch === only.sizes.batch) ? only.sizes.batch : undefined,
  }
}

/** A cause that is still to be told to a tensor's sizes. */
export interface Chance {
  readonly source: SizeSource
  readonly loading: number
}

/**
 * Sizes of what a linear map makes of values of these, with a new cause that is latent. Where it mixes the positions of a sample, or there is but one, what
 * was latent shows: it was each position's own, and its mean over them is all that they have in common.
 */
export function readSizes(sizes: SampleSizes | undefined, chance: Chance | null, mixesPositions: boolean): SampleSizes | undefined {
  const fresh = chance === null ? NO_LOADINGS : loadingOf(chance.source, chance.loading)
  if (sizes === undefined) return chance === null ? undefined : { loadings: NO_LOADINGS, latent: fresh, rest: 0 }
  const { loadings, latent = NO_LOADINGS, rest } = sizes
  if (!mixesPositions) return { ...sizes, latent: joinLoadings(latent, fresh) }
  const shown = joinLoadings(loadings, latent)
  if (shown.sources.length <= MOST_CAUSES) return { ...sizes, loadings: shown, latent: fresh }
  const { kept, others } = largestLoadings(shown, MOST_CAUSES / 2)
  return { ...sizes, loadings: kept, rest: rest + others, latent: fresh }
}

/** Causes beyond these are not told apart: those that matter least become a part of the rest, so that a network's depth costs no more than its length. */
const MOST_CAUSES = 64

/** Sizes behind a mask of whole samples that keeps each with the given probability: a new cause beside what they had. */
export function maskSizes(sizes: SampleSizes | undefined, keep: number): SampleSizes {
  const spread = sizeSpread(sizes)
  const third = sizes === undefined ? 0 : sizeSkew(sizes) * spread ** 1.5
  const loading = Math.sqrt((1 + spread) * (1 / keep - 1))
  const source = { skew: (1 - 2 * keep) / Math.sqrt(keep * (1 - keep)) }
  const loadings = joinLoadings(sizes?.loadings ?? NO_LOADINGS, loadingOf(source, loading))
  const masked = { loadings, latent: sizes?.latent, rest: sizes?.rest ?? 0 }
  const product = (1 + 3 * spread + third) / keep ** 2 - (3 * (1 + spread)) / keep + 2
  return { ...masked, joint: Math.cbrt(product - thirdCumulant(masked)) }
}

/** Sizes over the mean of their batch, as behind a norm over it. */
export function centreSizes(sizes: SampleSizes | undefined, samples: number): SampleSizes | undefined {
  if (sizes === undefined) return undefined
  return { ...scaleSizes(sizes, 1, 0), batch: samples }
}

/** Cov(g, S)/Var(S) of a gradient's sizes g on the signal's S. */
export function sizeSlope(gradient: SampleSizes, sizes: SampleSizes | undefined): number {
  if (sizes === undefined) return 0
  const spread = causedSpread(sizes)
  const sum = sumOfProducts(gradient.loadings, sizes.loadings, 'sample')
  return spread > 0 ? sum / (spread * settled(sizes)) : 0
}

/** A gradient's sizes times 1 + slope·(S − 1) of the signal's sizes S. */
export const timesSizes = (gradient: SampleSizes | undefined, sizes: SampleSizes, slope: number): SampleSizes | undefined =>
  joinSizes([
    { sizes: gradient, share: 1 },
    { sizes, share: slope * settled(sizes) },
  ])

/** Covariance of the mean sizes of a batch. */
export function batchCovariance(a: SampleSizes | undefined, b: SampleSizes | undefined, samples: number): number {
  return a === undefined || b === undefined ? 0 : sumOfProducts(a.loadings, b.loadings, 'batch') / samples
}

/** A gradient's sizes over the mean size of each batch, to a power. */
export function divideByBatch(gradient: SampleSizes | undefined, sizes: SampleSizes | undefined, power: number): SampleSizes | undefined {
  if (sizes === undefined) return gradient
  const means = scaleLoadings(sizes.loadings, 0, -power)
  return joinSizes([
    { sizes: gradient, share: 1 },
    { sizes: { loadings: means, rest: 0 }, share: 1 },
  ])
}

/** What a unit of a cause adds to these sizes, over what it adds to the tensor that it comes from: dlog of the one by dlog of the other. */
export function slopeOn(sizes: SampleSizes | undefined, { source, loading }: Chance): number {
  const own = loadingOf(source, loading)
  const of = (loadings: Loadings | undefined): number => (loadings === undefined ? 0 : sumOfProducts(own, loadings, 'sample'))
  return (of(sizes?.loadings) + of(sizes?.latent)) / loading ** 2
}
