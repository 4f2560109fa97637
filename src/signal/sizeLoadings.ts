/** What tensors have of the causes that make samples differ in size. */

/** An independent cause, of variance 1 over samples. */
export interface SizeSource {
  /** E[ε³]: a path that is seldom dropped leaves few samples much smaller. */
  readonly skew: number
}

export interface Loadings {
  readonly sources: readonly SizeSource[]
  /** What one unit of each cause adds to a sample's size. */
  readonly sample: Float64Array
  /** What one unit of each cause's mean over a batch adds to the batch's. */
  readonly batch: Float64Array
}

export const NO_LOADINGS: Loadings = { sources: [], sample: new Float64Array(0), batch: new Float64Array(0) }

/** A cause that adds as much to a sample as, in its mean, to the batch. */
export const loadingOf = (source: SizeSource, loading: number): Loadings => ({
  sources: [source],
  sample: Float64Array.of(loading),
  batch: Float64Array.of(loading),
})

export const scaleLoadings = ({ sources, sample, batch }: Loadings, bySample: number, byBatch: number): Loadings => ({
  sources,
  sample: sample.map((loading) => loading * bySample),
  batch: batch.map((loading) => loading * byBatch),
})

/** Σ share·loading, cause by cause. */
export function addLoadings(parts: readonly { readonly loadings: Loadings; readonly share: number }[]): Loadings {
  const sources = parts.reduce((all, { loadings }) => unite(all, loadings.sources), NO_LOADINGS.sources)
  const sample = new Float64Array(sources.length)
  const batch = new Float64Array(sources.length)
  for (const { loadings, share } of parts) {
    const places = placesIn(sources, loadings.sources)
    for (let i = 0; i < loadings.sources.length; i++) {
      const at = places === null ? i : (places[i] as number)
      sample[at] = (sample[at] as number) + share * (loadings.sample[i] as number)
      batch[at] = (batch[at] as number) + share * (loadings.batch[i] as number)
    }
  }
  return { sources, sample, batch }
}

/** The sum of two: quickest where they have no cause in common. */
export function joinLoadings(a: Loadings, b: Loadings): Loadings {
  if (b.sources.some((source) => a.sources.includes(source))) return addLoadings([a, b].map((loadings) => ({ loadings, share: 1 })))
  const both = (first: Float64Array, second: Float64Array) => {
    const out = new Float64Array(first.length + second.length)
    out.set(first)
    out.set(second, first.length)
    return out
  }
  return { sources: [...a.sources, ...b.sources], sample: both(a.sample, b.sample), batch: both(a.batch, b.batch) }
}

/** Tensors of one network have mostly the same causes in the same order, some of them more. */
function unite(a: readonly SizeSource[], b: readonly SizeSource[]): readonly SizeSource[] {
  if (startsWith(a, b)) return a
  if (startsWith(b, a)) return b
  return [...new Set([...a, ...b])]
}

function startsWith(all: readonly SizeSource[], first: readonly SizeSource[]): boolean {
  if (all === first) return true
  if (first.length > all.length) return false
  for (let i = 0; i < first.length; i++) if (all[i] !== first[i]) return false
  return true
}

/** Where each cause stands among all, −1 where it does not; null where each has the place that it has. */
const placesIn = (all: readonly SizeSource[], some: readonly SizeSource[]): readonly number[] | null =>
  startsWith(all, some) ? null : some.map((source) => all.indexOf(source))

/** Σ over the causes that two tensors have in common of the products of their loadings. */
export function sumOfProducts(a: Loadings, b: Loadings, which: 'sample' | 'batch'): number {
  const places = placesIn(b.sources, a.sources)
  let sum = 0
  for (let i = 0; i < a.sources.length; i++) {
    const at = places === null ? i : (places[i] as number)
    if (at >= 0) sum += (a[which][i] as number) * (b[which][at] as number)
  }
  return sum
}

/** Σ ℓ² of each tensor's own, over samples or batches. */
export function sumOfSquares(loadings: Loadings, which: 'sample' | 'batch'): number {
  let sum = 0
  for (const loading of loadings[which]) sum += loading * loading
  return sum
}

/** The causes of the largest loadings, with the variance of the others. */
export function largestLoadings(loadings: Loadings, most: number): { readonly kept: Loadings; readonly others: number } {
  const { sources, sample, batch } = loadings
  const size = (i: number) => (sample[i] as number) ** 2
  const bySize = sources.map((_, i) => i).sort((a, b) => size(b) - size(a))
  const kept = bySize.slice(0, most).sort((a, b) => a - b)
  const of = (values: Float64Array) => Float64Array.from(kept, (i) => values[i] as number)
  const others = bySize.slice(most).reduce((sum, i) => sum + size(i), 0)
  return { kept: { sources: kept.map((i) => sources[i] as SizeSource), sample: of(sample), batch: of(batch) }, others }
}
