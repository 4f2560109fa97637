/** What values receive where queries see the first keys alone. */
import type { GradientMoments } from './gradient'
import { farBetween } from './lags'
import type { Partition } from './partition'
import { seenCounts } from './prefixes'

/** Attention weights by classes of queries. */
export interface RowSums {
  /** Σ_k E A_mk². */
  readonly square: Float64Array
  /** Σ_{k≠k'} E A_mk A_mk'. */
  readonly pairs: Float64Array
  /** Σ_k E A_mk A_pk for two queries. */
  readonly overlap: Float64Array
}

export interface Received {
  /** E g_k² by classes of keys. */
  readonly second: Float64Array
  /** Correlation of g_k and g_k' by pairs of classes. */
  readonly classes: Float64Array
}

/**
 * g_k = Σ_m A_mk g_m over the queries m that see k. Of the weights of a query that sees n keys, E A² = square/n and E A A' = pairs/(n(n − 1)); of two
 * queries overlap/n for one key and (1 − overlap)/(n n' − n) for two, n the smaller number. Their gradients correlate by classes.
 */
export function receivedByKeys(
  sums: RowSums,
  g: GradientMoments,
  perQuery: Float64Array,
  keys: readonly number[],
  queries: Partition,
  partition: Partition,
): Received {
  const at = (values: Float64Array, i: number) => values[i] as number
  const [rows, size] = [queries.counts.length, partition.counts.length]
  const counts = seenCounts(partition, queries, keys)
  const seen = counts.map((row) => row.reduce((a, b) => a + b, 0))
  const share = (m: number, c: number) => at(counts[m] as Float64Array, c) / (partition.counts[c] as number)
  const scale = perQuery.map(Math.sqrt)
  const covariance = (m: number, p: number) => farBetween(g.lags, rows, m, p) * at(scale, m) * at(scale, p)
  const number = (m: number) => queries.counts[m] as number
  const sees = (m: number) => seen[m] as number
  /** Σ over queries and pairs of queries of what their weights on two keys (of classes c and d) and their gradients have in common. */
  const sum = (ofQuery: (m: number) => number, ofPair: (m: number, p: number) => number) => {
    let total = 0
    for (let m = 0; m < rows; m++) {
      total += number(m) * at(perQuery, m) * ofQuery(m)
      for (let p = 0; p < rows; p++) {
        const pairs = number(m) * (number(p) - (m === p ? 1 : 0))
        if (pairs > 0) total += pairs * covariance(m, p) * ofPair(m, p)
      }
    }
    return total
  }
  const least = (m: number, p: number) => Math.min(sees(m), sees(p))
  const second = Float64Array.from({ length: size }, (_, c) =>
    Math.max(
      0,
      sum(
        (m) => (at(sums.square, m) / sees(m)) * share(m, c),
        (m, p) => (at(sums.overlap, m * rows + p) / least(m, p)) * Math.min(share(m, c), share(p, c)),
      ),
    ),
  )
  const ofOne = (m: number) => (sees(m) > 1 ? at(sums.pairs, m) / (sees(m) * (sees(m) - 1)) : 0)
  const ofTwo = (m: number, p: number) => {
    const others = sees(m) * sees(p) - least(m, p)
    return others > 0 ? (1 - at(sums.overlap, m * rows + p)) / others : 0
  }
  const classes = Float64Array.from({ length: size * size }, (_, pair) => {
    const [c, d] = [Math.floor(pair / size), pair % size]
    const together = sum(
      (m) => ofOne(m) * Math.min(share(m, c), share(m, d)),
      (m, p) => ofTwo(m, p) * share(m, c) * share(p, d),
    )
    const own = Math.sqrt(at(second, c) * at(second, d))
    return own > 0 ? Math.min(1, Math.max(-1, together / own)) : 0
  })
  return { second, classes }
}
