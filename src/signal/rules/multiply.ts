import type { MultiplyOp } from '../../graph'
import { activate } from '../activate'
import { type Aligned, align } from '../align'
import { expand, expectation, NORMAL_SHAPE, type Shape, twoPoint } from '../gaussian/expansion'
import { identity, linearCombination, product, type ScalarFunction } from '../gaussian/scalarFunction'
import { addGradients, type GradientMoments, type Term, termsTowards } from '../gradient'
import { type Grid, mapMean } from '../grid'
import { farBetween, type Lags, lagAt, likeLags, makeLags } from '../lags'
import { type Moments, originOf, ownVariance, representative, type Signal, withinAt } from '../moments'
import { averages, farAt } from '../pairMoments'
import type { Rule } from '../rule'
import { joinSizes } from '../sampleSizes'
import { scaledScores } from '../scores'
import { dividendIn, queriesOfDivisor } from '../weightedAverages'
import { imageOf } from './activation'
import { assemble } from './add'
import { reduceBroadcast } from './broadcast'

const isConstant = (block: Moments): boolean => block.second.every((q, i) => q - (block.mean[i] as number) ** 2 <= 1e-14 * q)

/** Samples have the same values: known numbers and parameters. */
const isShared = (block: Moments): boolean => block.same.every((value, i) => value >= (block.second[i] as number) * (1 - 1e-9))

/**
 * a·b. Functions of one variable multiply as functions (x·sigmoid(x)); independent factors multiply moments: second = q_a·q_b,
 * same and far likewise, and within a sample E = (far + c·s)_a·(far + c·s)_b. A factor that is a known number scales.
 */
export function multiplyBlocks(a: Moments, b: Moments, grid: Grid): Moments {
  const left = imageOf(a)
  const right = imageOf(b)
  if (originOf(left.root) === originOf(right.root)) return activate(left.root, product(left.fn ?? identity, right.fn ?? identity))
  if (isConstant(b)) return scaled(a, b)
  if (isConstant(a)) return scaled(b, a)
  const times = (of: (m: Moments) => Float64Array) => of(a).map((value, i) => value * (of(b)[i] as number))
  const mean = times((m) => m.mean)
  const second = times((m) => m.second)
  return {
    mean,
    second,
    same: times((m) => m.same),
    far: times((m) => m.far),
    lags: productLags(a, b, grid),
    shape: productShape(a, b),
    spread: a.spread + b.spread,
    sizes: joinSizes([a, b].map(({ sizes }) => ({ sizes, share: 1 }))),
    mixes: isShared(b) ? a.mixes : isShared(a) ? b.mixes : undefined,
    image: null,
  }
}

/** x times a number for each position. */
function scaled(x: Moments, factor: Moments): Moments {
  const size = x.mean.length
  const c = factor.mean
  const image = x.image ?? { root: x, fn: identity }
  const even = c.every((value) => value === c[0])
  return {
    ...x,
    mean: x.mean.map((m, i) => m * (c[i] as number)),
    second: x.second.map((q, i) => q * (c[i] as number) ** 2),
    same: x.same.map((q, i) => q * (c[i] as number) ** 2),
    far: x.far.map((q, at) => q * (c[Math.floor(at / size)] as number) * (c[at % size] as number)),
    image: even ? { root: image.root, fn: linearCombination(c[0] as number, image.fn, 0, identity) } : null,
    origin: undefined,
  }
}

function productLags(a: Moments, b: Moments, grid: Grid): Lags {
  const parts = [a, b].map((m) => ({ ...averages(grid, m), lags: m.lags }))
  const [x, y] = parts as [(typeof parts)[number], (typeof parts)[number]]
  const total = x.second * y.second - x.near * y.near
  const baseAt = (lag: readonly number[]) => [farAt(grid, a, lag), farAt(grid, b, lag)] as const
  const at = (cx: number, cy: number, baseX: number, baseY: number) =>
    total > 0 ? ((baseX + cx * x.own) * (baseY + cy * y.own) - baseX * baseY) / total : 0
  const size = a.second.length
  const own = [ownVariance(a), ownVariance(b)] as const
  const shared = (i: number, j: number) => (a.far[i * size + j] as number) * (b.far[i * size + j] as number)
  const ownAt = (i: number) => Math.max(0, (a.second[i] as number) * (b.second[i] as number) - shared(i, i))
  return likeLags(
    [x.lags, y.lags],
    at(x.lags.far, y.lags.far, x.far, y.far),
    (lag) => at(lagAt(x.lags, lag), lagAt(y.lags, lag), ...baseAt(lag)),
    size,
    (i, j) => {
      const scale = Math.sqrt(ownAt(i) * ownAt(j))
      return scale > 0 ? (withinAt(a, own[0], i, j) * withinAt(b, own[1], i, j) - shared(i, j)) / scale : 0
    },
  )
}

/** Standardized cumulants of a product of independent variables, from their raw moments. */
function productShape(a: Moments, b: Moments): Shape {
  const raw = (m: Moments) => {
    const r = representative(m)
    const mean = m.mean[r] as number
    const v = Math.max(0, (m.second[r] as number) - mean ** 2)
    const third = m.shape.skew * v ** 1.5
    return [
      1,
      mean,
      v + mean ** 2,
      third + 3 * mean * v + mean ** 3,
      (m.shape.excess + 3) * v * v + 4 * mean * third + 6 * mean ** 2 * v + mean ** 4,
    ]
  }
  const [x, y] = [raw(a), raw(b)]
  const [, m1 = 0, m2 = 0, m3 = 0, m4 = 0] = x.map((value, i) => value * (y[i] as number))
  const v = m2 - m1 * m1
  if (!(v > 0)) return { skew: 0, excess: 0 }
  return { skew: (m3 - 3 * m1 * m2 + 2 * m1 ** 3) / v ** 1.5, excess: (m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 ** 4) / (v * v) - 3 }
}

/** g_a = g·b: E[g²]·E[b²], and E[g g']·E[b b'] for two positions. */
function towards(g: GradientMoments, own: Moments, other: Moments, output: Moments, grid: Grid): GradientMoments {
  const left = imageOf(own)
  const right = imageOf(other)
  if (originOf(left.root) === originOf(right.root)) {
    const factor = right.fn ?? identity
    const terms = termsTowards(g, left.root).map(
      (term): Term => ({
        ...term,
        mean: (z) => term.mean(z) * factor.value(z),
        square: (z) => term.square(z) * factor.value(z) ** 2,
        squareAt: undefined,
        step: undefined,
        kinks: [...term.kinks, ...factor.kinks],
      }),
    )
    const second = g.second.map((value, i) => value * (other.second[i] as number))
    return { ...g, second, tilt: { root: left.root, terms } }
  }
  if (g.tilt !== null && originOf(g.tilt.root) === originOf(output) && steady(own) && !steady(other))
    return towardsGate(g, other, output, grid)
  const tilt =
    g.tilt === null ? null : isConstant(other) ? scaledTilt(g, own, other) : steady(other) ? gatedTilt(g, own, other, output) : null
  return { ...towardsFactor(g, other, grid), tilt }
}

/** The gradient times an independent value. */
export function towardsFactor(g: GradientMoments, other: Moments, grid: Grid): GradientMoments {
  const { second: q, own: s, far, same } = averages(grid, other)
  const kept = (c: number, base: number) => (q > 0 ? (base + c * s) / q : 0)
  const size = g.second.length
  const variances = ownVariance(other)
  const lags = likeLags(
    [g.lags, other.lags],
    g.lags.far * kept(other.lags.far, far),
    (lag) => lagAt(g.lags, lag) * kept(lagAt(other.lags, lag), farAt(grid, other, lag)),
    size,
    (i, j) => {
      const scale = Math.sqrt((other.second[i] as number) * (other.second[j] as number))
      return scale > 0 ? (farBetween(g.lags, size, i, j) * withinAt(other, variances, i, j)) / scale : 0
    },
  )
  const second = g.second.map((value, i) => value * (other.second[i] as number))
  return { second, lags, cross: q > 0 ? (g.cross * same) / q : 0, tilt: null, excess: g.excess, sizes: g.sizes }
}

/** A factor that varies by less than a third of its size, as gates do at initialization. */
const steady = (block: Moments): boolean => block.second.every((q, i) => q - (block.mean[i] as number) ** 2 < 0.1 * q)

/**
 * The gradient of a gate sums g·x over what it gates. Where g says something of the product (the mask of an activation behind it), g·x has a mean
 * of the common base's sign: E[factor·x]² of the base's covariance between positions adds up.
 */
function towardsGate(g: GradientMoments, x: Moments, output: Moments, grid: Grid): GradientMoments {
  const terms = termsTowards(g, output)
  const m = mapMean(grid, output.mean)
  const second = mapMean(grid, output.second)
  const v = Math.max(0, second - m * m)
  const scale = second > 0 ? mapMean(grid, x.second) / second : 0
  const { own, far, same } = averages(grid, output)
  const parts = terms.flatMap((term): GradientMoments[] => {
    if (term.law !== null) return []
    const square = expectation((y) => term.square(y) * y * y, term.kinks, m, v) * scale
    const product: ScalarFunction = {
      value: (y) => term.mean(y) * y,
      derivative: () => 0,
      kinks: term.kinks,
      slopes: null,
      monotone: false,
    }
    const expansion = expand(product, m, v, NORMAL_SHAPE)
    const kept = (covariance: number) =>
      square > 0 ? (twoPoint(expansion, expansion, v > 0 ? (covariance - m * m) / v : 0) * scale) / square : 0
    const lags = makeLags(
      term.base.lags.radius.map((n, i) => Math.max(n, output.lags.radius[i] as number)),
      term.base.lags.far * kept(far + output.lags.far * own),
      (lag) => lagAt(term.base.lags, lag) * kept(farAt(grid, output, lag) + lagAt(output.lags, lag) * own),
    )
    return [{ second: term.base.second.map((b) => b * square), lags, cross: term.base.cross * kept(same), tilt: null, excess: 1 }]
  })
  return addGradients(parts) ?? { ...g, tilt: null }
}

/** What the gradient says of the product, said of the factor x that a steady gate scales. */
function gatedTilt(g: GradientMoments, own: Moments, gate: Moments, output: Moments): GradientMoments['tilt'] {
  if (g.tilt === null || originOf(g.tilt.root) !== originOf(output)) return null
  const { root, fn } = imageOf(own)
  const r = representative(gate)
  const size = Math.sqrt(gate.second[r] as number) * Math.sign(gate.mean[r] as number)
  const value = (z: number) => size * (fn === null ? z : fn.value(z))
  const weight = gate.second[r] as number
  const kinks = fn === null ? [] : fn.kinks
  const terms = g.tilt.terms
    .filter((term) => term.law === null)
    .map(
      (term): Term => ({
        base: { ...term.base, second: term.base.second.map((b) => b * weight) },
        mean: (z) => term.mean(value(z)),
        square: (z) => term.square(value(z)),
        kinks: fn === null ? term.kinks.map((kink) => kink / size) : kinks,
        step: term.step !== undefined && fn === null && size > 0 ? term.step : undefined,
        law: null,
      }),
    )
  return terms.length === g.tilt.terms.length ? { root, terms } : null
}

/** Behind a known factor the gradient says of x what it said of the product. */
function scaledTilt(g: GradientMoments, own: Moments, factor: Moments): GradientMoments['tilt'] {
  const { root } = imageOf(own)
  if (g.tilt === null || originOf(g.tilt.root) !== originOf(root)) return null
  const square = (factor.mean[0] as number) ** 2
  return {
    root,
    terms: g.tilt.terms.map((term) => ({ ...term, base: { ...term.base, second: term.base.second.map((value) => value * square) } })),
  }
}

const blockOf = (aligned: Aligned, o: number, i: number): Moments =>
  (aligned.signals[i] as Signal).blocks[(aligned.pairs[o] as readonly number[])[i] as number] as Moments

/** Elementwise product of two tensors. */
export const multiply: Rule<MultiplyOp> = {
  forward(_op, inputs, env, node) {
    const aligned = align(inputs, env.outputShape(node, 0))
    const { grid } = aligned.signals[0] as Signal
    return [{ ...assemble(aligned, ([a, b]) => multiplyBlocks(a as Moments, b as Moments, grid)), ...scaledScores(inputs) }]
  },
  backward(_op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient) return [null, null]
    const aligned = align(step.inputs, env.outputShape(node, 0))
    const output = step.outputs[0] as Signal
    const average = dividendIn(env.graph, node)
    const silent = queriesOfDivisor(env.graph, node)
    return step.inputs.map((input, i) => {
      if (i === silent) return null
      const perBlock = gradient.map(
        (g, o) =>
          g &&
          towards(g, blockOf(aligned, o, i), blockOf(aligned, o, 1 - i), output.blocks[o] as Moments, (aligned.signals[0] as Signal).grid),
      )
      const sent = reduceBroadcast(aligned, i, input, perBlock)
      return average === i ? (sent?.map((g) => g && { ...g, averaged: true as const }) ?? null) : sent
    })
  },
}
