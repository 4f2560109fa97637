import type { PixelShuffleOp, UpsampleOp } from '../../graph'
import type { Gradient, GradientMoments } from '../gradient'
import { applyAlong, applyPairAlong, classCounts, type Grid, independentPairs, type Operator } from '../grid'
import { type Lags, lagAt, makeLags } from '../lags'
import { permute, reshape, shapeOf } from '../layout'
import { type Moments, ownVariance, type Signal } from '../moments'
import { classAt, classLimit, type Partition, partitionBySignature } from '../partition'
import { unitsToPositions } from '../roles'
import type { Rule } from '../rule'
import { pooledInput } from '../windows'
import { regridGradient } from './regrid'
import { permute as permuteRule, reshape as reshapeRule } from './structure'

/** Interpolation along one axis: for each output position, [input position, weight]. */
type Interpolation = readonly (readonly (readonly [number, number])[])[]

const clamp = (i: number, n: number) => Math.min(n - 1, Math.max(0, i))
const CUBIC = -0.75

/** Source coordinate of output o. */
function source(o: number, n: number, m: number, op: UpsampleOp): number {
  if (op.alignCorners) return m > 1 ? (o * (n - 1)) / (m - 1) : 0
  return ((o + 0.5) * n) / m - 0.5
}

function cubicWeight(x: number): number {
  const d = Math.abs(x)
  if (d <= 1) return ((CUBIC + 2) * d - (CUBIC + 3)) * d * d + 1
  return d < 2 ? ((CUBIC * d - 5 * CUBIC) * d + 8 * CUBIC) * d - 4 * CUBIC : 0
}

function interpolation(n: number, m: number, op: UpsampleOp): Interpolation {
  return Array.from({ length: m }, (_, o): readonly (readonly [number, number])[] => {
    switch (op.mode) {
      case 'nearest':
        return [[Math.min(n - 1, Math.floor((o * n) / m)), 1]]
      case 'area': {
        const start = Math.floor((o * n) / m)
        const stop = Math.ceil(((o + 1) * n) / m)
        return Array.from({ length: stop - start }, (_u, i): readonly [number, number] => [start + i, 1 / (stop - start)])
      }
      case 'linear': {
        const at = Math.max(0, source(o, n, m, op))
        const low = Math.min(n - 1, Math.floor(at))
        return [
          [low, 1 - (at - low)],
          [clamp(low + 1, n), at - low],
        ]
      }
      case 'cubic': {
        const at = source(o, n, m, op)
        const low = Math.floor(at)
        return [-1, 0, 1, 2].map((d): readonly [number, number] => [clamp(low + d, n), cubicWeight(at - low - d)])
      }
      default:
        return op.mode satisfies never
    }
  })
}

interface AxisTable {
  readonly output: Partition
  readonly sum: Operator
  readonly adjoint: Operator
  /** Mean over outputs of E[y_o y_{o+lag}] for inputs with the given correlation by distance. */
  correlation(c: (distance: number) => number, lag: number): number
}

const adjointOf = (sum: Operator, input: Partition, output: Partition): Operator => {
  const rows: (readonly [number, number])[][] = input.counts.map(() => [])
  sum.forEach((row, o) => {
    for (const [j, weight] of row)
      (rows[j] as (readonly [number, number])[]).push([o, (weight * (output.counts[o] as number)) / (input.counts[j] as number)])
  })
  return rows
}

function axisTable(input: Partition, m: number, op: UpsampleOp, limit: number): AxisTable {
  const table = interpolation(input.size, m, op)
  const output = partitionBySignature(
    table.map((row) => row.map(([i, w]) => `${classAt(input, i)}:${w.toFixed(4)}`).join()),
    limit,
  )
  const rows = output.counts.map((): Map<number, number> => new Map())
  table.forEach((row, o) => {
    const to = rows[classAt(output, o)] as Map<number, number>
    for (const [i, w] of row)
      to.set(classAt(input, i), (to.get(classAt(input, i)) ?? 0) + w / (output.counts[classAt(output, o)] as number))
  })
  const sum: Operator = rows.map((row) => [...row])
  const byLag = new Map<number, ReadonlyMap<number, number>>()
  return {
    output,
    sum,
    adjoint: adjointOf(sum, input, output),
    correlation(c, lag) {
      const shares = byLag.get(lag) ?? distanceShares(table, lag)
      byLag.set(lag, shares)
      let total = 0
      for (const [distance, share] of shares) total += share * c(distance)
      return total
    },
  }
}

/** What inputs a distance apart contribute to the product of two outputs a lag apart, in the mean over outputs. */
function distanceShares(table: Interpolation, lag: number): ReadonlyMap<number, number> {
  const shares = new Map<number, number>()
  const pairs = table.length - lag
  for (let o = 0; o < pairs; o++) {
    for (const [i, a] of table[o] as Interpolation[number]) {
      for (const [j, b] of table[o + lag] as Interpolation[number]) {
        const distance = Math.abs(i - j)
        shares.set(distance, (shares.get(distance) ?? 0) + (a * b) / pairs)
      }
    }
  }
  return shares
}

function upsampled(
  signal: Signal,
  op: UpsampleOp,
  shape: readonly number[],
): { readonly input: Signal; readonly tables: readonly AxisTable[]; readonly grid: Grid } {
  const input = pooledInput(signal, op.rank)
  const first = input.grid.length - op.rank
  const tables = Array.from({ length: op.rank }, (_, i) =>
    axisTable(input.grid[first + i] as Partition, shape[shape.length - op.rank + i] as number, op, classLimit(input.grid.length)),
  )
  return { input, tables, grid: [...input.grid.slice(0, first), ...tables.map((table) => table.output)] }
}

/** Weights of inputs sum to 1: far is carried as it is; the sample's own part keeps Σ w_i w_j c(i−j) of its variance, and near outputs share inputs. */
function interpolate(block: Moments, grid: Grid, tables: readonly AxisTable[]): Moments {
  const first = grid.length - tables.length
  const spread = (values: Float64Array) => {
    const dims = classCounts(grid)
    return tables.reduce((current, table, i) => {
      const next = applyAlong(current, dims, first + i, table.sum)
      dims[first + i] = table.output.counts.length
      return next
    }, values)
  }
  const dims = classCounts(grid)
  const far = tables.reduce((current, table, i) => {
    const next = applyPairAlong(current, dims, first + i, independentPairs(table.sum), table.output.counts.length)
    dims[first + i] = table.output.counts.length
    return next
  }, block.far)
  const between = (shift: readonly number[]) => overLags(block.lags, tables, first, shift)
  const kept = between(block.lags.radius.map(() => 0))
  const own = spread(ownVariance(block)).map((value) => value * kept)
  const size = own.length
  const before = block.second.length
  const extra = spread(block.same.map((value, i) => value - (block.far[i * before + i] as number))).map((value) => value * kept)
  const radius = block.lags.radius.map((r, i) => (i < first ? r : 4))
  return {
    mean: spread(block.mean),
    second: own.map((value, i) => value + (far[i * size + i] as number)),
    same: extra.map((value, i) => value + (far[i * size + i] as number)),
    far,
    lags: makeLags(radius, block.lags.far / kept, (lag) => between(lag) / kept),
    shape: { skew: block.shape.skew * kept, excess: block.shape.excess * kept * kept },
    spread: block.spread,
    image: null,
  }
}

/** Correlation of outputs a lag apart: product over axes for inputs that are independent, and the inputs' own lags otherwise. */
function overLags(lags: Lags, tables: readonly AxisTable[], first: number, shift: readonly number[]): number {
  const lag = shift.map(() => 0)
  const walk = (axis: number): number => {
    if (axis === tables.length) return lagAt(lags, lag)
    const table = tables[axis] as AxisTable
    return table.correlation(
      (distance) => {
        lag[first + axis] = distance
        return walk(axis + 1)
      },
      shift[first + axis] as number,
    )
  }
  if (lags.values.length > 1 || tables.length === 1) return walk(0)
  const product = tables.reduce(
    (p, table, i) => p * table.correlation((distance) => (distance === 0 ? 1 : 0), shift[first + i] as number),
    1,
  )
  return product * (1 - lags.far) + lags.far
}

/** Every input sums the gradients of the outputs that it is in: E = Σ w w'·E[g g']. */
function sendBack(g: GradientMoments, grid: Grid, tables: readonly AxisTable[]): GradientMoments {
  const first = grid.length - tables.length
  const dims = classCounts(grid)
  const sum = tables.reduce((current, table, i) => {
    const next = applyAlong(current, dims, first + i, table.adjoint)
    dims[first + i] = table.adjoint.length
    return next
  }, g.second)
  const shares = tables.map((table) => ({ scale: table.output.size / inputSize(table), square: squareOf(table) }))
  const alone = shares.reduce((p, { square }) => p * square, 1)
  const whole = shares.reduce((p, { scale }) => p * scale * scale, 1)
  const plain = shares.reduce((p, { scale }) => p * scale, 1)
  const near = Math.max(0, Math.min(1, nearCorrelation(g.lags, first)))
  const factor = (alone * (1 - near) + whole * near) / plain
  return {
    second: sum.map((value) => value * factor),
    lags: {
      radius: g.lags.radius.map(() => 0),
      values: Float64Array.of(1),
      far: factor > 0 ? Math.min(1, (g.lags.far * whole) / plain / factor) : 0,
    },
    cross: g.cross,
    tilt: null,
    excess: 1,
  }
}

const inputSize = (table: AxisTable): number =>
  table.adjoint.length === 0
    ? 1
    : Math.round(
        table.output.size / (table.adjoint.reduce((sum, row) => sum + row.reduce((s, [, w]) => s + w, 0), 0) / table.adjoint.length),
      )
/** Mean over inputs of Σ w² over the outputs. */
const squareOf = (table: AxisTable): number =>
  (table.output.size / inputSize(table)) * table.correlation((distance) => (distance === 0 ? 1 : 0), 0)

const nearCorrelation = (lags: Lags, first: number): number => {
  const lag = lags.radius.map((_, i) => (i >= first ? 1 : 0))
  return lagAt(lags, lag)
}

/** Resizing by interpolation. */
export const upsample: Rule<UpsampleOp> = {
  forward(op, inputs, env, node) {
    const shape = env.outputShape(node, 0)
    const { input, tables, grid } = upsampled(inputs[0] as Signal, op, shape)
    const lead = input.axes.length - op.rank
    const axes = input.axes.map((atoms, axis) => (axis < lead ? atoms : [{ size: shape[axis] as number, role: 'position' as const }]))
    return [{ axes, grid, blocks: input.blocks.map((block) => interpolate(block, input.grid, tables)), assignment: input.assignment }]
  },
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const signal = step.inputs[0] as Signal
    const { input, tables, grid } = upsampled(signal, op, env.outputShape(node, 0))
    return [
      regridGradient(
        gradient.map((g) => g && sendBack(g, grid, tables)),
        input,
        signal,
      ),
    ]
  },
}

/** [.., C·r², H, W] → [.., C, H, r, W, r] → [.., C, H·r, W·r]: sub-pixels are different units, independent of each other. */
function shuffleSteps(
  op: PixelShuffleOp,
  shape: readonly number[],
): { readonly split: readonly number[]; readonly order: readonly number[] } {
  const lead = shape.length - 3
  const [c = 1, h = 1, w = 1] = shape.slice(lead)
  const r = op.factor
  const front = shape.slice(0, lead)
  const at = (i: number) => lead + i
  const keep = front.map((_, i) => i)
  if (op.down) return { split: [...front, c, h / r, r, w / r, r], order: [...keep, at(0), at(2), at(4), at(1), at(3)] }
  return { split: [...front, c / (r * r), r, r, h, w], order: [...keep, at(0), at(3), at(1), at(4), at(2)] }
}

function shuffleStages(op: PixelShuffleOp, signal: Signal): readonly Signal[] {
  const { split, order } = shuffleSteps(op, shapeOf(signal))
  const parts = reshape(signal, split)
  const lead = split.length - 5
  const ready = op.down ? parts : unitsToPositions(parts, [lead + 1, lead + 2])
  return [parts, ready, permute(ready, order)]
}

/** Depth to space and back. */
export const pixelShuffle: Rule<PixelShuffleOp> = {
  forward: (op, inputs, env, node) => [reshape(shuffleStages(op, inputs[0] as Signal)[2] as Signal, env.outputShape(node, 0))],
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const input = step.inputs[0] as Signal
    const [parts, ready, moved] = shuffleStages(op, input) as readonly [Signal, Signal, Signal]
    const { order } = shuffleSteps(op, shapeOf(input))
    const g2 = regridGradient(gradient, step.outputs[0] as Signal, moved)
    const g1 = permuteRule.backward({ kind: 'permute', order }, { inputs: [ready], outputs: [moved], gradients: [g2] }, env, node)[0]
    if (!g1) return [null]
    const g0: Gradient = regridGradient(g1, ready, parts)
    return reshapeRule.backward({ kind: 'reshape' }, { inputs: [input], outputs: [parts], gradients: [g0] }, env, node)
  },
}
