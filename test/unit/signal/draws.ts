/** Normal draws from a fixed seed (mulberry32, Box–Muller). */
export function normals(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}

export type Matrix = readonly (readonly number[])[]

export const drawMatrix = (normal: () => number, rows: number, columns: number, std = 1): Matrix =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => std * normal()))

/** a·bᵀ. */
export const timesTransposed = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b.map((other) => row.reduce((sum, value, i) => sum + value * (other[i] as number), 0)))

export const transposed = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j] as number))

export function softmaxOf(scores: readonly number[]): readonly number[] {
  const top = Math.max(...scores)
  const weights = scores.map((score) => Math.exp(score - top))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

export const meanSquare = (a: Matrix): number => {
  const values = a.flat()
  return values.reduce((sum, value) => sum + value * value, 0) / values.length
}
