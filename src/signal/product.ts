/** Products of two tensors over a shared axis: sums over units (scores, free weights) and over positions (attention's averages). */
import { onGrid } from './align'
import { type Gradient, type GradientMoments, plainGradient } from './gradient'
import { classWeights, type Grid, gridClasses, mapMean } from './grid'
import { independentLags, meanOverPairs } from './lags'
import { axisSize } from './layout'
import { type Atom, averages, type Moments, originOf, type Signal } from './moments'
import { classAt, type Partition, uniform } from './partition'
import { mixBlocks, positionsToUnits, unitsToPositions } from './roles'
import { regridGradient } from './rules/regrid'
import { Unmodelled } from './unmodelled'

/** One operand with its own axis of positions kept as a map and every other averaged. */
interface Operand {
  readonly signal: Signal
  readonly block: Moments
  /** Partitions of the kept axis; none where it holds units. */
  readonly kept: Grid
  /** Elements along the kept axis. */
  readonly size: number
  readonly second: number
  readonly same: number
  readonly far: number
  /** E of two different positions of one sample along the axis that pairs are taken over. */
  readonly off: number
}

/** A product made ready: [.., M, K]·[.., K, N]. */
export interface Product {
  readonly left: Operand
  readonly right: Operand
  readonly over: 'units' | 'positions'
  /** Size of the shared axis. */
  readonly inner: number
  readonly axes: readonly (readonly Atom[])[]
  readonly grid: Grid
  /** Copies that broadcasting makes of each operand. */
  readonly copies: readonly [number, number]
}

const roles = (atoms: readonly Atom[]) => new Set(atoms.map((atom) => atom.role))

function padded(signal: Signal, rank: number): Signal {
  const missing = rank - signal.axes.length
  return missing <= 0 ? signal : { ...signal, axes: [...new Array<readonly Atom[]>(missing).fill([]), ...signal.axes] }
}

function operand(signal: Signal, axis: number, pairsAlong = axis, alike = false): Operand {
  const mixed = mixBlocks(signal)
  const owners = mixed.axes.flatMap((atoms, i) => atoms.filter((atom) => atom.role === 'position').map(() => i))
  const grid = mixed.grid.map((part, g) => (owners[g] === axis && !alike ? part : uniform(part.size)))
  const settled = onGrid(mixed, grid)
  const block = settled.blocks[0] as Moments
  const { second, far, same } = averages(grid, block)
  return {
    signal: settled,
    block,
    kept: grid.filter((_, g) => owners[g] === axis),
    size: axisSize(settled.axes[axis] as readonly Atom[]),
    second,
    same,
    far,
    off: offDiagonal(mixed, owners, pairsAlong),
  }
}

/**
 * Mean over pairs of different positions of an axis of E[x_p x_p'] within a sample: near ones share more. A class of one position has no pair
 * of its own.
 */
function offDiagonal(signal: Signal, owners: readonly number[], axis: number): number {
  const block = signal.blocks[0] as Moments
  const { own, far } = averages(signal.grid, block)
  const sizes = signal.grid.map((part, g) => (owners[g] === axis ? part.size : 1))
  const n = sizes.reduce((product, size) => product * size, 1)
  if (n < 2) return far + block.lags.far * own
  const correlation = (meanOverPairs(block.lags, sizes) * n - 1) / (n - 1)
  const [part] = signal.grid
  if (signal.grid.length > 1 || part === undefined) return far + correlation * own
  const classes = part.counts.length
  let pairs = 0
  for (let i = 0; i < classes; i++)
    for (let j = 0; j < classes; j++) {
      const count = (part.counts[i] as number) * ((part.counts[j] as number) - (i === j ? 1 : 0))
      pairs += (count * (block.far[i * classes + j] as number)) / (n * (n - 1))
    }
  return pairs + correlation * own
}

/** Most classes that the elements of a product may have. */
const MOST_ELEMENTS = 300

/** Brings the operands of a product to one layout. */
export function prepare(leftInput: Signal, rightInput: Signal): Product {
  const rank = Math.max(leftInput.axes.length, rightInput.axes.length)
  if (rank < 2) throw new Unmodelled('a product of vectors')
  let left = padded(leftInput, rank)
  let right = padded(rightInput, rank)
  const shared = [...roles(left.axes[rank - 1] as readonly Atom[]), ...roles(right.axes[rank - 2] as readonly Atom[])]
  if (shared.includes('sample')) throw new Unmodelled('a product over the batch axis')
  const over = shared.includes('unit') || shared.length === 0 ? 'units' : 'positions'
  if (over === 'units') {
    left = positionsToUnits(left, [rank - 1])
    right = positionsToUnits(right, [rank - 2])
  }
  // What M units share with a matrix is a row each: other units at other places.
  if (
    over === 'positions' &&
    roles(right.axes[rank - 1] as readonly Atom[]).size === 0 &&
    axisSize(right.axes[rank - 1] as readonly Atom[]) > 1
  )
    right = unitsToPositions(right, [rank - 1])
  const a = operand(left, rank - 2, over === 'units' ? rank - 2 : rank - 1)
  const along = over === 'units' ? rank - 1 : rank - 2
  const fine = operand(right, rank - 1, along)
  // Pairs of the elements of a matrix with M·N classes are (M·N)²: beyond the limit its columns are taken alike.
  const b = a.block.mean.length * fine.block.mean.length > MOST_ELEMENTS ? operand(right, rank - 1, along, true) : fine
  const batch = left.axes.slice(0, rank - 2).map((atoms, i) => (atoms.length > 0 ? atoms : (right.axes[i] as readonly Atom[])))
  const axes = [...batch, left.axes[rank - 2] as readonly Atom[], right.axes[rank - 1] as readonly Atom[]]
  const batchGrid = batch.flat().flatMap((atom) => (atom.role === 'position' ? [uniform(atom.size)] : []))
  const outer = (signal: Signal) => signal.axes.slice(0, rank - 2).reduce((product, atoms) => product * axisSize(atoms), 1)
  const whole = batch.reduce((product, atoms) => product * axisSize(atoms), 1)
  return {
    left: a,
    right: b,
    over,
    inner: axisSize(left.axes[rank - 1] as readonly Atom[]),
    axes,
    grid: [...batchGrid, ...a.kept, ...b.kept],
    copies: [whole / outer(left), whole / outer(right)],
  }
}

/** Maps over (m, n) from functions of the two. */
function table(rows: number, columns: number, f: (m: number, n: number) => number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => f(Math.floor(at / columns), at % columns))
}

/**
 * Σ_d l_d r_d over D units, which share nothing but their means: second = D·l²·r² + D(D − 1)·(l̄ r̄)², same and far likewise.
 * Along a row of a matrix over positions the right operand's positions correlate, along a column the left's.
 */
export function overUnits({ left, right, inner, axes, grid }: Product): Signal {
  if (originOf(left.block) === originOf(right.block)) throw new Unmodelled('a product of a tensor with itself')
  const [a, b] = [left.block, right.block]
  const [rows, columns] = [a.mean.length, b.mean.length]
  const cross = inner * (inner - 1)
  const at = (values: Float64Array, i: number) => values[i] as number
  const means = (m: number, n: number) => cross * (at(a.mean, m) * at(b.mean, n)) ** 2
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
    second: table(rows, columns, (m, n) => inner * at(a.second, m) * at(b.second, n) + means(m, n)),
    same: table(rows, columns, (m, n) => inner * at(a.same, m) * at(b.same, n) + means(m, n)),
    far,
    lags: independentLags(grid.length),
    shape: { skew: 0, excess: 0 },
    spread: 0,
    image: null,
  }
  const signal = { axes, grid, blocks: [grid.length === 0 ? { ...block, far: block.same } : block], assignment: null }
  const isMatrix = left.kept.length > 0 && right.kept.length > 0
  return isMatrix ? { ...signal, matrix: { kind: 'scores', rows: right.off / right.second, columns: left.off / left.second } } : signal
}

/**
 * Σ_k A_mk v_k over positions. Where rows of A sum to 1, with a(m) = Σ_k E A_mk², o(m, m') = Σ_k E A_mk A_m'k and pairs(m) = Σ_{k≠k'} E A_mk A_mk':
 * second = a·v² + pairs·v v', and two queries of one sample share o·v² + (1 − o)·v v'; of two samples the same with what samples share.
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
  const shared = (o: number) => o * right.same + (total - o) * right.far
  const second = a.map((value, m) => value * right.second + at(pairs, m) * right.off)
  const far = overlap.map(shared)
  const same = Float64Array.from({ length: rows }, (_, m) => shared(at(overlap, m * rows + m)))
  const share = classWeights(left.kept)
  let correlation = 0
  for (let m = 0; m < rows; m++)
    for (let p = 0; p < rows; p++) {
      const own = Math.sqrt(Math.max(0, at(second, m) - at(far, m * rows + m)) * Math.max(0, at(second, p) - at(far, p * rows + p)))
      const o = at(overlap, m * rows + p)
      const together = o * right.second + (total - o) * right.off - at(far, m * rows + p)
      if (own > 0) correlation += at(share, m) * at(share, p) * Math.min(1, Math.max(-1, together / own))
    }
  const block: Moments = {
    mean: left.block.mean.map((value) => inner * value * (right.block.mean[0] as number)),
    second,
    same,
    far,
    lags: independentLags(grid.length, correlation),
    shape: { skew: 0, excess: 0 },
    spread: right.block.spread,
    image: null,
  }
  return { axes, grid, blocks: [block], assignment: null }
}

/** Gradient map of an operand that keeps `kept` classes, in the layout of `original`. */
function towards(operandOf: Operand, original: Signal, second: Float64Array, far: number, extra: Partial<GradientMoments> = {}): Gradient {
  const { signal } = operandOf
  const size = gridClasses(signal.grid)
  const map = second.length === size ? second : new Float64Array(size).fill(mapMean(operandOf.kept, second))
  return regridGradient(
    [{ ...plainGradient(map, signal.grid.length), lags: independentLags(signal.grid.length, far), ...extra }],
    signal,
    original,
  )
}

/** Means of the output's gradient over the right operand's classes for each of the left's, and the other way round. */
function margins({ left, right }: Product, g: GradientMoments): { readonly rows: Float64Array; readonly columns: Float64Array } {
  const [m, n] = [left.block.mean.length, right.block.mean.length]
  const [rowShare, columnShare] = [classWeights(left.kept), classWeights(right.kept)]
  const rows = new Float64Array(m)
  const columns = new Float64Array(n)
  const whole = g.second.length === m * n
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const value = (whole ? g.second[i * n + j] : g.second[0]) as number
      rows[i] = (rows[i] as number) + value * (columnShare[j] as number)
      columns[j] = (columns[j] as number) + value * (rowShare[i] as number)
    }
  return { rows, columns }
}

/**
 * What keys receive when query i hands `share[i]` to each of the keys that it sees, the first `keys[i]`: the sum over the queries that see
 * a key, averaged over the classes of keys. Early keys are seen by more queries, and by those that see little else.
 */
function byKey(perQuery: readonly number[], keys: readonly number[], partition: Partition): Float64Array {
  const received = new Float64Array(partition.size + 1)
  perQuery.forEach((value, i) => {
    const seen = Math.min(partition.size, keys[i] as number)
    received[seen] = (received[seen] as number) + value
  })
  const sums = new Float64Array(partition.counts.length)
  let open = 0
  for (let k = partition.size - 1; k >= 0; k--) {
    open += received[k + 1] as number
    sums[classAt(partition, k)] = (sums[classAt(partition, k)] as number) + open
  }
  return sums.map((sum, c) => sum / (partition.counts[c] as number))
}

/** The operand with the shared axis kept as a map, where that axis is a single run of positions. */
function keyed(original: Signal, axis: number): { readonly operand: Operand; readonly partition: Partition } | null {
  const kept = operand(original, axis)
  const [partition] = kept.kept
  return kept.kept.length === 1 && partition !== undefined ? { operand: kept, partition } : null
}

/** A map over classes of queries as one value for each query. */
function perQueryOf(map: Float64Array, queries: Partition | undefined, size: number): readonly number[] {
  return Array.from({ length: size }, (_, i) => map[queries === undefined ? 0 : classAt(queries, i)] as number)
}

/**
 * g_L = Σ_n g_mn r_n: N·g²·(r² + (N − 1)·c·r r') with the correlation c of gradients along a row; where rows of g sum to zero
 * N·g²·(r² − r r'). g_R likewise along columns.
 */
export function backOverUnits(product: Product, inputs: readonly [Signal, Signal], g: GradientMoments): readonly Gradient[] {
  const { left, right, copies } = product
  const { rows, columns } = margins(product, g)
  const along = (other: Operand, isPositions: boolean, zero: boolean) =>
    zero ? other.second - other.off : other.second + (isPositions ? (other.size - 1) * g.lags.far * other.off : 0)
  const [m, n] = [left.kept.length > 0, right.kept.length > 0]
  const toLeft = rows.map((value) => (copies[0] * right.size * value * Math.max(0, along(right, n, g.zeroRows === true))) / g.excess)
  const toRight = columns.map(
    (value) =>
      (copies[1] *
        left.size *
        value *
        Math.max(0, along(left, m, false) + (g.zeroRows === true && m ? -(left.size - 1) * g.lags.far * left.off : 0))) /
      g.excess,
  )
  const back = towards(left, inputs[0], toLeft, n ? 0 : g.lags.far)
  const [queries] = left.kept
  const columnsKept = g.keys === undefined || left.kept.length !== 1 ? null : keyed(inputs[1], inputs[1].axes.length - 1)
  if (columnsKept === null || g.keys === undefined || queries === undefined) return [back, towards(right, inputs[1], toRight, 0)]
  const { keys } = g
  const shares = perQueryOf(rows, queries, left.size).map(
    (value, i) => (copies[1] * value * right.size * left.second) / (keys[i] as number),
  )
  return [back, towards(columnsKept.operand, inputs[1], byKey(shares, keys, columnsKept.partition), 0)]
}

/**
 * g_A = Σ_d g_md v_kd: D·g²·v², correlated along a row as the positions of v are. g_v = Σ_m A_mk g_m: on average over k
 * M/K·(mean of a·g² + (M − 1)·c·mean over pairs of o·g g').
 */
export function backOverPositions(
  product: Product,
  matrix: Signal['matrix'],
  inputs: readonly [Signal, Signal],
  g: GradientMoments,
): readonly Gradient[] {
  const { left, right, inner, copies } = product
  const rows = left.block.mean.length
  const { rows: perQuery } = margins(product, g)
  const share = classWeights(left.kept)
  const at = (values: Float64Array, i: number) => values[i] as number
  const overlap =
    matrix?.kind === 'weights' && matrix.overlap.length === rows * rows ? matrix.overlap : left.block.far.map((value) => value * inner)
  const apart = matrix?.kind === 'weights' && matrix.pairs.length === rows ? matrix.pairs : null
  const total = matrix?.kind === 'weights' ? 1 : inner * inner * left.off
  let own = 0
  let pairs = 0
  let ownApart = 0
  let pairsApart = 0
  for (let m = 0; m < rows; m++) {
    const weight = at(share, m) * at(perQuery, m)
    ownApart += inner > 1 ? (weight * (apart === null ? inner * (inner - 1) * left.off : at(apart, m))) / (inner - 1) : 0
    own += at(share, m) * inner * at(left.block.second, m) * at(perQuery, m)
    for (let p = 0; p < rows; p++) {
      const both = at(share, m) * at(share, p) * Math.sqrt(at(perQuery, m) * at(perQuery, p))
      pairs += both * at(overlap, m * rows + p)
      pairsApart += inner > 1 ? (both * (total - at(overlap, m * rows + p))) / (inner - 1) : 0
    }
  }
  const shared = (left.size - 1) * g.lags.far
  const toRight = ((left.size / inner) * (own + (left.size - 1) * g.lags.far * pairs) * copies[1]) / g.excess
  const toLeft = perQuery.map((value) => copies[0] * right.size * value * right.second)
  const lagFar = right.second > 0 ? right.off / right.second : 0
  const back = towards(left, inputs[0], toLeft, lagFar)
  const received = own + shared * pairs
  const along = received > 0 ? (ownApart + shared * pairsApart) / received : 0
  // gradients of other axes' positions (heads) are independent, which one number for all cannot say
  const correlation = Math.min(1, Math.max(0, right.signal.grid.length === 1 ? along : g.lags.far))
  const [queries] = left.kept
  const keys = matrix?.kind === 'weights' ? matrix.keys : null
  const kept = keys === null || left.kept.length !== 1 ? null : keyed(inputs[1], inputs[1].axes.length - 2)
  if (kept === null || keys === null || queries === undefined) {
    return [back, towards(right, inputs[1], Float64Array.of(Math.max(0, toRight)), correlation)]
  }
  const together = ((left.size * (left.size - 1) * g.lags.far * pairs) / inner) * copies[1]
  const squares = left.block.second.map((value, m) => inner * value * at(perQuery, m))
  const shares = perQueryOf(squares, queries, left.size).map((value, i) => (copies[1] * value) / (keys[i] as number))
  const map = byKey(shares, keys, kept.partition).map((value) => Math.max(0, value + together) / g.excess)
  return [back, towards(kept.operand, inputs[1], map, correlation)]
}
