/** Maps over classes of positions on several axes (row-major over the axes), and maps over pairs of such classes. */
import { type Partition, transfer } from './partition'

export type Grid = readonly Partition[]

export const gridClasses = (grid: Grid): number => grid.reduce((product, axis) => product * axis.counts.length, 1)
export const gridPositions = (grid: Grid): number => grid.reduce((product, axis) => product * axis.size, 1)

/** A sparse linear map from classes of one axis to classes of another: for each output class, [input class, weight] entries. */
export type Operator = readonly (readonly (readonly [number, number])[])[]
/** The same for pairs of classes: for each pair (o, o'), entries [input class, input class', weight]. */
export type PairOperator = readonly (readonly (readonly [number, number, number])[])[]

const weightCache = new WeakMap<Grid, Float64Array>()

/** Share of positions in each class of the grid; sums to 1. */
export function classWeights(grid: Grid): Float64Array {
  const cached = weightCache.get(grid)
  if (cached !== undefined) return cached
  let weights: Float64Array = Float64Array.of(1)
  for (const axis of grid) {
    const next = new Float64Array(weights.length * axis.counts.length)
    let at = 0
    for (const weight of weights) for (const count of axis.counts) next[at++] = (weight * count) / axis.size
    weights = next
  }
  weightCache.set(grid, weights)
  return weights
}

/** Mean of a map over all positions. */
export function mapMean(grid: Grid, map: Float64Array): number {
  if (map.length === 1) return map[0] as number
  const weights = classWeights(grid)
  let sum = 0
  for (let i = 0; i < map.length; i++) sum += (weights[i] as number) * (map[i] as number)
  return sum
}

/** For each class of positions, the mean of a pair map over the second position. */
export function pairRowMeans(grid: Grid, pairs: Float64Array): Float64Array {
  const weights = classWeights(grid)
  const size = weights.length
  const means = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let sum = 0
    for (let j = 0; j < size; j++) sum += (weights[j] as number) * (pairs[i * size + j] as number)
    means[i] = sum
  }
  return means
}

/** Applies an operator along one axis of a map with the given numbers of classes. */
export function applyAlong(map: Float64Array, dims: readonly number[], axis: number, operator: Operator): Float64Array {
  const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1)
  const outer = dims.slice(0, axis).reduce((a, b) => a * b, 1)
  const before = dims[axis] as number
  const after = operator.length
  const out = new Float64Array(outer * after * inner)
  for (let a = 0; a < outer; a++) {
    for (let o = 0; o < after; o++) {
      const to = (a * after + o) * inner
      for (const [j, weight] of operator[o] as readonly (readonly [number, number])[]) {
        const from = (a * before + j) * inner
        for (let b = 0; b < inner; b++) out[to + b] = (out[to + b] as number) + weight * (map[from + b] as number)
      }
    }
  }
  return out
}

/** Applies a pair operator along one axis of both positions of a pair map. `dims`: classes of the axes of one position. */
export function applyPairAlong(
  pairs: Float64Array,
  dims: readonly number[],
  axis: number,
  operator: PairOperator,
  after: number,
): Float64Array {
  const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1)
  const outer = dims.slice(0, axis).reduce((a, b) => a * b, 1)
  const before = dims[axis] as number
  const width = outer * before * inner
  const widthAfter = outer * after * inner
  const out = new Float64Array(widthAfter * widthAfter)
  for (let o = 0; o < after; o++) {
    for (let p = 0; p < after; p++) {
      for (const [j, k, weight] of operator[o * after + p] as readonly (readonly [number, number, number])[]) {
        for (let a = 0; a < outer; a++) {
          for (let b = 0; b < inner; b++) {
            const row = ((a * before + j) * inner + b) * width
            const rowAfter = ((a * after + o) * inner + b) * widthAfter
            for (let c = 0; c < outer; c++) {
              const from = row + (c * before + k) * inner
              const to = rowAfter + (c * after + p) * inner
              for (let d = 0; d < inner; d++) out[to + d] = (out[to + d] as number) + weight * (pairs[from + d] as number)
            }
          }
        }
      }
    }
  }
  return out
}

export const classCounts = (grid: Grid): number[] => grid.map((axis) => axis.counts.length)

/** Rows of shares as an operator without its zeros. */
export function sparse(shares: Float64Array, columns: number): Operator {
  const rows: (readonly [number, number])[][] = []
  for (let at = 0; at < shares.length; at += columns) {
    const row: (readonly [number, number])[] = []
    for (let j = 0; j < columns; j++) if (shares[at + j] !== 0) row.push([j, shares[at + j] as number])
    rows.push(row)
  }
  return rows
}

const pairsOf = new WeakMap<Operator, PairOperator>()

/** The pair operator of two positions that move independently: the outer product of an operator with itself. */
export function independentPairs(operator: Operator): PairOperator {
  const known = pairsOf.get(operator)
  if (known !== undefined) return known
  const pairs: (readonly [number, number, number])[][] = []
  for (const left of operator)
    for (const right of operator) {
      pairs.push(left.flatMap(([j, a]) => right.map(([k, b]) => [j, k, a * b] as const)))
    }
  pairsOf.set(operator, pairs)
  return pairs
}

export const sameGrid = (a: Grid, b: Grid): boolean => a === b || (a.length === b.length && a.every((axis, i) => axis === b[i]))

const transfers = new WeakMap<Partition, WeakMap<Partition, Operator>>()

/** Values on the classes of `source` as means on those of `target`. */
function transferOperator(source: Partition, target: Partition): Operator {
  const perSource = transfers.get(source) ?? new WeakMap<Partition, Operator>()
  transfers.set(source, perSource)
  const known = perSource.get(target)
  if (known !== undefined) return known
  const made = sparse(transfer(source, target), source.counts.length)
  perSource.set(target, made)
  return made
}

/** A map on `from` averaged or repeated onto the classes of `to` (same sizes). */
export function regridMap(map: Float64Array, from: Grid, to: Grid): Float64Array {
  let current = map
  const dims = classCounts(from)
  for (let axis = 0; axis < from.length; axis++) {
    const source = from[axis] as Partition
    const target = to[axis] as Partition
    if (source === target) continue
    current = applyAlong(current, dims, axis, transferOperator(source, target))
    dims[axis] = target.counts.length
  }
  return current
}

/** A pair map on `from` averaged or repeated onto the classes of `to`. */
export function regridPairs(pairs: Float64Array, from: Grid, to: Grid): Float64Array {
  let current = pairs
  const dims = classCounts(from)
  for (let axis = 0; axis < from.length; axis++) {
    const source = from[axis] as Partition
    const target = to[axis] as Partition
    if (source === target) continue
    const operator = independentPairs(transferOperator(source, target))
    current = applyPairAlong(current, dims, axis, operator, target.counts.length)
    dims[axis] = target.counts.length
  }
  return current
}
