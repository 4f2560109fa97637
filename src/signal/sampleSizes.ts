/** How the samples of a batch differ in size: dropped paths and gates leave some larger than others. */
import { type Scales, scalesOf } from './gaussian/scales'

/** An independent cause, of variance 1 over samples. */
export interface SizeSource {
  /** E[ε³]: a path that is seldom dropped leaves few samples much smaller. */
  readonly skew: number
}

export interface SizeLoading {
  /** What one unit of the cause adds to a sample's size. */
  readonly sample: number
  /** What one unit of the cause's mean over a batch adds to the batch's. */
  readonly batch: number
}

/**
 * A sample's second moment over that of all is 1 + Σ ℓ_k·ε_k for independent causes ε_k with loadings ℓ_k, and a rest of its own. What several tensors
 * have from one cause adds up where they meet: a branch of a residual network is larger where the stream that it reads is.
 */
export interface SampleSizes {
  readonly loadings: ReadonlyMap<SizeSource, SizeLoading>
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
  let spread = sizes.rest
  for (const { sample } of sizes.loadings.values()) spread += sample * sample
  return spread
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
  for (const [{ skew }, { sample }] of loadings) sum += skew * sample ** 3
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
  let spread = sizes.batch === undefined ? sizes.rest : 0
  for (const { batch } of sizes.loadings.values()) spread += batch * batch
  return spread / samples
}

/** Sizes that nothing else shares. */
export const ownSizes = (spread: number): SampleSizes | undefined => (spread > 0 ? { loadings: new Map(), rest: spread } : undefined)

/** Sizes to a power, to first order. */
export function raiseSizes(sizes: SampleSizes | undefined, power: number): SampleSizes | undefined {
  if (sizes === undefined || power === 1) return sizes
  return mapLoadings(sizes, ({ sample, batch }) => ({ sample: sample * power, batch: batch * power }), power)
}

function mapLoadings(sizes: SampleSizes, change: (loading: SizeLoading) => SizeLoading, power: number): SampleSizes {
  const loadings = new Map([...sizes.loadings].map(([source, loading]) => [source, change(loading)]))
  return { ...sizes, loadings, rest: sizes.rest * power * power, joint: (sizes.joint ?? 0) * power }
}

/** Sizes of a sum with these shares of its second moment, or with shares of 1 those of a product. */
export function joinSizes(parts: readonly { readonly sizes: SampleSizes | undefined; readonly share: number }[]): SampleSizes | undefined {
  const live = parts.filter((part): part is { sizes: SampleSizes; share: number } => part.sizes !== undefined && part.share !== 0)
  const [only] = live
  if (only === undefined) return undefined
  if (live.length === 1) return raiseSizes(only.sizes, only.share)
  const loadings = new Map<SizeSource, SizeLoading>()
  let rest = 0
  let joint = 0
  for (const { sizes, share } of live) {
    for (const [source, { sample, batch }] of sizes.loadings) {
      const sum = loadings.get(source)
      loadings.set(source, { sample: (sum?.sample ?? 0) + share * sample, batch: (sum?.batch ?? 0) + share * batch })
    }
    rest += share * share * sizes.rest
    joint += share * (sizes.joint ?? 0)
  }
  return { loadings, rest, joint, batch: live.every(({ sizes }) => sizes.batch === only.sizes.batch) ? only.sizes.batch : undefined }
}

/** Sizes behind a mask of whole samples that keeps each with the given probability: a new cause beside what they had. */
export function maskSizes(sizes: SampleSizes | undefined, keep: number): SampleSizes {
  const spread = sizeSpread(sizes)
  const third = sizes === undefined ? 0 : sizeSkew(sizes) * spread ** 1.5
  const loading = Math.sqrt((1 + spread) * (1 / keep - 1))
  const source = { skew: (1 - 2 * keep) / Math.sqrt(keep * (1 - keep)) }
  const masked = { loadings: new Map(sizes?.loadings).set(source, { sample: loading, batch: loading }), rest: sizes?.rest ?? 0 }
  const product = (1 + 3 * spread + third) / keep ** 2 - (3 * (1 + spread)) / keep + 2
  return { ...masked, joint: Math.cbrt(product - thirdCumulant(masked)) }
}

/** Sizes over the mean of their batch, as behind a norm over it. */
export function centreSizes(sizes: SampleSizes | undefined, samples: number): SampleSizes | undefined {
  if (sizes === undefined) return undefined
  return { ...mapLoadings(sizes, ({ sample }) => ({ sample, batch: 0 }), 1), batch: samples }
}

/** Cov(g, S)/Var(S) of a gradient's sizes g on the signal's S. */
export function sizeSlope(gradient: SampleSizes, sizes: SampleSizes | undefined): number {
  if (sizes === undefined) return 0
  const spread = causedSpread(sizes)
  let sum = 0
  for (const [source, { sample }] of gradient.loadings) sum += sample * (sizes.loadings.get(source)?.sample ?? 0)
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
  let sum = 0
  for (const [source, { batch }] of a?.loadings ?? []) sum += batch * (b?.loadings.get(source)?.batch ?? 0)
  return sum / samples
}

/** A gradient's sizes over the mean size of each batch, to a power. */
export function divideByBatch(gradient: SampleSizes | undefined, sizes: SampleSizes | undefined, power: number): SampleSizes | undefined {
  if (sizes === undefined) return gradient
  const means = new Map([...sizes.loadings].map(([source, { batch }]) => [source, { sample: 0, batch: -power * batch }]))
  return joinSizes([
    { sizes: gradient, share: 1 },
    { sizes: { loadings: means, rest: 0 }, share: 1 },
  ])
}
