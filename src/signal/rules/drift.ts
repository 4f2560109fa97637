/** What a gradient behind a norm still says of the value, seen from the input of the convolution in between. */
import type { ConvOp, ConvTransposeOp } from '../../graph'
import { expectation } from '../gaussian/expansion'
import { legendre } from '../gaussian/quadrature'
import { tabulate } from '../gaussian/tabulate'
import type { Drift, GradientMoments, Term } from '../gradient'
import { type Grid, mapMean } from '../grid'
import { dilateLags } from '../lagLayout'
import { type Lags, lagAt, mapLags } from '../lags'
import { type Moments, marginalVariance } from '../moments'
import { averages } from '../pairMoments'
import { imageOf } from './activation'

/**
 * A unit with few weights sees its own value come back: z at the windows around x(p) holds w_t·x(p). With the direction u of the n = T·C weights of T
 * taps over C channels and a factor F of the gradient at z, g²(x̃) is that of random gradients times n·E[u²·F²(u·x̃ + √(1 − u²)·ξ)]/E[F²] for the
 * standardized value x̃. And gradients there that say the same of z by a common factor (behind a global pool) do not sum like random ones: with
 * h(x̃) = E[u·F(u·x̃ + √(1 − u²)·ξ)], E[g²] grows by (windows − 1)·n²/(n + 2)·E[h²]·coherence.
 */
export function withDrift(
  op: ConvOp | ConvTransposeOp,
  stride: readonly number[],
  sent: GradientMoments,
  g: GradientMoments,
  drifts: readonly Drift[],
  block: Moments,
  grid: Grid,
): GradientMoments {
  const taps = op.kernel.reduce((a, b) => a * b, 1)
  const count = (taps * op.inChannels) / op.groups
  const windows = op.kind === 'conv' ? Math.max(1, taps / op.stride.reduce((a, b) => a * b, 1)) : taps
  const before = meanOf(g.second)
  if (!(before > 0) || count > MOST_WEIGHTS) return sent
  const { root, fn } = imageOf(block)
  const m = mapMean(grid, block.mean)
  const s = Math.sqrt(averages(grid, block).own)
  if (!(s > 0)) return sent
  const standardized = (z: number) => ((fn === null ? z : fn.value(z)) - m) / s
  const rootMean = mapMean(grid, root.mean)
  const rootVariance = mapMean(grid, marginalVariance(root))
  const kinks = fn === null ? [] : fn.kinks
  const over = (h: (z: number) => number) => expectation(h, kinks, rootMean, rootVariance)
  const own = ownTerm(sent, energyOf(drifts, count, before), standardized, rootMean, kinks, over)
  const terms: Term[] = [own]
  let growth = 0
  for (const drift of windows > 1 ? drifts : []) {
    if (drift.response === null) continue
    const h = tabulate(directed(drift.response, count), 0, 1, [])
    const square = over((z) => h(standardized(z)) ** 2)
    const grown = ((windows - 1) * count * count * square * (meanOf(drift.second) / before) * tapCoherence(op, drift.lags)) / (count + 2)
    if (!(grown > 1e-4)) continue
    growth += grown
    const scale = 1 / Math.sqrt(square)
    const base: GradientMoments = {
      ...sent,
      second: sent.second.map((value) => value * grown),
      lags: dilateLags(drift.lags, stride),
      cross: drift.cross,
    }
    const energy = (z: number) => (scale * h(standardized(z))) ** 2
    terms.push({ base, mean: (z) => scale * h(standardized(z)), square: energy, squareAt: inSize(energy, rootMean), kinks, law: null })
  }
  if (growth === 0 && own.step !== undefined) return sent
  const lags = mapLags(sent.lags, (c) => c / (1 + growth))
  return {
    ...sent,
    second: sent.second.map((value) => value * (1 + growth)),
    lags,
    cross: sent.cross / (1 + growth),
    tilt: { root, terms },
  }
}

/** Beyond, the part of one weight is below a hundredth of what the others send back. */
const MOST_WEIGHTS = 100

const meanOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length

/** What is said of a value by its place among others, where these are all as much larger. */
const inSize = (of: (z: number) => number, mean: number) => (size: number) => (z: number) => of(mean + (z - mean) / Math.sqrt(size))

/** The gradient's random part, of mean 1 over the values that it is larger or smaller at. */
function ownTerm(
  base: GradientMoments,
  energy: ((x: number) => number) | null,
  standardized: (z: number) => number,
  rootMean: number,
  kinks: readonly number[],
  over: (h: (z: number) => number) => number,
): Term {
  if (energy === null) return { base, mean: () => 1, square: () => 1, kinks: [], step: [1, 1], law: null }
  const level = over((z) => energy(standardized(z)))
  const square = (z: number) => energy(standardized(z)) / level
  return { base, mean: () => 1, square, squareAt: inSize(square, rootMean), kinks, law: null }
}

/** n·E[u²·F²(u·x̃ + √(1 − u²)·ξ)]/E[F²] of a gradient of second moment `total` with these parts; null where none depends on x̃. */
function energyOf(drifts: readonly Drift[], n: number, total: number): ((x: number) => number) | null {
  const parts = drifts.flatMap(({ second, energy }) => (energy === null ? [] : [{ second: meanOf(second), energy }]))
  const level = parts.reduce((sum, { second, energy }) => sum + second * energy(0, 1), 0)
  if (!(level > 0)) return null
  const { nodes, weights } = directions(n)
  const share = Math.min(1, level / total)
  const one = (energy: (shift: number, width: number) => number, x: number) =>
    nodes.reduce((sum, u, i) => (u > 0 ? sum + 2 * (weights[i] as number) * u * u * energy(u * x, Math.sqrt(1 - u * u)) : sum), 0)
  const at = (x: number) => parts.reduce((sum, { second, energy }) => sum + second * one(energy, x), 0)
  // energies and directions are even
  const half = tabulate((x) => 1 - share + (share * n * at(x)) / level, 0, 1, [])
  return (x) => half(Math.abs(x))
}

/** One coordinate u of a random direction in n dimensions, as nodes and weights: density ∝ (1 − u²)^((n−3)/2). */
function directions(n: number): { readonly nodes: readonly number[]; readonly weights: readonly number[] } {
  const rule = legendre(12)
  const reach = Math.min(Math.PI / 2, 5 / Math.sqrt(n))
  const weights = rule.nodes.map((t, i) => (rule.weights[i] as number) * Math.cos(reach * t) ** Math.max(0, n - 2))
  const total = weights.reduce((a, b) => a + b, 0)
  return { nodes: rule.nodes.map((t) => Math.sin(reach * t)), weights: weights.map((weight) => weight / total) }
}

/** h(x̃) = E[u·F(u·x̃ + √(1 − u²)·ξ)]. */
function directed(response: (shift: number, width: number) => number, n: number): (x: number) => number {
  const { nodes, weights } = directions(n)
  return (x) => nodes.reduce((sum, u, i) => sum + (weights[i] as number) * u * response(u * x, Math.sqrt(1 - u * u)), 0)
}

/** Mean correlation between the gradients of distinct windows that hold one position. */
function tapCoherence(op: ConvOp | ConvTransposeOp, lags: Lags): number {
  const lead = lags.radius.length - op.kernel.length
  let sum = 0
  let pairs = 0
  const walk = (axis: number, lag: readonly number[], weight: number) => {
    if (axis === op.kernel.length) {
      if (lag.every((d) => d === 0)) return
      sum += weight * lagAt(lags, lag)
      pairs += weight
      return
    }
    const n = op.kind === 'conv' ? Math.ceil((op.kernel[axis] as number) / (op.stride[axis] as number)) : (op.kernel[axis] as number)
    for (let d = -(n - 1); d <= n - 1; d++) walk(axis + 1, [...lag, d], weight * (n - Math.abs(d)))
  }
  walk(0, new Array<number>(lead).fill(0), 1)
  return pairs > 0 ? sum / pairs : 0
}
