import type { BatchNormOp } from '../../graph'
import { channelStatistics, sentThrough } from '../channelStatistics'
import { expectation } from '../gaussian/expansion'
import { inverseMean } from '../gaussian/inverseMean'
import { cumulative, density } from '../gaussian/normal'
import { type Drift, type GradientMoments, type Term, termsTowards } from '../gradient'
import { type Grid, gridPositions, mapMean } from '../grid'
import { type Lags, lagAt, mapLags, meanOverPairs } from '../lags'
import { sizeOfRole } from '../layout'
import { type Moments, marginalVariance, representative, type Signal } from '../moments'
import { positionsToUnits, unitsToPositions } from '../roles'
import type { Environment, Rule } from '../rule'
import {
  batchCovariance,
  batchSpread,
  centreSizes,
  divideByBatch,
  raiseSizes,
  type SampleSizes,
  scalesOfSizes,
  sizeSkew,
  sizeSpread,
  timesSizes,
} from '../sampleSizes'
import { Unmodelled } from '../unmodelled'
import { regridGradient } from './regrid'

interface Affine {
  readonly scaleMean: number
  readonly scaleSecond: number
  readonly shiftMean: number
  readonly shiftSecond: number
}

/** Moments of a norm's learned scale and shift; 1 and 0 where it has none. */
export function normAffine(op: { readonly scale: number | null; readonly shift: number | null }, env: Environment): Affine {
  const scale = op.scale === null ? null : env.weight(op.scale)
  const shift = op.shift === null ? null : env.weight(op.shift)
  return {
    scaleMean: scale?.mean ?? 1,
    scaleSecond: scale?.secondMoment ?? 1,
    shiftMean: shift?.mean ?? 0,
    shiftSecond: shift?.secondMoment ?? 0,
  }
}

/** Channels as units, all that is not batch as positions. */
function channelLayout(signal: Signal, channelAxis: number): Signal {
  const others = signal.axes.map((_, axis) => axis).filter((axis) => axis !== channelAxis)
  return unitsToPositions(positionsToUnits(signal, [channelAxis]), others)
}

/**
 * y = γ(x − μ_c)/√(v_c + ε) + β. second'(p) = E[γ²]·(second(p) − 2·rows(p) + c̄)/(v + ε) + E[β²]; same and far are centred
 * likewise, so the middle of a zero-padded image ends above its border. Averages over channels of v_c/(v_c + ε) and of both parts' ratios are kept;
 * v_c/(v_c + ε) varies by (ε/(v + ε))² of what v_c does, to first order.
 */
function normalize(signal: Signal, block: Moments, op: BatchNormOp, env: Environment): Moments {
  const { scaleMean, scaleSecond, shiftMean, shiftSecond } = normAffine(op, env)
  if (!op.batchStatistics) return frozen(block, op, env)
  const statistics = channelStatistics(signal, block)
  const { variance, rows, meanSquare, spread } = statistics
  const parts = statistics.parts(op.eps)
  const size = block.mean.length
  const share = variance > 0 ? variance / (variance + op.eps) : 0
  const gain = (scaleSecond / (variance + op.eps)) * statistics.kept(op.eps)
  const meanRoot = scaleMean / Math.sqrt(variance + op.eps)
  const average = mapMean(signal.grid, block.mean)
  const mean = block.mean.map((m) => meanRoot * (m - average) + shiftMean)
  const centred = (value: number, i: number, j: number) =>
    gain * parts.shared * (value - (rows[i] as number) - (rows[j] as number) + meanSquare) +
    shiftSecond +
    shiftMean * ((mean[i] as number) + (mean[j] as number) - 2 * shiftMean)
  return {
    mean,
    second: block.second.map((value, i) => gain * parts.own * (value - (block.same[i] as number)) + centred(block.same[i] as number, i, i)),
    same: block.same.map((value, i) => centred(value, i, i)),
    far: overPairs(block.far, size, centred),
    lags: scalesOfSizes(block.sizes) !== undefined ? normedLags(block.lags) : block.lags,
    shape: block.shape,
    spread: spread * (1 - share) ** 2,
    wander: block.wander,
    repeats: block.repeats,
    sizes: normedSizes(signal, block),
    alike: block.alike,
    redundancy: block.redundancy,
    image: null,
  }
}

function overPairs(pairs: Float64Array, size: number, f: (value: number, i: number, j: number) => number): Float64Array {
  const out = new Float64Array(pairs.length)
  for (let i = 0, at = 0; i < size; i++) for (let j = 0; j < size; j++, at++) out[at] = f(pairs[at] as number, i, j)
  return out
}

/** Frozen statistics, mean 0 and variance 1 as initialized: y = γx/√(1 + ε) + β. */
function frozen(block: Moments, op: BatchNormOp, env: Environment): Moments {
  const { scaleMean, scaleSecond, shiftMean, shiftSecond } = normAffine(op, env)
  const gain = scaleSecond / (1 + op.eps)
  const root = scaleMean / Math.sqrt(1 + op.eps)
  const size = block.mean.length
  const lift = (value: number, i: number, j: number) =>
    gain * value + shiftSecond + root * shiftMean * ((block.mean[i] as number) + (block.mean[j] as number))
  return {
    ...block,
    mean: block.mean.map((m) => root * m + shiftMean),
    second: block.second.map((value, i) => lift(value, i, i)),
    same: block.same.map((value, i) => lift(value, i, i)),
    far: overPairs(block.far, size, lift),
    image: null,
  }
}

/**
 * The gradient's sizes behind g − ḡ − x̂·mean(g x̂), where the two projections have the shares a and p of E[g²]: sample b adds to each what it has of the
 * batch, so that its g² keeps 1 − 2a − 2p·x̂_b² and gets a + p·x̂_b² of all.
 */
function projectedSizes(gradient: SampleSizes | undefined, sizes: SampleSizes | undefined, a: number, p: number): SampleSizes | undefined {
  const kept = 1 - a - p
  if (!(kept > 0)) return gradient
  const own = raiseSizes(gradient, Math.max(0, 1 - 2 * a - 2 * p) / kept)
  return sizes === undefined ? own : timesSizes(own, sizes, -p / kept)
}

/**
 * Where samples differ in size, what the positions of one have in common is one function of the size times a normal weight u of the channel: of the
 * correlation c remains E[c·u²/(1 − c + c·u²)].
 */
function normedLags(lags: Lags): Lags {
  const { far } = lags
  if (far < 1e-3 || far >= 1) return lags
  const kept = 1 - (1 - far) * inverseMean(1 - far, far, 2 * far * far)
  return mapLags(lags, (c) => kept + ((c - far) * (1 - kept)) / (1 - far))
}

/**
 * Each channel is divided by its own mean over the batch of B, which holds the sample's own x_b = S_b·(1 + n_b), n_b of variance
 * ν = 2·(mean squared correlation over pairs of positions, which wanders between channels) + excess/positions. To first order in ν,
 * E[x_b/x̄] keeps 1 − ν·(1 − s + γ√s)/B of sizes of variance s and skewness γ.
 */
function normedSizes(signal: Signal, block: Moments): SampleSizes | undefined {
  const samples = sizeOfRole(signal, 'sample')
  const sizes = centreSizes(block.sizes, samples)
  if (sizes === undefined) return undefined
  const positions = gridPositions(signal.grid)
  const sides = signal.grid.map((axis) => axis.size)
  const wander = block.wander === undefined ? 0 : meanOverPairs(block.wander, sides)
  const noise = 2 * (distinctPairs(block.lags, block.lags, signal.grid) + wander) + (2 + Math.max(0, block.shape.excess)) / positions
  const spread = sizeSpread(sizes)
  return raiseSizes(sizes, Math.max(0, 1 - (noise * (1 - spread + sizeSkew(sizes) * Math.sqrt(spread))) / samples))
}

/** Σ over pairs of positions of one sample, the pair with itself left out, of the product of two correlations; over N². */
function distinctPairs(a: Lags, b: Lags, grid: Grid): number {
  const sizes = grid.map((axis) => axis.size)
  const product: Lags = { radius: a.radius, far: a.far * b.far, values: a.values.map((value, i) => value * lagAt(b, unravel(a.radius, i))) }
  return meanOverPairs(product, sizes) - 1 / gridPositions(grid)
}

function unravel(radius: readonly number[], index: number): number[] {
  const lag: number[] = []
  let rest = index
  for (let axis = radius.length - 1; axis >= 0; axis--) {
    lag.unshift(rest % ((radius[axis] as number) + 1))
    rest = Math.floor(rest / ((radius[axis] as number) + 1))
  }
  return lag
}

/**
 * g_x = γ/√(v_c + ε)·(g − ḡ − x̂·mean(g x̂)). The two projections take A = E[ḡ²] and C = E[(mean g x̂)²] of E[g²]: each 1/M when
 * gradients are independent, more where positions share theirs and the activation behind correlates g with x̂.
 * What channels of different v_c send back: `sentThrough`; batches of larger samples are divided by more: for their mean size s,
 * E[g²/s] ≈ E[g²]·(1 + Var(s) − Cov(g², s)).
 */
function sendBack(
  signal: Signal,
  block: Moments,
  output: Moments,
  gradient: GradientMoments,
  op: BatchNormOp,
  env: Environment,
): GradientMoments {
  const { scaleMean, scaleSecond, shiftMean } = normAffine(op, env)
  if (!op.batchStatistics) {
    const gain = scaleSecond / (1 + op.eps)
    return { ...gradient, second: gradient.second.map((g) => g * gain), tilt: null }
  }
  const statistics = channelStatistics(signal, block)
  const { variance, count } = statistics
  if (!(variance + op.eps > 0)) throw new Unmodelled('batch norm of a constant without ε')
  if (count < 2) throw new Unmodelled('batch norm over a single value')
  const samples = sizeOfRole(signal, 'sample')
  const share = variance / (variance + op.eps)
  const g = mapMean(signal.grid, gradient.second)
  if (!(g > 0)) return { ...gradient, tilt: null }
  const apart = independentOf(signal.grid.length)
  const pairs = (lags: Lags, cross: number) => distinctPairs(lags, apart, signal.grid) / samples + (1 - 1 / samples) * cross
  const meanPart = g * (1 / count + pairs(gradient.lags, gradient.cross))
  const r = representative(output)
  const m = output.mean[r] as number
  const v = mapMean(signal.grid, marginalVariance(output))
  const root = scaleMean === 0 ? 1 : scaleMean
  const normalized = (y: number) => (y - shiftMean) / root
  let projection = 0
  const drifts: Drift[] = []
  const terms = termsTowards(gradient, output)
  for (const term of terms) {
    const base = mapMean(signal.grid, term.base.second)
    const over = term.law ?? ((h: (x: number) => number, kinks: readonly number[]) => expectation(h, kinks, m, v, output.shape))
    const [first, square] =
      term.step !== undefined && term.law === null
        ? stepMoments(term.step, (m - shiftMean) / root, Math.sqrt(v) / Math.abs(root), m / Math.sqrt(v))
        : [over((z) => term.mean(z) * normalized(z), term.kinks), over((z) => term.square(z) * normalized(z) ** 2, term.kinks)]
    const drift = term.law === null ? driftOf(term, m, v, first !== 0) : null
    if (drift !== null) drifts.push(drift)
    const near = distinctPairs(term.base.lags, output.lags, signal.grid) / samples
    projection +=
      base *
      (square / count + pairs(term.base.lags, term.base.cross) * first ** 2 + (first === 0 ? near * over(term.square, term.kinks) : 0))
  }
  const kept = Math.max(0, 1 - (meanPart + projection * (2 - share)) / g)
  const { growth: byChannels, excess } = sentThrough(statistics, block, op.eps, (1 - share) * lean(terms, output, m, v))
  const alone = batchSpread(block.sizes, samples)
  const growth = byChannels * Math.max(0, 1 + share * share * alone - share * batchCovariance(gradient.sizes, block.sizes, samples))
  const scale = (scaleSecond / (variance + op.eps)) * growth * kept
  const removed = kept > 0 ? meanPart / g : 0
  const ungrown = (scaleSecond / (variance + op.eps)) * growth
  const centred = (c: number) => (kept > 0 ? (c - removed) / kept : 0)
  return {
    second: gradient.second.map((value) => value * scale),
    lags: {
      radius: gradient.lags.radius,
      far: centred(gradient.lags.far),
      values: gradient.lags.values.map((c, i) => (i === 0 ? 1 : centred(c))),
    },
    cross: centred(gradient.cross),
    tilt: null,
    sizes: divideByBatch(projectedSizes(gradient.sizes, output.sizes, meanPart / g, projection / g), block.sizes, share),
    drift: drifts.length === 0 ? undefined : drifts.map((drift) => ({ ...drift, second: drift.second.map((value) => value * ungrown) })),
    excess,
  }
}

/** dlog E[g²]/dlog v of a gradient with these terms at channels of the norm's output, of mean m and variance v, which differ where ε is not small beside v_c. */
function lean(terms: readonly Term[], output: Moments, m: number, v: number): number {
  if (
    output.spread < 1e-3 ||
    !(v > 0) ||
    terms.every(({ step, law }) => law !== null || (step !== undefined && (m === 0 || step[0] ** 2 === step[1] ** 2)))
  )
    return 0
  const at = (scale: number) =>
    terms.reduce((sum, { base, square, kinks, law }) => {
      const weight = base.second.reduce((a, b) => a + b, 0)
      return sum + weight * (law === null ? expectation(square, kinks, m, v * scale, output.shape) : law(square, kinks))
    }, 0)
  return Math.log(at(1.1) / at(0.9)) / Math.log(1.1 / 0.9)
}

/** What a factor of the gradient says of a normal value of mean m and variance v; a step at 0 says as much of it with either sign. null: nothing. */
function driftOf(term: Term, m: number, v: number, leans: boolean): Drift | null {
  const width = Math.sqrt(v)
  const over = (h: (z: number) => number) => (shift: number, spread: number) =>
    expectation(h, term.kinks, m + width * shift, v * spread * spread)
  const alike = term.base.lags.far !== 0 || term.base.lags.values.length > 1
  const square = over(term.square)
  const response = leans && alike ? over(term.mean) : null
  const energy = term.step === undefined ? (shift: number, spread: number) => (square(shift, spread) + square(-shift, spread)) / 2 : null
  return response === null && energy === null
    ? null
    : { second: term.base.second, lags: term.base.lags, cross: term.base.cross, response, energy }
}

/** E[F·x̂] and E[F²·x̂²] for F a step at z = 0 of a normal z, x̂ = d + s·x: with Φ and φ at t = m/σ. */
function stepMoments(step: readonly [number, number], d: number, s: number, t: number): readonly [number, number] {
  const p = density(t)
  const c = cumulative(t)
  const first = d * c + s * p
  const second = d * d * c + 2 * d * s * p + s * s * (c - t * p)
  const [below, above] = step
  return [below * d + (above - below) * first, below ** 2 * (d * d + s * s) + (above ** 2 - below ** 2) * second]
}

const independentOf = (axes: number): Lags => ({ radius: new Array<number>(axes).fill(0), values: Float64Array.of(1), far: 1 })

/** Batch normalization with batch statistics (Ioffe & Szegedy 2015; backward: Yang et al. 2019, exact in M = batch × positions). */
export const batchNorm: Rule<BatchNormOp> = {
  forward(op, inputs, env) {
    const signal = channelLayout(inputs[0] as Signal, op.channelAxis)
    const { scaleMean, scaleSecond, shiftMean, shiftSecond } = normAffine(op, env)
    const key = `batchNorm ${op.eps} ${op.batchStatistics} ${scaleMean} ${scaleSecond} ${shiftMean} ${shiftSecond} ${sizeOfRole(signal, 'sample')}`
    return [{ ...signal, blocks: signal.blocks.map((block) => env.remember(block, key, () => normalize(signal, block, op, env))) }]
  },
  backward(op, step, env) {
    const gradient = step.gradients[0]
    if (!gradient) return [null]
    const original = step.inputs[0] as Signal
    const signal = channelLayout(original, op.channelAxis)
    const output = step.outputs[0] as Signal
    const back = signal.blocks.map((block, i) => {
      const g = gradient[i]
      return g === null || g === undefined ? null : sendBack(signal, block, output.blocks[i] as Moments, g, op, env)
    })
    return [regridGradient(back, signal, original)]
  },
}
