/** Which input positions a window reads along one axis, gathered by classes of positions. */
import type { PaddingMode } from '../graph'
import { independentPairs, type Operator, type PairOperator } from './grid'
import { classAt, type Partition, partitionBySignature } from './partition'

/** Input position that tap `t` of output position `o` reads; −1 outside (zeros). */
export type TapIndex = (o: number, t: number) => number

export interface Taps {
  readonly input: Partition
  readonly output: Partition
  readonly count: number
  /** Sum over taps: for each output class, [input class, expected number of taps that fall there]. */
  readonly sum: Operator
  /** For two output positions, Σ over taps of both reading by the same tap. */
  readonly sameTap: PairOperator
  /** Share of outputs for which taps t and u are both inside the input; row-major. */
  readonly joint: Float64Array
  /**
   * For outputs d apart, d = 0, 1, …: the taps that are inside the input for both, over what each has inside, √(n_o n_{o+d}). 1 where nothing is
   * outside; on small padded maps less, the further apart.
   */
  readonly overlap: Float64Array
  /** Expected number of taps inside the input, per output class. */
  readonly inside: readonly number[]
  /** What `sum` sends back: for each input class, [output class, expected number of (output, tap) that read a position of it]. */
  readonly adjoint: Operator
}

const cache = new Map<string, Taps>()
const LIMIT = 2000

/** Tabulates the taps of `size` output positions. `key` must determine `index`. */
export function taps(input: Partition, size: number, count: number, index: TapIndex, key: string, limit: number): Taps {
  const id = `${input.key}|${size}|${count}|${limit}|${key}`
  const known = cache.get(id)
  if (known !== undefined && known.input === input) return known
  if (cache.size > LIMIT) cache.clear()
  const made = tabulate(input, size, count, index, limit)
  cache.set(id, made)
  return made
}

function tabulate(input: Partition, size: number, count: number, index: TapIndex, limit: number): Taps {
  const classes = new Int32Array(size * count)
  const signatures: string[] = []
  for (let o = 0; o < size; o++) {
    let signature = ''
    for (let t = 0; t < count; t++) {
      const at = index(o, t)
      const id = at < 0 || at >= input.size ? -1 : classAt(input, at)
      classes[o * count + t] = id
      signature += `${id},`
    }
    signatures.push(signature)
  }
  const output = partitionBySignature(signatures, limit)
  const perTap: Map<number, number>[][] = output.counts.map(() => Array.from({ length: count }, () => new Map<number, number>()))
  for (let o = 0; o < size; o++) {
    const out = classAt(output, o)
    const share = 1 / (output.counts[out] as number)
    for (let t = 0; t < count; t++) {
      const id = classes[o * count + t] as number
      if (id < 0) continue
      const shares = (perTap[out] as Map<number, number>[])[t] as Map<number, number>
      shares.set(id, (shares.get(id) ?? 0) + share)
    }
  }
  const sum = perTap.map((tapsOf) => [...merge(tapsOf)])
  const adjoint: (readonly [number, number])[][] = input.counts.map(() => [])
  sum.forEach((row, o) => {
    for (const [j, share] of row) {
      ;(adjoint[j] as (readonly [number, number])[]).push([o, (share * (output.counts[o] as number)) / (input.counts[j] as number)])
    }
  })
  const sameTap: (readonly [number, number, number])[][] = []
  for (const left of perTap)
    for (const right of perTap) {
      const entries = new Map<number, number>()
      const width = input.counts.length
      for (let t = 0; t < count; t++) {
        for (const [j, a] of left[t] as Map<number, number>)
          for (const [k, b] of right[t] as Map<number, number>) {
            entries.set(j * width + k, (entries.get(j * width + k) ?? 0) + a * b)
          }
      }
      sameTap.push([...entries].map(([id, weight]) => [Math.floor(id / width), id % width, weight] as const))
    }
  const joint = new Float64Array(count * count)
  for (let o = 0; o < size; o++) {
    for (let t = 0; t < count; t++) {
      if ((classes[o * count + t] as number) < 0) continue
      for (let u = 0; u < count; u++)
        if ((classes[o * count + u] as number) >= 0) joint[t * count + u] = (joint[t * count + u] as number) + 1 / size
    }
  }
  return {
    input,
    output,
    count,
    sum,
    sameTap,
    joint,
    overlap: overlapOf((o, t) => (classes[o * count + t] as number) >= 0, size, count),
    inside: sum.map((row) => row.reduce((total, [, share]) => total + share, 0)),
    adjoint,
  }
}

/** Furthest outputs whose common taps are counted. */
const FURTHEST = 8

function overlapOf(isInside: (o: number, t: number) => boolean, size: number, count: number): Float64Array {
  const inside = Array.from({ length: size }, (_, o) => {
    let n = 0
    for (let t = 0; t < count; t++) if (isInside(o, t)) n++
    return n
  })
  return Float64Array.from({ length: Math.min(size, FURTHEST) }, (_, d) => {
    let both = 0
    let roots = 0
    for (let o = 0; o + d < size; o++) {
      for (let t = 0; t < count; t++) if (isInside(o, t) && isInside(o + d, t)) both++
      roots += Math.sqrt((inside[o] as number) * (inside[o + d] as number))
    }
    return roots > 0 ? both / roots : 1
  })
}

function merge(maps: readonly Map<number, number>[]): Map<number, number> {
  const total = new Map<number, number>()
  for (const map of maps) for (const [id, share] of map) total.set(id, (total.get(id) ?? 0) + share)
  return total
}

/** For two output positions, all pairs of taps (a sum over the window, as pooling has it). */
export const allTaps = (table: Taps): PairOperator => independentPairs(table.sum)

export interface Window {
  readonly kernel: number
  readonly stride: number
  readonly before: number
  readonly dilation: number
}

/** Taps of a sliding window. */
export function slidingTaps(input: Partition, size: number, window: Window, mode: PaddingMode, limit: number): Taps {
  const { kernel, stride, before, dilation } = window
  const n = input.size
  const index: TapIndex = (o, t) => padded(o * stride + t * dilation - before, n, mode)
  return taps(input, size, kernel, index, `s${stride},${before},${dilation},${mode}`, limit)
}

/** Taps of the adjoint of a sliding window: output o reads input i where i·stride + t·dilation − before = o. */
export function transposedTaps(input: Partition, size: number, window: Window, limit: number): Taps {
  const { kernel, stride, before, dilation } = window
  const index: TapIndex = (o, t) => {
    const at = o + before - t * dilation
    return at >= 0 && at % stride === 0 && at / stride < input.size ? at / stride : -1
  }
  return taps(input, size, kernel, index, `t${stride},${before},${dilation}`, limit)
}

function padded(at: number, n: number, mode: PaddingMode): number {
  if (at >= 0 && at < n) return at
  switch (mode) {
    case 'zeros':
      return -1
    case 'replicate':
      return at < 0 ? 0 : n - 1
    case 'circular':
      return ((at % n) + n) % n
    case 'reflect':
      return n === 1 ? 0 : reflected(at, n)
    default:
      return mode satisfies never
  }
}

function reflected(at: number, n: number): number {
  const period = 2 * (n - 1)
  const folded = ((at % period) + period) % period
  return folded < n ? folded : period - folded
}
