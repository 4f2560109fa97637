import type { ConvOp, ConvTransposeOp } from '../../graph'
import { sizesRead } from '../chanceSizes'
import { concentration, mixesOf } from '../directions'
import { unitSpread } from '../fewWeights'
import type { Gradient, GradientMoments } from '../gradient'
import { applyAlong, applyPairAlong, classCounts, type Grid } from '../grid'
import { dilateLags, strideLags, thinLags } from '../lagLayout'
import { independentLags, type Lags } from '../lags'
import { joinPositions } from '../layout'
import type { Moments, Signal } from '../moments'
import { classLimit, type Partition } from '../partition'
import { positionsToUnits, unitsToPositions } from '../roles'
import type { Environment, Rule } from '../rule'
import { slidingTaps, type Taps, transposedTaps } from '../taps'
import { Unmodelled } from '../unmodelled'
import { addBias, groupAssignment, groupMixtures, summable } from '../weighted'
import { withDrift } from './drift'
import { regridGradient } from './regrid'

/** The signal with its last `rank` axes as single position atoms and the axis before them as units. */
export function spatialInput(signal: Signal, rank: number): Signal {
  const channels = signal.axes.length - rank - 1
  if (channels < 0) throw new Unmodelled('the input has too few axes')
  const spatial = Array.from({ length: rank }, (_, i) => channels + 1 + i)
  if (
    signal.axes
      .slice(channels)
      .flat()
      .some((atom) => atom.role === 'sample')
  )
    throw new Unmodelled('the batch axis is among the channels or positions')
  let current = unitsToPositions(positionsToUnits(signal, [channels]), spatial)
  for (const axis of spatial) current = joinPositions(current, axis)
  return current
}

/** One table of taps for each spatial axis, for the input grid's last axes. */
function tables(op: ConvOp | ConvTransposeOp, grid: Grid, outputShape: readonly number[]): readonly Taps[] {
  const rank = op.kernel.length
  const first = grid.length - rank
  const limit = classLimit(grid.length)
  return op.kernel.map((kernel, i) => {
    const window = {
      kernel,
      stride: op.stride[i] as number,
      before: (op.padding[i] as readonly [number, number])[0],
      dilation: op.dilation[i] as number,
    }
    const size = outputShape[outputShape.length - rank + i] as number
    const input = grid[first + i] as Partition
    return op.kind === 'conv' ? slidingTaps(input, size, window, op.paddingMode, limit) : transposedTaps(input, size, window, limit)
  })
}

const trivial = (table: Taps) =>
  table.count === 1 && table.input === table.output && table.inside[0] === 1 && table.input.counts.length === 1

/**
 * z_c(p) = Σ over taps and the group's inputs of w·x + b. Moments: second'(p) = E[w²]·(C/groups)·Σ_taps second(p+δ), taps outside the
 * image counting 0; same and far likewise, far by taps that both positions read through the same weight (Novak et al. 2019).
 * mean' = 0 unless weights have a mean. Correlation at lag Δ is the input's at stride·Δ.
 * Units' variances Σw²x² spread by Var(w²)/E[w²]² over the number of weights.
 */
function sumOverTaps(op: ConvOp | ConvTransposeOp, input: Moments, grid: Grid, axes: readonly Taps[], env: Environment): Moments {
  const weight = summable(env.weight(op.weight), env.graph.parameters[op.weight]?.name ?? 'the weight')
  const first = grid.length - axes.length
  const fanIn = op.inChannels / op.groups
  const gain = weight.secondMoment * fanIn
  const sum = (values: Float64Array, scale: number) => {
    const dims = classCounts(grid)
    let out = values
    axes.forEach((table, i) => {
      if (trivial(table)) return
      out = applyAlong(out, dims, first + i, table.sum)
      dims[first + i] = table.output.counts.length
    })
    return out === values ? values.map((value) => value * scale) : scaleInPlace(out, scale)
  }
  const pairs = (values: Float64Array, scale: number) => {
    const dims = classCounts(grid)
    let out = values
    axes.forEach((table, i) => {
      if (trivial(table)) return
      out = applyPairAlong(out, dims, first + i, table.sameTap, table.output.counts.length)
      dims[first + i] = table.output.counts.length
    })
    return out === values ? values.map((value) => value * scale) : scaleInPlace(out, scale)
  }
  const mean = sum(input.mean, weight.mean * fanIn)
  const second = sum(input.second, gain)
  const count = fanIn * axes.reduce((product, table) => product * Math.max(...table.inside), 1)
  const peak = input.second.reduce((a, b) => a + b, 0) / input.second.length
  const gaussian = weight.squareSpread + 1
  return {
    mean,
    second,
    same: sum(input.same, gain),
    far: pairs(input.far, gain),
    lags: withFar(
      op.kind === 'conv'
        ? overlapped(strideLags(padLags(input.lags, grid.length), strideOf(op, grid.length)), first, axes)
        : dilateLags(input.lags, strideOf(op, grid.length)),
      input.lags.far * farShare(axes),
    ),
    shape: { skew: 0, excess: peak > 0 ? (input.shape.excess * gaussian) / count : 0 },
    ...unitSpread(
      weight,
      fanIn,
      (op.outChannels / op.groups - 1) / Math.max(1, op.outChannels - 1),
      input,
      grid,
      axes,
      op.stride.map((stride, i) => (op.kind === 'conv' ? stride / (op.dilation[i] as number) : 1 / (stride * (op.dilation[i] as number)))),
    ),
    sizes: sizesRead(
      input,
      op.inChannels,
      grid,
      axes.some(({ count }) => count > 1),
    ),
    redundancy: redundancyOf(op, input, axes),
    mixes: axes.every(({ count }) => count === 1) && op.groups === 1 ? mixesOf(fanIn, input) : undefined,
    image: null,
  }
}

/** Windows of other places see other values of the same units: two units have in common what single taps do. */
function redundancyOf(op: ConvOp | ConvTransposeOp, input: Moments, axes: readonly Taps[]): number {
  const taps = axes.reduce((product, { count }) => product * count, 1)
  const siblings = (op.outChannels / op.groups - 1) / Math.max(1, op.outChannels - 1)
  return (siblings * concentration(op.inChannels / op.groups, input)) / taps
}

function scaleInPlace(values: Float64Array, scale: number): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * scale
  return values
}

const strideOf = (op: ConvOp | ConvTransposeOp, axes: number): readonly number[] => [
  ...new Array<number>(axes - op.stride.length).fill(1),
  ...op.stride,
]
const padLags = (lags: Lags, axes: number): Lags => (lags.radius.length === axes ? lags : independentLags(axes, lags.far))

/**
 * Two positions far apart share what they read by the same tap: with n_t the share of positions whose tap t is inside, Σn_t² of the Σn_t that a
 * position has with itself.
 */
const farShare = (axes: readonly Taps[]): number =>
  axes.reduce((share, { joint, count }) => {
    let alone = 0
    let both = 0
    for (let t = 0; t < count; t++) {
      const n = joint[t * count + t] as number
      alone += n
      both += n * n
    }
    return alone > 0 ? (share * both) / alone : share
  }, 1)

/** Near positions share what both read by the same tap: at the border of a padded map less than each reads. */
const overlapped = (lags: Lags, first: number, axes: readonly Taps[]): Lags =>
  axes.every(({ overlap }) => overlap.every((share) => share === 1))
    ? lags
    : thinLags(lags, (axis, distance) => axes[axis - first]?.overlap[distance] ?? 1)

const withFar = (lags: Lags, far: number): Lags => (lags.far === far ? lags : { radius: lags.radius, values: lags.values, far })

function forward(op: ConvOp | ConvTransposeOp, signal: Signal, env: Environment, shape: readonly number[]): Signal {
  const input = spatialInput(signal, op.kernel.length)
  const axes = tables(op, input.grid, shape)
  const first = input.grid.length - axes.length
  const grid = [...input.grid.slice(0, first), ...axes.map((table) => table.output)]
  const mixtures = groupMixtures(input, op.groups)
  const channels = input.axes.length - op.kernel.length - 1
  return {
    axes: input.axes.map((atoms, axis) =>
      axis < channels
        ? atoms
        : axis === channels
          ? [{ size: op.outChannels, role: 'unit' as const }]
          : [{ size: shape[axis] as number, role: 'position' as const }],
    ),
    grid,
    blocks: mixtures.mixtures.map((block) => addBias(sumOverTaps(op, block, input.grid, axes, env), op.bias, env)),
    assignment: groupAssignment(mixtures, op.outChannels),
  }
}

/**
 * g_x(p) = E[w²]·(C_out/groups)·Σ over (output, tap) that read p of g_z; what a tap reads outside the image is lost.
 * The gradient behind a norm goes with 1/Σw², which the sum over the same w² takes back: `excess` is divided out.
 */
function backward(op: ConvOp | ConvTransposeOp, signal: Signal, gradient: Gradient, env: Environment, shape: readonly number[]): Gradient {
  const input = spatialInput(signal, op.kernel.length)
  const axes = tables(op, input.grid, shape)
  const first = input.grid.length - axes.length
  const gain = (env.weight(op.weight).secondMoment * op.outChannels) / op.groups
  const mixtures = groupMixtures(input, op.groups)
  const stride = strideOf(op, input.grid.length)
  const outGrid = [...input.grid.slice(0, first), ...axes.map((table) => table.output)]
  const sendBack = (g: GradientMoments): GradientMoments => {
    const dims = classCounts(outGrid)
    let second = g.second
    axes.forEach((table, i) => {
      if (trivial(table)) return
      second = applyAlong(second, dims, first + i, table.adjoint)
      dims[first + i] = table.input.counts.length
    })
    const scale = gain / g.excess
    const kept = farShare(axes) * axes.reduce((share, table) => (share * table.output.size) / table.input.size, 1)
    const near = op.kind === 'conv' ? dilateLags(g.lags, stride) : strideLags(g.lags, stride)
    // Without a stride the adjoint of a window is a window, and positions of the input share taps as those of the output do.
    const lags = withFar(stride.every((step) => step === 1) ? overlapped(near, first, axes) : near, g.lags.far * kept)
    return { second: second.map((value) => value * scale), lags, cross: g.cross * kept, tilt: null, excess: 1, sizes: g.sizes }
  }
  const perMixture = mixtures.mixtures.map((block, i) => {
    const g = gradient[i]
    if (g === null || g === undefined) return null
    const sent = sendBack(g)
    return g.drift === undefined || mixtures.mixtures.length !== input.blocks.length
      ? sent
      : withDrift(op, stride, sent, g, g.drift, block, input.grid)
  })
  const perBlock = input.blocks.map((_, b): GradientMoments | null => {
    const parts = mixtures.shares.map((shares, i) => ({
      gradient: perMixture[i] ?? null,
      weight: (shares[b] as number) * (mixtures.weights[i] as number),
    }))
    const total = parts.reduce((sum, part) => sum + part.weight, 0)
    if (total === 0 || parts.every((part) => part.gradient === null)) return null
    const only = parts.find((part) => part.gradient !== null && part.weight === total)
    if (only) return only.gradient
    const strongest = parts.reduce((a, b2) => (b2.gradient !== null && (a.gradient === null || b2.weight > a.weight) ? b2 : a))
    const model = strongest.gradient as GradientMoments
    const second = model.second.map((_v, p) =>
      parts.reduce((sum, part) => sum + (part.weight / total) * (part.gradient?.second[p] ?? 0), 0),
    )
    return { ...model, second }
  })
  return regridGradient(perBlock, input, signal)
}

export const conv: Rule<ConvOp> = {
  forward: (op, inputs, env, node) => [forward(op, inputs[0] as Signal, env, env.outputShape(node, 0))],
  backward: (op, step, env, node) => [
    step.gradients[0] ? backward(op, step.inputs[0] as Signal, step.gradients[0], env, env.outputShape(node, 0)) : null,
  ],
}

export const convTranspose: Rule<ConvTransposeOp> = {
  forward: (op, inputs, env, node) => [forward(op, inputs[0] as Signal, env, env.outputShape(node, 0))],
  backward: (op, step, env, node) => [
    step.gradients[0] ? backward(op, step.inputs[0] as Signal, step.gradients[0], env, env.outputShape(node, 0)) : null,
  ],
}
