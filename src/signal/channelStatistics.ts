/** What differs between the channels that batch norm divides by their own variance. */
import { inverseMean } from './gaussian/inverseMean'
import { inverseSum } from './gaussian/inverseSum'
import { classWeights, gridPositions, mapMean } from './grid'
import { sizeOfRole } from './layout'
import type { Moments, Signal } from './moments'
import { pairMeans } from './pairMoments'

export interface ChannelStatistics {
  /** E over channels of the variance over batch and positions. */
  readonly variance: number
  /** E[x_p·(channel mean)] by class of p. */
  readonly rows: Float64Array
  /** E[(channel mean)²]. */
  readonly meanSquare: number
  /** Var(v_c)/E[v_c]² over channels. */
  readonly spread: number
  /** E[1/(v_c + ε)]·(E[v_c] + ε). */
  inverse(eps: number): number
  /** E[v_c/(v_c + ε)]·(E[v_c] + ε)/E[v_c], what samples share left to `parts`. */
  kept(eps: number): number
  /** What the varying v_c make of E[own/(v_c + ε)] and E[shared/(v_c + ε)], relative to the ratio of means: channels of large shared part divide it by more. */
  parts(eps: number): { readonly own: number; readonly shared: number }
  readonly count: number
}

/**
 * v_c = mean of x² − (mean of x)² over batch and positions: E v_c = q̄ − c̄, with c̄ the mean of E[x_i x_j] over all pairs in the
 * batch, pairs of one sample with weight 1/B. It varies between channels with the units' own variances and with 2/(M − 1) for M values.
 */
export function channelStatistics(signal: Signal, block: Moments): ChannelStatistics {
  const samples = sizeOfRole(signal, 'sample')
  const pairs = pairMeans(signal.grid, block)
  const rows = pairs.withinRows.map((within, i) => within / samples + (1 - 1 / samples) * (pairs.betweenRows[i] as number))
  const meanSquare = pairs.within / samples + (1 - 1 / samples) * pairs.between
  const variance = Math.max(0, mapMean(signal.grid, block.second) - meanSquare)
  const count = samples * gridPositions(signal.grid)
  if (!(variance > 0))
    return { variance, rows, meanSquare, spread: 0, inverse: () => 1, kept: () => 1, parts: () => ({ own: 1, shared: 1 }), count }
  const shared = sharedPart(signal, block, rows, meanSquare)
  const { few } = block
  const own = block.spread + (block.common ?? 0) + shared.noise / variance ** 2
  const spread = own + shared.spread / variance ** 2
  const parts = (eps: number) => {
    const total = variance + eps
    const part = Math.min(shared.mean, variance) / total
    const uneven = inverseMean(1 - part, part, shared.spread / total ** 2)
    return { own: uneven, shared: part > 1e-9 ? Math.max(0, 1 - (1 - part) * uneven) / part : 1 }
  }
  const drawn = (eps: number) => (few === undefined ? 1 : inverseSum(few.count, few.law, eps / variance) * (1 + eps / variance))
  const unshared = (eps: number) => inverseGamma(Math.max(0, own - (few?.spread ?? 0)), eps / variance) * drawn(eps)
  return {
    variance,
    rows,
    meanSquare,
    spread,
    inverse: (eps) => parts(eps).own * unshared(eps),
    kept: (eps) => 1 + (eps / variance) * (1 - unshared(eps)),
    parts,
    count,
  }
}

/** E[1/(v + ε)]·(1 + ε) for a gamma variable v of mean 1 and the given variance; below 0.05 the distance of that from 1 tells too little. */
function inverseGamma(variance: number, eps: number): number {
  if (eps * variance < 1e-4) return 1 / Math.max(0.05, 1 - variance)
  return inverseMean(eps, 1, variance) * (1 + eps)
}

/**
 * The variance over channels of a normal variable's v_c is 2·(mean over all pairs i, j in the batch of Cov(x_i, x_j)² about the channel's mean).
 * `noise` is what pairs of an element with itself give, 2/M; `spread` what samples share of positions that differ, with its mean share of v.
 */
function sharedPart(
  signal: Signal,
  block: Moments,
  rows: Float64Array,
  meanSquare: number,
): { readonly mean: number; readonly spread: number; readonly noise: number } {
  const samples = sizeOfRole(signal, 'sample')
  const positions = gridPositions(signal.grid)
  const weights = classWeights(signal.grid)
  const size = block.mean.length
  let pairs = 0
  let alone = 0
  let between = 0
  let mean = 0
  for (let i = 0; i < size; i++) {
    const w = weights[i] as number
    const centre = (value: number) => (value - 2 * (rows[i] as number) + meanSquare) ** 2
    const far = centre(block.far[i * size + i] as number)
    mean += w * ((block.same[i] as number) - 2 * (rows[i] as number) + meanSquare)
    alone += w * (centre(block.second[i] as number) - far)
    between += w * (centre(block.same[i] as number) - far)
    for (let j = 0; j < size; j++) {
      const value = (block.far[i * size + j] as number) - (rows[i] as number) - (rows[j] as number) + meanSquare
      pairs += w * (weights[j] as number) * value * value
    }
  }
  return {
    mean: Math.max(0, mean),
    spread: 2 * Math.max(0, pairs + ((1 - 1 / samples) * between) / positions),
    noise: (2 * alone) / (positions * samples),
  }
}

/** How the second moments of what is divided by v_c + ε go with v_c: `lean` is dlog E[g²]/dlog v_c of the gradient. */
export interface Sent {
  /** E[g²/(v_c + ε)]·(E[v_c] + ε)/E[g²]. */
  readonly growth: number
  /** E[g²/(v_c + ε)]/E[W_c·g²/(v_c + ε)] for a channel's sum W_c of squared weights, of mean 1. */
  readonly excess: number
}

/**
 * With x = v_c/E[v_c], e = ε/E[v_c], g² ∝ 1 + a(x − 1) to first order in the lean a, W = 1 + b(x − 1) with b = Cov(W_c, x)/Var(x), and
 * I₀ = (1 + e)·E[1/(x + e)]: Iₙ₊₁ = (1 + e)·E[xⁿ] − e·Iₙ for Iₙ = (1 + e)·E[xⁿ/(x + e)].
 */
export function sentThrough(statistics: ChannelStatistics, block: Moments, eps: number, lean: number): Sent {
  const { spread, variance } = statistics
  const first = statistics.inverse(eps)
  if (!(spread > 0)) return { growth: first, excess: 1 }
  const e = eps / variance
  const second = 1 + e - e * first
  const third = 1 + e - e * second
  const b = Math.min(1, (block.shared ?? 0) / spread)
  const growth = (1 - lean) * first + lean * second
  return { growth, excess: growth / ((1 - b) * growth + b * ((1 - lean) * second + lean * third)) }
}
