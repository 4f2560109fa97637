import { cumulative, density } from '../gaussian/normal'

/** Columns of numbers that behave as independent standard normal draws, the same in every run. */
export interface Population {
  readonly size: number
  /** A new column: mean square 1, at right angles to the first columns and to the latest ones. */
  draw(): Float64Array
}

/** Columns that a new one is made orthogonal to: the first of all, which hold what time steps share, and the latest. */
const FIRST = 3
const LATEST = 12

/**
 * A population of `size` units. Every column is a shuffle of the normal quantiles at (i + ½)/size, then orthogonalized:
 * one-dimensional averages and covariances are those of the normal law, and only averages of higher order in several columns keep
 * a sampling error of order 1/√size.
 */
export function population(size: number, seed: number): Population {
  const quantiles = normalQuantiles(size)
  const next = generator(seed)
  const first: Float64Array[] = []
  const latest: Float64Array[] = []
  return {
    size,
    draw() {
      const column = quantiles.slice()
      for (let i = size - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1))
        const swapped = column[i] as number
        column[i] = column[j] as number
        column[j] = swapped
      }
      for (const other of first) removeAlong(column, other)
      for (const other of latest) removeAlong(column, other)
      const norm = Math.sqrt(meanProduct(column, column))
      if (norm > 0) for (let i = 0; i < size; i++) column[i] = (column[i] as number) / norm
      if (first.length < FIRST) first.push(column)
      else {
        latest.push(column)
        if (latest.length > LATEST) latest.shift()
      }
      return column
    },
  }
}

function removeAlong(column: Float64Array, other: Float64Array): void {
  const share = meanProduct(column, other)
  for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) - share * (other[i] as number)
}

/** Mean over the population of a·b: four sums side by side, which processors add faster than one. */
export function meanProduct(a: Float64Array, b: Float64Array): number {
  const n = a.length
  const whole = n - (n % 4)
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    s0 += (a[i] as number) * (b[i] as number)
    s1 += (a[i + 1] as number) * (b[i + 1] as number)
    s2 += (a[i + 2] as number) * (b[i + 2] as number)
    s3 += (a[i + 3] as number) * (b[i + 3] as number)
  }
  for (let i = whole; i < n; i++) s0 += (a[i] as number) * (b[i] as number)
  return (s0 + s1 + s2 + s3) / n
}

const quantileTables = new Map<number, Float64Array>()

/** Φ⁻¹((i + ½)/size) for all i, by Newton's iteration outwards from the median. */
function normalQuantiles(size: number): Float64Array {
  const known = quantileTables.get(size)
  if (known !== undefined) return known
  const table = new Float64Array(size)
  let x = 0
  for (let i = size >> 1; i < size; i++) {
    const p = (i + 0.5) / size
    for (let step = 0; step < 20; step++) {
      const change = (p - cumulative(x)) / density(x)
      x += change
      if (Math.abs(change) < 1e-12) break
    }
    table[i] = x
    table[size - 1 - i] = -x
  }
  quantileTables.set(size, table)
  return table
}

/** Uniform numbers in [0, 1): Marsaglia's xorshift (J. Stat. Software 8, 2003). */
function generator(seed: number): () => number {
  let state = (2463534242 + Math.imul(seed, 0x9e3779b1)) | 0
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4294967296
  }
}
