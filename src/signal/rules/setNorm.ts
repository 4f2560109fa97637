import type { GroupNormOp, LayerNormOp } from '../../graph'
import { expand, expectation, twoPoint } from '../gaussian/expansion'
import { inverseMean } from '../gaussian/inverseMean'
import type { ScalarFunction } from '../gaussian/scalarFunction'
import { type Gradient, type GradientMoments, type Term, termsTowards } from '../gradient'
import { type Grid, gridPositions, mapMean } from '../grid'
import { type Lags, mapLags, meanOverPairs } from '../lags'
import { axisSize } from '../layout'
import { type Atom, blockShares, type Moments, marginalVariance, ownVariance, representative, type Signal, withinAt } from '../moments'
import { averages, pairMeans } from '../pairMoments'
import { positionsToUnits, unitsToPositions } from '../roles'
import type { Environment, Rule } from '../rule'
import { Unmodelled } from '../unmodelled'
import { normAffine } from './batchNorm'
import { regridGradient } from './regrid'

/** What one sample normalizes together. */
interface NormSet {
  /** Units in the set. */
  readonly units: number
  /** Whether all positions are in it; else each position is normalized for itself. */
  readonly positions: boolean
  readonly center: boolean
  readonly eps: number
}

interface SetStatistics {
  /** Second moment about the set's mean, by class of positions (equal for all when positions are in the set). */
  readonly variance: Float64Array
  /** Mean over units (and positions, when in the set). */
  readonly mean: Float64Array
  /** What of the variance all positions of a unit share: a bias of each sample and unit. */
  readonly shared: number
}

function statistics(signal: Signal, set: NormSet): SetStatistics {
  const shares = blockShares(signal)
  const size = (signal.blocks[0] as Moments).mean.length
  const blend = (of: (m: Moments) => Float64Array) =>
    Float64Array.from({ length: size }, (_, p) =>
      signal.blocks.reduce((sum, block, b) => sum + (shares[b] as number) * (of(block)[p] as number), 0),
    )
  const second = blend((m) => m.second)
  const mean = blend((m) => m.mean)
  const u = set.units
  if (!set.positions) {
    const variance = set.center ? second.map((q, p) => q - q / u - (1 - 1 / u) * (mean[p] as number) ** 2) : second
    return { variance, mean, shared: 0 }
  }
  const q = mapMean(signal.grid, second)
  const m = mapMean(signal.grid, mean)
  const within = signal.blocks.reduce((sum, block, b) => sum + (shares[b] as number) * pairMeans(signal.grid, block).within, 0)
  const v = set.center ? q - within / u - (1 - 1 / u) * m * m : q
  const farOfOne = signal.blocks.reduce((sum, block, b) => {
    const own = ownVariance(block)
    return (
      sum +
      (shares[b] as number) *
        mapMean(
          signal.grid,
          own.map((_, p) => withinAt(block, own, p, p)),
        )
    )
  }, 0)
  const shared = set.center ? Math.max(0, farOfOne - (q - v)) : 0
  return { variance: new Float64Array(size).fill(v), mean: new Float64Array(size).fill(m), shared }
}

/**
 * E[1/(v + ε)], E[own/(v + ε)] and E[shared/(v + ε)] relative to ratios of means, where a set's variance is own + shared and the shared part is a sum of as few
 * squares as there are units: 2/(u − 1) of its square is its variance. Sets of large shared part divide it by more.
 */
function unevenParts({ variance, shared }: SetStatistics, set: NormSet): { readonly own: number; readonly shared: number } {
  const total = (variance[0] as number) + set.eps
  const part = Math.min(shared, variance[0] as number) / total
  if (!(part > 1e-9) || set.units < 2) return { own: 1, shared: 1 }
  const own = inverseMean(1 - part, part, (2 * part * part) / (set.units - 1))
  return { own, shared: Math.max(0, 1 - (1 - part) * own) / part }
}

/**
 * y = γ(x − μ)/√(v + ε) + β over a sample's own set of n elements: E μ² holds 1/n of the units' own second moments and the square of their
 * common mean. Covariances between positions, samples are centred likewise and divided by √(v_p v_p').
 */
function normalize(signal: Signal, block: Moments, set: NormSet, op: LayerNormOp | GroupNormOp, env: Environment): Moments {
  const { scaleMean, scaleSecond, shiftMean, shiftSecond } = normAffine(op, env)
  const found = statistics(signal, set)
  const { variance, mean: centre } = found
  const parts = unevenParts(found, set)
  const size = block.mean.length
  const root = variance.map((v) => 1 / Math.sqrt(Math.max(0, v) + set.eps))
  const m = set.center ? block.mean.map((value, p) => value - (centre[p] as number)) : block.mean
  const mean = m.map((value, p) => scaleMean * value * (root[p] as number) + shiftMean)
  const pairs = set.positions && set.center ? pairMeans(signal.grid, block) : null
  const u = set.units
  const removedAt = (p: number, rows: Float64Array | null, q: number) => {
    const product = (block.mean[p] as number) * (centre[p] as number)
    return rows === null ? q / u + (1 - 1 / u) * product : (rows[p] as number) / u + (1 - 1 / u) * product
  }
  const meanSquare = (mean2: number, p: number, r: number) => mean2 / u + (1 - 1 / u) * (centre[p] as number) * (centre[r] as number)
  const centred = (value: number, p: number, r: number, rows: Float64Array | null, whole: number): number => {
    const x = set.center
      ? value - removedAt(p, rows, value) - removedAt(r, rows, value) + meanSquare(rows === null ? value : whole, p, r)
      : value
    const lifted = scaleSecond * parts.shared * x * (root[p] as number) * (root[r] as number)
    return lifted + shiftSecond + shiftMean * ((mean[p] as number) + (mean[r] as number) - 2 * shiftMean)
  }
  const own = ownVariance(block)
  const within = pairs?.withinRows ?? null
  const between = pairs?.betweenRows ?? null
  return {
    mean,
    second: block.second.map((value, p) => {
      const alone = pairs === null ? 0 : value - withinAt(block, own, p, p)
      return centred(value - alone, p, p, within, pairs?.within ?? 0) + scaleSecond * parts.own * alone * (root[p] as number) ** 2
    }),
    same: block.same.map((value, p) => centred(value, p, p, between, pairs?.between ?? 0)),
    far: block.far.map((value, at) => centred(value, Math.floor(at / size), at % size, between, pairs?.between ?? 0)),
    lags: pairs === null ? block.lags : centredLags(block, signal, u, parts),
    shape: block.shape,
    spread: block.spread,
    redundancy: block.redundancy,
    ...(set.positions ? {} : { normed: true as const, settled: 1, mixes: block.mixes }),
    image: null,
  }
}

/**
 * Removing the set's mean takes the mean correlation over pairs, 1/units of it, from every correlation; what far positions share is divided by
 * more than what is their own.
 */
function centredLags(block: Moments, signal: Signal, units: number, parts: ReturnType<typeof unevenParts>): Lags {
  const removed =
    meanOverPairs(
      block.lags,
      signal.grid.map((axis) => axis.size),
    ) / units
  const { far } = block.lags
  const kept = (c: number) => parts.shared * (far - removed) + parts.own * (c - far)
  return kept(1) > 0 ? mapLags(block.lags, (c) => kept(c) / kept(1)) : block.lags
}

/**
 * g_x = γ/√(v + ε)·(g − ḡ − x̂·mean(g x̂)) over the set: each projection takes 1/n of E[g²] when gradients are independent, more where a
 * unit's positions share theirs: of g x̂ that is E[factor(y)ŷ]² where values differ, E[factor(y)ŷ·factor(y')ŷ'] where positions share them too.
 */
function sendBack(
  signal: Signal,
  output: Moments,
  g: GradientMoments,
  set: NormSet,
  op: LayerNormOp | GroupNormOp,
  env: Environment,
): GradientMoments {
  const { scaleMean, scaleSecond, shiftMean } = normAffine(op, env)
  const found = statistics(signal, set)
  const { variance } = found
  const uneven = unevenParts(found, set).own
  const positions = set.positions ? gridPositions(signal.grid) : 1
  const n = set.units * positions
  const total = mapMean(signal.grid, g.second)
  if (!(total > 0)) return { ...g, tilt: null }
  const sizes = signal.grid.map((axis) => axis.size)
  const shared = (lags: Lags) => (set.positions ? (meanOverPairs(lags, sizes) - 1 / positions) / set.units : 0)
  const r = representative(output)
  const v = marginalVariance(output)[r] as number
  const scale = scaleMean === 0 ? 1 : scaleMean
  const alike = set.positions && v > 0 ? sharedByFar(output, signal.grid) : 0
  let projection = 0
  for (const term of termsTowards(g, output)) {
    const over =
      term.law ?? ((h: (x: number) => number, kinks: readonly number[]) => expectation(h, kinks, output.mean[r] as number, v, output.shape))
    const normalized = (y: number) => (y - shiftMean) / scale
    const first = over((z) => term.mean(z) * normalized(z), term.kinks)
    const square = over((z) => term.square(z) * normalized(z) ** 2, term.kinks)
    const together = shared(term.base.lags)
    const agreeing = together === 0 || alike === 0 || term.law !== null ? first ** 2 : agreement(term, normalized, output, alike)
    projection += mapMean(signal.grid, term.base.second) * (square / n + together * agreeing)
  }
  const meanPart = set.center ? total * (1 / n + shared(g.lags)) : 0
  const kept = Math.max(0, 1 - (meanPart + projection) / total)
  const second = g.second.map((value, p) => {
    const own = Math.max(0, variance[p] as number)
    return (value * scaleSecond * kept * uneven * inverseGrowth(n, own / (own + set.eps), set.center, signal)) / (own + set.eps)
  })
  const removed = set.positions ? meanPart / total : 0
  const lags = kept > 0 && removed > 0 ? mapLags(g.lags, (c) => (c - removed) / (1 - removed)) : g.lags
  return { second, lags, cross: g.cross, tilt: null, excess: g.excess }
}

/**
 * E[1/(v + ε)]·(E v + ε) over sets of n values: v of normal values follows the gamma law with Var v/(E v)² = 2/(n − 1), 2/n about a fixed centre, and
 * (2 + κ₄) in place of 2 elsewhere; less where a norm before has settled it. 1/(1 − that) is its mean inverse.
 */
function inverseGrowth(n: number, share: number, center: boolean, signal: Signal): number {
  const shares = blockShares(signal)
  const excess = signal.blocks.reduce((sum, block, b) => sum + (shares[b] as number) * block.shape.excess, 0)
  const settled = signal.blocks.reduce((sum, block, b) => sum + (shares[b] as number) * (block.settled ?? 0), 0)
  const spread = ((1 - settled) * Math.max(0, 2 + excess)) / Math.max(1, center ? n - 1 : n)
  return 1 / (1 - Math.min(MOST_SPREAD, spread) * share ** 2)
}

/** Sets of fewer than four values: 1/v has no mean, and what one draw shows is anything. */
const MOST_SPREAD = 0.7

/** The input with the normalized axes as units (and positions), and the set that they make. */
function layerSet(signal: Signal, op: LayerNormOp): { readonly input: Signal; readonly set: NormSet } {
  const positional = op.axes.filter((axis) => (signal.axes[axis] as readonly Atom[]).some((atom) => atom.role === 'position'))
  const all = signal.grid.length
  const covered = positional.reduce(
    (sum, axis) => sum + (signal.axes[axis] as readonly Atom[]).filter((atom) => atom.role === 'position').length,
    0,
  )
  const units = op.axes.reduce(
    (product, axis) => product * (signal.axes[axis] as readonly Atom[]).reduce((p, a) => (a.role === 'unit' ? p * a.size : p), 1),
    1,
  )
  if (op.axes.some((axis) => (signal.axes[axis] as readonly Atom[]).some((atom) => atom.role === 'sample')))
    throw new Unmodelled('a norm over the batch axis')
  const outside = signal.axes
    .map((_, axis) => axis)
    .filter((axis) => !op.axes.includes(axis) && (signal.axes[axis] as readonly Atom[]).some((atom) => atom.role === 'unit'))
  if (outside.length > 0) return layerSet(unitsToPositions(signal, outside), op)
  if (covered > 0 && (covered < all || units === 1)) return layerSet(positionsToUnits(signal, positional), op)
  return { input: signal, set: { units, positions: covered > 0, center: op.center, eps: op.eps } }
}

function groupSet(signal: Signal, op: GroupNormOp): { readonly input: Signal; readonly set: NormSet } {
  const others = signal.axes.map((_, axis) => axis).filter((axis) => axis !== op.channelAxis)
  const input = unitsToPositions(positionsToUnits(signal, [op.channelAxis]), others)
  const channels = axisSize(signal.axes[op.channelAxis] as readonly Atom[])
  return { input, set: { units: channels / op.groups, positions: true, center: true, eps: op.eps } }
}

/** Correlation of far positions of one sample. */
function sharedByFar(output: Moments, grid: Grid): number {
  const { second, own, far } = averages(grid, output)
  const square = mapMean(grid, output.mean) ** 2
  return second > square ? Math.min(1, Math.max(0, (far + output.lags.far * own - square) / (second - square))) : 0
}

/** E[factor(y)ŷ·factor(y')ŷ'] of two positions that correlate so. */
function agreement(term: Term, normalized: (y: number) => number, output: Moments, correlation: number): number {
  const r = representative(output)
  const of: ScalarFunction = {
    value: (y) => term.mean(y) * normalized(y),
    derivative: () => 0,
    kinks: term.kinks,
    slopes: null,
    monotone: false,
  }
  const expansion = expand(of, output.mean[r] as number, marginalVariance(output)[r] as number, output.shape)
  return twoPoint(expansion, expansion, correlation)
}

type Prepare<O> = (signal: Signal, op: O) => { readonly input: Signal; readonly set: NormSet }

const normRule = <O extends LayerNormOp | GroupNormOp>(prepare: Prepare<O>): Rule<O> => ({
  forward(op, inputs, env) {
    const { input, set } = prepare(inputs[0] as Signal, op)
    if (set.units * (set.positions ? gridPositions(input.grid) : 1) < 2) throw new Unmodelled('a norm over a single value')
    return [{ ...input, blocks: input.blocks.map((block) => normalize(input, block, set, op, env)) }]
  },
  backward(op, step, env) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const original = step.inputs[0] as Signal
    const { input, set } = prepare(original, op)
    const output = step.outputs[0] as Signal
    const back: Gradient = input.blocks.map((_, i) => {
      const g = gradient[i]
      return g ? sendBack(input, output.blocks[i] as Moments, g, set, op, env) : null
    })
    return [regridGradient(back, input, original)]
  },
})

/** Layer norm and RMS norm over `axes` of each sample (Ba et al. 2016; Zhang & Sennrich 2019). */
export const layerNorm: Rule<LayerNormOp> = normRule(layerSet)
/** Group norm (Wu & He 2018); as many groups as channels is instance norm. */
export const groupNorm: Rule<GroupNormOp> = normRule(groupSet)
