/** Second moments and correlations of products of two tensors over a shared axis. */
import { classWeights, mapMean } from './grid'
import { BEYOND, independentLags, type Lags, lagAt, lagsByAxes } from './lags'
import { type Matrix, type Moments, originOf, type Signal } from './moments'
import { averages } from './pairMoments'
import { allAlike, firstKeys, type SeenKeys } from './prefixes'
import { keyed, type Product } from './product'
import { ownSizes } from './sampleSizes'
import { Unmodelled } from './unmodelled'

/** Maps over (m, n) from functions of the two. */
function table(rows: number, columns: number, f: (m: number, n: number) => number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => f(Math.floor(at / columns), at % columns))
}

/**
 * Σ_d l_d r_d over D units, which share nothing but their means: second = D·l²·r² + D(D − 1)·(l̄ r̄)², same and far likewise.
 * Along a row of a matrix over positions the right operand's positions correlate, along a column the left's. For given weights two rows of
 * q_i·k_j correlate by q_i·Σq_i' with the covariance Σ of k over D units, whose square is 1/D + 1/n_q + 1/n_k where q and k sum n units.
 */
export function overUnits(product: Product): Signal {
  const { left, right, inner, axes, grid } = product
  if (originOf(left.block) === originOf(right.block)) throw new Unmodelled('a product of a tensor with itself')
  const [a, b] = [left.block, right.block]
  const [rows, columns] = [a.mean.length, b.mean.length]
  const cross = inner * (inner - 1)
  const at = (values: Float64Array, i: number) => values[i] as number
  const means = (m: number, n: number) => cross * (at(a.mean, m) * at(b.mean, n)) ** 2
  const together = (m: number, n: number) => cross * acrossAt(product, 0, m) * acrossAt(product, 1, n)
  const far = new Float64Array((rows * columns) ** 2)
  for (let m = 0; m < rows; m++)
    for (let n = 0; n < columns; n++)
      for (let p = 0; p < rows; p++)
        for (let q = 0; q < columns; q++) {
          const base = cross * at(a.mean, m) * at(b.mean, n) * at(a.mean, p) * at(b.mean, q)
          far[(m * columns + n) * rows * columns + p * columns + q] = inner * at(a.far, m * rows + p) * at(b.far, n * columns + q) + base
        }
  const block: Moments = {
    mean: table(rows, columns, (m, n) => inner * at(a.mean, m) * at(b.mean, n)),
    second: table(rows, columns, (m, n) => inner * at(a.second, m) * at(b.second, n) + together(m, n)),
    same: table(rows, columns, (m, n) => inner * at(a.same, m) * at(b.same, n) + means(m, n)),
    far,
    lags: independentLags(grid.length),
    shape: { skew: 0, excess: 0 },
    spread: 0,
    sizes: ownSizes(sampleSpread({ left, right, inner })),
    image: null,
  }
  const isMatrix = right.kept.length > 0 && (left.kept.length > 0 || left.size === 1)
  if (!isMatrix && grid.length > 0) return { axes, grid, blocks: [{ ...block, lags: lagsOverUnits(product, block) }], assignment: null }
  const signal = { axes, grid, blocks: [grid.length === 0 ? { ...block, far: block.same } : block], assignment: null }
  if (!isMatrix) return signal
  const rounded = (m: Moments) => (m.mixes === undefined ? 0 : 1 / m.mixes.directions)
  return {
    ...signal,
    matrix: {
      kind: 'scores',
      rows: right.off / right.second,
      columns: left.off / left.second,
      wander: 1 / inner + rounded(a) + rounded(b),
      keyed: 1,
      of: b.mixes?.of,
    },
  }
}

/** E of two different elements of the shared axis, at a class of what an operand keeps. */
export function acrossAt({ left, right, across }: Product, side: 0 | 1, i: number): number {
  const { block, second } = side === 0 ? left : right
  const known = across[side]
  return known === null ? (block.mean[i] as number) ** 2 : second > 0 ? (known * (block.second[i] as number)) / second : 0
}

/**
 * Correlation of two elements Σ_d l_d r_d of a sample: D·E[l l']·r² + D(D − 1)·l̄²·E[r_d r_d'] for two rows, and likewise for two columns; where both differ,
 * and in other matrices, what samples share is all.
 */
function lagsOverUnits(product: Product, block: Moments): Lags {
  const { left, right, inner, grid } = product
  const cross = inner * (inner - 1)
  const square = (m: Moments) => m.mean.reduce((sum, value) => sum + value * value, 0) / m.mean.length
  const { second, far } = averages(grid, block)
  const batch = grid.length - left.kept.length - right.kept.length
  const of = (together: number) => (second > far ? Math.min(1, Math.max(-1, (together - far) / (second - far))) : 0)
  const rows = of(inner * left.off * right.second + cross * square(left.block) * acrossAt(product, 1, 0))
  const columns = of(inner * left.second * right.off + cross * acrossAt(product, 0, 0) * square(right.block))
  return lagsByAxes(
    grid.map((part) => part.size),
    (differs) => {
      const isColumn = differs.slice(batch + left.kept.length).some(Boolean)
      const isRow = differs.slice(batch, batch + left.kept.length).some(Boolean)
      return differs.slice(0, batch).some(Boolean) || isRow === isColumn ? 0 : isRow ? rows : columns
    },
  )
}

/**
 * Many vectors through a smaller matrix that every sample has of its own (a learned transform of points): Σ_d r_d² over D units of variance r² of which
 * samples share s² has the relative variance 2·(1 − (s/r)⁴)/D over samples.
 */
function sampleSpread({ left, right, inner }: Pick<Product, 'left' | 'right' | 'inner'>): number {
  if (left.size === right.size) return 0
  const { second, same } = left.size < right.size ? left : right
  return second > 0 ? (2 * Math.max(0, 1 - (same / second) ** 2)) / inner : 0
}

/**
 * Σ_k A_mk v_k over positions. Where rows of A sum to 1, with a(m) = Σ_k E A_mk², o(m, m') = Σ_k E A_mk A_m'k and pairs(m) = Σ_{k≠k'} E A_mk A_mk':
 * second = a·v² + pairs·v v', more by (lean + stretch)·(v² − v v')/n where keys and values are sums of the same n units, by lean alone where these
 * are normed; and two queries of one sample share o·v² + (1 − o)·v v'; of two samples the same with what samples share.
 */
export function overPositions(product: Product, matrix: Signal['matrix']): Signal {
  const { left, right, inner, axes, grid } = product
  const rows = left.block.mean.length
  const columns = right.block.mean.length
  if (columns > 1) throw new Unmodelled('a product of two matrices of positions with a third')
  const at = (values: Float64Array, i: number) => values[i] as number
  const a = Float64Array.from({ length: rows }, (_, m) => inner * at(left.block.second, m))
  const weights = matrix?.kind === 'weights' && matrix.pairs.length === rows ? matrix : null
  const pairs = weights?.pairs ?? Float64Array.from({ length: rows }, () => inner * (inner - 1) * left.off)
  const overlap = weights?.overlap ?? left.block.far.map((value) => value * inner)
  const total = weights === null ? inner * inner * left.off : 1
  const seen = seenKeys(product, weights)
  const shared = (o: number, m: number, p: number) => o * seen.same(m, p) + (total - o) * seen.far(m, p)
  const leaning = leanOf(weights, right.block)
  const second = a.map(
    (value, m) =>
      value * seen.second(m, m) +
      at(pairs, m) * seen.off(m, m) +
      (leaning === null ? 0 : at(leaning, m) * Math.max(0, right.second - right.off)),
  )
  const far = overlap.map((o, pair) => shared(o, Math.floor(pair / rows), pair % rows))
  const same = Float64Array.from({ length: rows }, (_, m) => far[m * rows + m] as number)
  const share = classWeights(left.kept)
  let correlation = 0
  const classes = new Float64Array(rows * rows)
  for (let m = 0; m < rows; m++)
    for (let p = 0; p < rows; p++) {
      const own = Math.sqrt(Math.max(0, at(second, m) - at(far, m * rows + m)) * Math.max(0, at(second, p) - at(far, p * rows + p)))
      const o = at(overlap, m * rows + p)
      const together = o * seen.second(m, p) + (total - o) * seen.off(m, p) - at(far, m * rows + p)
      if (own > 0) classes[m * rows + p] = Math.min(1, Math.max(-1, together / own))
      correlation += at(share, m) * at(share, p) * at(classes, m * rows + p)
    }
  const block: Moments = {
    mean: left.block.mean.map((value) => inner * value * (right.block.mean[0] as number)),
    second,
    same,
    far,
    lags: { ...correlations(product, correlation, overlap, total, second), ...(rows > 1 && grid.length === 1 ? { classes } : {}) },
    shape: { skew: 0, excess: 0 },
    spread: right.block.spread,
    redundancy: right.block.redundancy,
    image: null,
  }
  return { axes, grid, blocks: [block], assignment: null }
}

function seenKeys({ left, right, values }: Product, weights: Matrix | null): SeenKeys {
  const keys = weights?.kind === 'weights' ? weights.keys : null
  const [queries] = left.kept
  const kept = keys === null || left.kept.length !== 1 || values.grid.length !== 1 ? null : keyed(values, values.axes.length - 2)
  return keys === null || kept === null || queries === undefined ? allAlike(right) : firstKeys(kept.operand, kept.partition, queries, keys)
}

/**
 * Correlations of averages: within one matrix those of its queries, and between matrices (windows, heads) what the values there have in common, taken
 * at the same key with the overlap's probability.
 */
function correlations(product: Product, ofQueries: number, overlap: Float64Array, total: number, second: Float64Array): Lags {
  const { left, right, grid } = product
  const batch = grid.length - left.kept.length - right.kept.length
  const values = right.signal.grid.length - right.kept.length
  const { lags } = right.block
  if (batch === 0 || values < batch) return independentLags(grid.length, ofQueries)
  const o = mapMean(left.kept, diagonal(overlap))
  const out = mapMean(left.kept, second) - (o * right.same + (total - o) * right.far)
  const own = right.second - right.near
  const between = (differs: readonly boolean[]) => {
    const at = (token: number) =>
      lagAt(
        lags,
        lags.radius.map((_, i) => (i < batch ? (differs[i] ? BEYOND : 0) : i < values ? token : 0)),
      )
    return out > 0 ? Math.min(1, Math.max(0, ((o * at(0) + (total - o) * at(BEYOND)) * own) / out)) : 0
  }
  return lagsByAxes(
    grid.map((part) => part.size),
    (differs) => (differs.slice(0, batch).some(Boolean) ? between(differs) : ofQueries),
  )
}

function diagonal(pairs: Float64Array): Float64Array {
  const size = Math.round(Math.sqrt(pairs.length))
  return Float64Array.from({ length: size }, (_, i) => pairs[i * size + i] as number)
}

/** What of the values' variance the weights add by taking the values of keys that lie in the query's direction; null where they don't. */
function leanOf(weights: Matrix | null, values: Moments): Float64Array | null {
  const { mixes } = values
  if (weights?.kind !== 'weights' || mixes === undefined || weights.of !== mixes.of) return null
  const { lean, stretch } = weights
  return lean.map((value, m) => (value + (mixes.of.normed === true ? 0 : (stretch[m] as number))) / mixes.directions)
}
