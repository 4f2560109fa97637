/** Gradients of the operands of a product over a shared axis. */

import { receivedByKeys } from './firstKeysBack'
import { type Gradient, type GradientMoments, plainGradient } from './gradient'
import { classWeights, gridClasses, mapMean, pairRowMeans } from './grid'
import { correlationAcross, independentLags, lagsByAxes } from './lags'
import type { Matrix, Signal } from './moments'
import { classAt, type Partition } from './partition'
import { allAlike, firstKeys } from './prefixes'
import { keyed, type Operand, type Product } from './product'
import { acrossAt } from './productForward'
import { regridGradient } from './rules/regrid'

type Weights = Extract<Matrix, { readonly kind: 'weights' }>

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

/** A map over classes of queries as one value for each query. */
function perQueryOf(map: Float64Array, queries: Partition | undefined, size: number): readonly number[] {
  return Array.from({ length: size }, (_, i) => map[queries === undefined ? 0 : classAt(queries, i)] as number)
}

/** Elements along a shared axis of positions receive what they multiply: the correlation E[r_d r_d']/E[r²] of the other operand's. */
function sharedAlong(gradient: Gradient, product: Product, original: Signal, side: 0 | 1): Gradient {
  const { block, second } = side === 0 ? product.right : product.left
  if (product.across[side] === null || !(second > 0)) return gradient
  const shared =
    product.across[side === 0 ? 1 : 0] ??
    mapMean(block.mean.length === 1 ? [] : (side === 0 ? product.right : product.left).kept, block.mean) ** 2
  const axis = original.axes.length - (side === 0 ? 1 : 2)
  const owners = original.axes.flatMap((atoms, i) => atoms.flatMap((atom) => (atom.role === 'position' ? [i] : [])))
  const lags = lagsByAxes(
    original.grid.map((part) => part.size),
    (differs) => (differs.every((is, g) => !is || owners[g] === axis) ? clamped(shared / second) : 0),
  )
  return gradient.map((g) => g && { ...g, lags })
}

/**
 * g_L = Σ_n g_mn r_n: N·g²·(r² + (N − 1)·c·r r') with the correlation c of gradients along a row; where rows of g sum to zero
 * N·g²·(r² − r r'), more where both differ alike (`tied`). g_R likewise along columns.
 */
export function backOverUnits(product: Product, inputs: readonly [Signal, Signal], g: GradientMoments): readonly Gradient[] {
  const { left, right, copies } = product
  const { rows, columns } = margins(product, g)
  const along = (other: Operand, isPositions: boolean) => other.second + (isPositions ? (other.size - 1) * g.lags.far * other.off : 0)
  const [m, n] = [left.kept.length > 0, right.kept.length > 0]
  const [queries] = left.kept
  const masked = g.keys === undefined || left.kept.length !== 1 ? null : keyed(inputs[1], inputs[1].axes.length - 1)
  const causal = masked === null || g.keys === undefined || queries === undefined ? null : { ...masked, queries, keys: g.keys }
  const seen = causal === null ? allAlike(right) : firstKeys(causal.operand, causal.partition, causal.queries, causal.keys)
  const towardsRow = (row: number) => {
    // Σ_d q_d of what comes back is 0: one direction of D is lost.
    if (g.averaged === true) return (right.second - acrossAt(product, 1, 0)) * (1 - 1 / product.inner)
    return g.zeroRows === true ? seen.second(row, row) - seen.off(row, row) : along(right, n)
  }
  const isTied = g.tied?.length === rows.length && g.tiedTo === right.block.mixes?.of
  const tied = (row: number) => 1 + (isTied ? (g.tied?.[row] as number) : 0)
  const toLeft = rows.map((value, row) => (copies[0] * right.size * value * tied(row) * Math.max(0, towardsRow(row))) / g.excess)
  const back = sharedAlong(towards(left, inputs[0], toLeft, n ? 0 : g.lags.far), product, inputs[0], 0)
  if (causal === null) {
    const batch = product.grid.length - left.kept.length - right.kept.length
    const ofColumn =
      g.zeroRows === true ? correlationAcross(g.lags, (axis) => axis >= batch && axis < batch + left.kept.length) : g.lags.far
    const ofKey = left.second + (m ? (left.size - 1) * ofColumn * left.off : 0)
    const toRight = columns.map((value) => (copies[1] * left.size * value * Math.max(0, ofKey)) / g.excess)
    return [back, sharedAlong(towards(right, inputs[1], toRight, 0), product, inputs[1], 1)]
  }
  const shares = perQueryOf(rows, causal.queries, left.size).map(
    (value, i) => (copies[1] * value * right.size * left.second) / (causal.keys[i] as number),
  )
  return [back, towards(causal.operand, inputs[1], byKey(shares, causal.keys, causal.partition), 0)]
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
  const weights = matrix?.kind === 'weights' && matrix.pairs.length === rows ? matrix : null
  const [queries] = left.kept
  const masked = weights === null || weights.keys === null || left.kept.length !== 1 ? null : keyed(inputs[1], inputs[1].axes.length - 2)
  if (weights !== null && weights.keys !== null && masked !== null && queries !== undefined) {
    const seen = firstKeys(masked.operand, masked.partition, queries, weights.keys)
    const alongRows = perQuery.map((_, m) => (seen.second(m, m) > 0 ? Math.max(0, seen.off(m, m) / seen.second(m, m)) : 0))
    const toLeft = perQuery.map((value, m) => copies[0] * right.size * value * seen.second(m, m))
    const square = left.block.second.map((value) => inner * value)
    const { second, classes } = receivedByKeys({ ...weights, square }, g, perQuery, weights.keys, queries, masked.partition)
    const far = pairMean(masked.partition, classes)
    const lags = {
      ...independentLags(masked.operand.signal.grid.length, far),
      ...(masked.operand.signal.grid.length === 1 ? { classes } : {}),
    }
    return [
      towards(left, inputs[0], toLeft, pairMean(queries, alongRows), { alongRows, ...chanceOf(weights, right) }),
      towards(
        masked.operand,
        inputs[1],
        second.map((value) => (value * copies[1]) / g.excess),
        far,
        { lags },
      ),
    ]
  }
  return backOverAllKeys(product, weights, inputs, g, perQuery)
}

/** The mean of a map, or of a map over pairs, over the positions of an axis. */
function pairMean(axis: Partition, map: Float64Array): number {
  return map.length === axis.counts.length ? mapMean([axis], map) : mapMean([axis], pairRowMeans([axis], map))
}

function backOverAllKeys(
  product: Product,
  weights: Weights | null,
  inputs: readonly [Signal, Signal],
  g: GradientMoments,
  perQuery: Float64Array,
): readonly Gradient[] {
  const { left, right, inner, copies } = product
  const rows = left.block.mean.length
  const share = classWeights(left.kept)
  const at = (values: Float64Array, i: number) => values[i] as number
  const overlap = weights?.overlap ?? left.block.far.map((value) => value * inner)
  const total = weights === null ? inner * inner * left.off : 1
  let own = 0
  let pairs = 0
  let ownApart = 0
  let pairsApart = 0
  let whole = 0
  for (let m = 0; m < rows; m++) {
    const weight = at(share, m) * at(perQuery, m)
    whole += weight
    ownApart += inner > 1 ? (weight * (weights === null ? inner * (inner - 1) * left.off : at(weights.pairs, m))) / (inner - 1) : 0
    own += at(share, m) * inner * at(left.block.second, m) * at(perQuery, m)
    for (let p = 0; p < rows; p++) {
      const both = at(share, m) * at(share, p) * Math.sqrt(at(perQuery, m) * at(perQuery, p))
      pairs += both * at(overlap, m * rows + p)
      pairsApart += inner > 1 ? (both * (total - at(overlap, m * rows + p))) / (inner - 1) : 0
    }
  }
  const batch = product.grid.length - left.kept.length - right.kept.length
  const ofQueries = correlationAcross(g.lags, (axis) => axis >= batch && axis < batch + left.kept.length)
  const shared = (left.size - 1) * ofQueries
  const received = own + shared * pairs
  const toRight = ((left.size / inner) * received * copies[1]) / g.excess
  const toLeft = perQuery.map((value) => copies[0] * right.size * value * right.second)
  const lagFar = right.second > 0 ? right.off / right.second : 0
  const along = received > 0 ? (ownApart + shared * pairsApart) / received : 0
  const { grid } = right.signal
  const tokens = grid.length - right.kept.length
  /** What keys of other matrices (windows, heads) receive has in common what gradients of their queries have. */
  const between = (differs: readonly boolean[]) =>
    received > 0
      ? (left.size * total * whole * correlationAcross(g.lags, (axis) => axis >= batch || differs[axis] === true)) / (inner * received)
      : 0
  const lags = lagsByAxes(
    grid.map((part) => part.size),
    (differs) => clamped(batch <= tokens && differs.slice(0, batch).some(Boolean) ? between(differs) : along),
  )
  const weightsGrid = left.signal.grid
  const ofWeights = lagsByAxes(
    weightsGrid.map((part) => part.size),
    (differs) => {
      const byKey = differs.slice(batch + left.kept.length).some(Boolean) ? lagFar : 1
      return byKey * clamped(correlationAcross(g.lags, (axis) => differs[axis] === true && axis < batch + left.kept.length))
    },
  )
  return [
    towards(left, inputs[0], toLeft, lagFar, { lags: ofWeights, ...chanceOf(weights, right) }),
    towards(right, inputs[1], Float64Array.of(Math.max(0, toRight)), lags.far, { lags }),
  ]
}

function chanceOf(weights: Weights | null, values: Operand): Partial<GradientMoments> {
  const { mixes } = values.block
  return weights !== null && mixes !== undefined && weights.of === mixes.of ? { chance: 1 / mixes.directions, tiedTo: mixes.of } : {}
}

const clamped = (correlation: number) => Math.min(1, Math.max(0, correlation))
