/** What the keys that queries see share: all of them, or the first few where a mask hides the rest. */
import { classCounts } from './grid'
import { farBetween } from './lags'
import { ownVariance } from './moments'
import { classAt, type Partition } from './partition'
import type { Operand } from './product'

/** Means of the values' moments over the keys that two classes of queries see, m and p. */
export interface SeenKeys {
  /** E[v²] of a key that both see. */
  second(m: number, p: number): number
  /** E[v v'] of two different keys in a sample, one seen by each. */
  off(m: number, p: number): number
  /** The same two of different samples. */
  same(m: number, p: number): number
  far(m: number, p: number): number
}

export const allAlike = (values: Operand): SeenKeys => ({
  second: () => values.second,
  off: () => values.off,
  same: () => values.same,
  far: () => values.far,
})

/** Queries of class m see the first `keys[i]` keys for each of their places i; `values` keeps its keys as classes of `partition`. */
export function firstKeys(values: Operand, partition: Partition, queries: Partition, keys: readonly number[]): SeenKeys {
  const { block } = values
  const size = partition.counts.length
  const own = ownVariance(block).map(Math.sqrt)
  const at = (map: Float64Array, i: number) => map[i] as number
  const within = Float64Array.from({ length: size * size }, (_, pair) => {
    const [i, j] = [Math.floor(pair / size), pair % size]
    return at(block.far, pair) + farBetween(block.lags, size, i, j) * at(own, i) * at(own, j)
  })
  const seen = seenCounts(partition, queries, keys)
  const counted = (m: number) => seen[m] as Float64Array
  const both = (m: number, p: number, map: Float64Array): number => {
    let [sum, count] = [0, 0]
    for (let c = 0; c < size; c++) {
      const n = Math.min(at(counted(m), c), at(counted(p), c))
      sum += n * at(map, c)
      count += n
    }
    return count > 0 ? sum / count : 0
  }
  const different = (m: number, p: number, pairs: Float64Array): number => {
    let [sum, count] = [0, 0]
    for (let c = 0; c < size; c++)
      for (let d = 0; d < size; d++) {
        const equal = c === d ? Math.min(at(counted(m), c), at(counted(p), c)) : 0
        const n = at(counted(m), c) * at(counted(p), d) - equal
        sum += n * at(pairs, c * size + d)
        count += n
      }
    return count > 1e-9 ? sum / count : 0
  }
  return {
    second: (m, p) => both(m, p, block.second),
    same: (m, p) => both(m, p, block.same),
    off: (m, p) => different(m, p, within),
    far: (m, p) => different(m, p, block.far),
  }
}

/** For each class of queries, how many keys of each class its queries see on average. */
export function seenCounts(partition: Partition, queries: Partition, keys: readonly number[]): readonly Float64Array[] {
  const [classes] = classCounts([queries])
  const seen = Array.from({ length: classes ?? 0 }, () => new Float64Array(partition.counts.length))
  keys.forEach((seenKeys, query) => {
    const m = classAt(queries, query)
    const counts = seen[m] as Float64Array
    for (let key = 0; key < Math.min(seenKeys, partition.size); key++) {
      const c = classAt(partition, key)
      counts[c] = (counts[c] as number) + 1 / (queries.counts[m] as number)
    }
  })
  return seen
}
