import type { AddOp, TensorId } from '../../graph'
import { activate, applyTerm } from '../activate'
import { type Aligned, align } from '../align'
import { drawnMaskShare } from '../drawnMasks'
import { expectation, type Mixture, NORMAL_SHAPE, stepExpectation } from '../gaussian/expansion'
import { sumMixture } from '../gaussian/mixture'
import { identity, linearCombination, type ScalarFunction } from '../gaussian/scalarFunction'
import { tabulate } from '../gaussian/tabulate'
import { type GradientMoments, type Term, termsTowards } from '../gradient'
import { sumLags } from '../lags'
import { commonMixes, independentMoments, type Moments, originOf, ownVariance, representative, type Signal } from '../moments'
import type { Rule } from '../rule'
import { joinSizes } from '../sampleSizes'
import { sumOfScores } from '../scores'
import { imageOf } from './activation'
import { reduceBroadcast } from './broadcast'

/** Terms that are functions of one variable, with that variable. */
interface Source {
  readonly root: Moments
  readonly fn: ScalarFunction
}

/**
 * Σ sign·x. Terms that are functions of one variable (x + x, x + relu(x)) are summed as functions; what is left has independent
 * sources: second = Σ second + Σ_{i≠j} meanᵢ·meanⱼ, same and far likewise; cumulants add.
 */
function sum(blocks: readonly Moments[], signs: readonly number[]): Moments {
  const sources: Source[] = []
  blocks.forEach((block, i) => {
    const { root, fn } = imageOf(block)
    const at = sources.findIndex((source) => originOf(source.root) === originOf(root))
    const own = fn ?? identity
    if (at < 0) sources.push({ root, fn: signs[i] === 1 ? own : linearCombination(-1, own, 0, identity) })
    else sources[at] = { root, fn: linearCombination(1, (sources[at] as Source).fn, signs[i] as number, own) }
  })
  if (sources.length < blocks.length) {
    const parts = sources.map((source) => activate(source.root, source.fn))
    return parts.length === 1
      ? (parts[0] as Moments)
      : independentSum(
          parts,
          parts.map(() => 1),
        )
  }
  return independentSum(blocks, signs)
}

/** Sum of terms with independent sources. */
export function independentSum(blocks: readonly Moments[], signs: readonly number[]): Moments {
  const size = (blocks[0] as Moments).mean.length
  const mean = new Float64Array(size)
  blocks.forEach((block, i) => {
    for (let p = 0; p < size; p++) mean[p] = (mean[p] as number) + (signs[i] as number) * (block.mean[p] as number)
  })
  const total = (of: (block: Moments) => Float64Array) => {
    const out = new Float64Array(size)
    for (const block of blocks) {
      const values = of(block)
      for (let i = 0; i < size; i++) out[i] = (out[i] as number) + (values[i] as number) - (block.mean[i] as number) ** 2
    }
    for (let i = 0; i < size; i++) out[i] = (out[i] as number) + (mean[i] as number) ** 2
    return out
  }
  const second = total((b) => b.second)
  const r = representative(blocks[0] as Moments)
  const variances = blocks.map((block) => Math.max(0, (block.second[r] as number) - (block.mean[r] as number) ** 2))
  const v = variances.reduce((a, b) => a + b, 0)
  const cumulant = (of: (block: Moments) => number, power: number) =>
    v > 0
      ? blocks.reduce((acc, block, i) => acc + of(block) * (signs[i] as number) ** (power * 2) * (variances[i] as number) ** power, 0) /
        v ** power
      : 0
  const skew =
    v > 0
      ? blocks.reduce((acc, block, i) => acc + (signs[i] as number) * block.shape.skew * (variances[i] as number) ** 1.5, 0) / v ** 1.5
      : 0
  return {
    mean,
    second,
    same: total((b) => b.same),
    far: farSum(blocks, mean),
    lags: sumLags(
      blocks.map((block) => {
        const own = ownVariance(block)
        return { lags: block.lags, own, weight: own[r] as number }
      }),
    ),
    shape: { skew, excess: cumulant((block) => block.shape.excess, 2), mixture: mixtureOf(blocks, signs) },
    spread: v > 0 ? blocks.reduce((acc, block, i) => acc + block.spread * (variances[i] as number) ** 2, 0) / v ** 2 : 0,
    alike: v > 0 ? blocks.reduce((acc, block, i) => acc + (block.alike ?? 0) * (variances[i] as number) ** 2, 0) / v ** 2 : 0,
    redundancy: v > 0 ? blocks.reduce((acc, block, i) => acc + (block.redundancy ?? 0) * (variances[i] as number) ** 2, 0) / v ** 2 : 0,
    // Σx² of a sum has the variance 2(Σv)² of normal values, less 2v² for each term whose own squares are settled
    settled: v > 0 ? blocks.reduce((acc, block, i) => acc + (block.settled ?? 0) * (variances[i] as number) ** 2, 0) / v ** 2 : 0,
    sizes: joinSizes(blocks.map(({ sizes, second: q }) => ({ sizes, share: (q[r] as number) / (second[r] as number) }))),
    mixes: commonMixes(blocks),
    image: null,
  }
}

function farSum(blocks: readonly Moments[], mean: Float64Array): Float64Array {
  const size = mean.length
  const out = new Float64Array(size * size)
  for (let i = 0, at = 0; i < size; i++)
    for (let j = 0; j < size; j++, at++) {
      let value = (mean[i] as number) * (mean[j] as number)
      for (const block of blocks) value += (block.far[at] as number) - (block.mean[i] as number) * (block.mean[j] as number)
      out[at] = value
    }
  return out
}

/** The sum's marginal at the middle of the image, where one term is a function of a normal variable and the others are normal. */
function mixtureOf(blocks: readonly Moments[], signs: readonly number[]): Mixture | undefined {
  return sumMixture(
    blocks.map((block, i) => {
      const { root, fn } = imageOf(block)
      const r = representative(root)
      const f = fn ?? identity
      return {
        f: signs[i] === 1 ? f : linearCombination(-1, f, 0, identity),
        mean: root.mean[r] as number,
        variance: Math.max(0, (root.second[r] as number) - (root.mean[r] as number) ** 2),
        shape: root.shape,
      }
    }),
  )
}

/** The blocks of an elementwise operation, each combined from the operands' blocks. */
export function assemble(aligned: Aligned, combine: (blocks: readonly Moments[]) => Moments): Signal {
  const first = aligned.signals[0] as Signal
  return {
    axes: first.axes,
    grid: first.grid,
    blocks: aligned.pairs.map((pair) => combine(pair.map((block, i) => (aligned.signals[i] as Signal).blocks[block] as Moments))),
    assignment: aligned.assignment,
  }
}

/**
 * The gradient of a sum as one of its i-th term z: what it says of the sum (an activation's mask) it says of z as far as z decides the
 * sum: E[factor² | z] = E over the other terms, normal, of factor²(sign·f(z) + rest).
 */
function towardsTerm(
  g: GradientMoments,
  output: Moments,
  aligned: Aligned,
  i: number,
  o: number,
  signs: readonly number[],
): GradientMoments {
  const blocks = (aligned.pairs[o] as readonly number[]).map((block, k) => (aligned.signals[k] as Signal).blocks[block] as Moments)
  const own = blocks[i] as Moments
  const { root, fn } = imageOf(own)
  if (g.tilt === null) return g
  if (output.image !== null) return originOf(output.image.root) === originOf(root) ? g : { ...g, tilt: null }
  const r = representative(output)
  const rest = blocks.filter((_, k) => k !== i)
  const restMean = blocks.reduce((sum, block, k) => (k === i ? sum : sum + (signs[k] as number) * (block.mean[r] as number)), 0)
  const restVariance = rest.reduce((sum, block) => sum + Math.max(0, (block.second[r] as number) - (block.mean[r] as number) ** 2), 0)
  const m = root.mean[r] as number
  const v = Math.max(0, (root.second[r] as number) - m * m)
  const value = (z: number) => (signs[i] as number) * (fn === null ? z : fn.value(z))
  const settled = (term: Term): Term => ({
    base: applyTerm(output, term, (aligned.signals[0] as Signal).grid),
    mean: () => 1,
    square: () => 1,
    law: null,
    step: [1, 1],
    kinks: [],
  })
  if (restVariance <= 1e-18 * v) {
    const terms = termsTowards(g, output).map((term) =>
      term.law !== null ? settled(term) : shifted(term, (z) => value(z) + restMean, fn === null ? [] : fn.kinks, m, v),
    )
    return { ...g, tilt: { root, terms } }
  }
  const over = (h: (x: number) => number, kinks: readonly number[]) => {
    let lastX = Number.NaN
    let lastY = 0
    return (z: number) => {
      const x = value(z)
      if (x !== lastX) {
        lastX = x
        lastY = expectation(
          (y) => h(x + y),
          kinks.map((kink) => kink - x),
          restMean,
          restVariance,
        )
      }
      return lastY
    }
  }
  const kinks = fn === null ? [] : fn.kinks
  // a rest that is never negative leaves the sum's sign to it where the term itself is below 0 only
  const jumps = fn === null ? [0] : kinks
  const only = rest.length === 1 ? imageOf(rest[0] as Moments) : null
  const exact = only !== null && only.fn !== null ? throughRest(value, only.root, only.fn, signs[1 - i] as number) : null
  const rectified = only !== null && only.fn !== null && signs[1 - i] === 1 ? overRectified(value, only.root, only.fn) : null
  const closed = (low: number, high: number) => (z: number) => stepExpectation(low, high, value(z) + restMean, restVariance, NORMAL_SHAPE)
  const terms = termsTowards(g, output).map(
    (term): Term =>
      term.law !== null
        ? settled(term)
        : term.step !== undefined && rectified !== null
          ? {
              base: term.base,
              mean: tabulate(rectified(...term.step), m, v, jumps),
              square: tabulate(rectified(term.step[0] ** 2, term.step[1] ** 2), m, v, jumps),
              kinks: jumps,
              law: null,
            }
          : exact !== null
            ? {
                base: term.base,
                mean: tabulate(exact(term.mean, term.kinks), m, v, kinks),
                square: tabulate(exact(term.square, term.kinks), m, v, kinks),
                kinks,
                law: null,
              }
            : term.step !== undefined
              ? {
                  base: term.base,
                  mean: tabulate(closed(...term.step), m, v, kinks),
                  square: tabulate(closed(term.step[0] ** 2, term.step[1] ** 2), m, v, kinks),
                  kinks,
                  law: null,
                }
              : {
                  base: term.base,
                  mean: tabulate(over(term.mean, term.kinks), m, v, kinks),
                  square: tabulate(over(term.square, term.kinks), m, v, kinks),
                  kinks,
                  law: null,
                },
  )
  return { ...g, tilt: { root, terms } }
}

/** A term of a sum whose other terms do not vary (a bias of zeros): a function of the one that does, bent where that passes its kinks. */
function shifted(term: Term, sum: (z: number) => number, kinks: readonly number[], m: number, v: number): Term {
  const crossed = [...term.kinks, 0].flatMap((kink) => crossing((z) => sum(z) - kink, m, v))
  const jumps = sum(m - 1) < sum(m + 1) && sum(0) === 0
  return {
    base: term.base,
    mean: (z) => term.mean(sum(z)),
    square: (z) => term.square(sum(z)),
    kinks: [...kinks, ...crossed],
    step: jumps && kinks.length === 0 ? term.step : undefined,
    law: null,
  }
}

/** Where a monotone function of a normal variable passes 0, if that is within nine standard deviations. */
function crossing(f: (z: number) => number, m: number, v: number): readonly number[] {
  let low = m - 9 * Math.sqrt(v)
  let high = m + 9 * Math.sqrt(v)
  const rises = f(high) > 0
  if (f(low) > 0 === rises) return []
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (f(middle) > 0 === rises) high = middle
    else low = middle
  }
  return [(low + high) / 2]
}

/** E of a step at 0 of value(z) + f(w), for f that rises linearly on both sides of 0: the sum is positive where w is above f⁻¹(−value). */
function overRectified(value: (z: number) => number, root: Moments, f: ScalarFunction) {
  const [below, above] = f.slopes ?? [-1, -1]
  if (below < 0 || above <= 0) return null
  const r = representative(root)
  const m = root.mean[r] as number
  const v = Math.max(0, (root.second[r] as number) - m * m)
  return (low: number, high: number) => (z: number) => {
    const level = -value(z)
    if (level < 0 && below === 0) return high
    return stepExpectation(low, high, m - level / (level >= 0 ? above : below), v, root.shape)
  }
}

/** E[h(value(z) + sign·f(w))] over the other term's own variable w, split where the sum crosses a kink of h. */
function throughRest(value: (z: number) => number, root: Moments, f: ScalarFunction, sign: number) {
  const r = representative(root)
  const m = root.mean[r] as number
  const v = Math.max(0, (root.second[r] as number) - m * m)
  return (h: (x: number) => number, kinks: readonly number[]) => {
    let lastX = Number.NaN
    let lastY = 0
    return (z: number) => {
      const x = value(z)
      if (x !== lastX) {
        lastX = x
        const crossings = f.slopes === null ? [] : kinks.map((kink) => (kink - x) * sign)
        lastY = expectation((w) => h(x + sign * f.value(w)), [...f.kinks, ...crossings], m, v)
      }
      return lastY
    }
  }
}

const zeros = (signal: Signal): Signal => ({
  ...signal,
  blocks: [independentMoments(signal.grid, 0, 0)],
  assignment: null,
  matrix: undefined,
})

/** Elementwise sum; the same gradient goes back to every term, summed over what was broadcast. */
export const add: Rule<AddOp> = {
  forward(op, written, env, node) {
    // What a computed mask hides is seen by the softmax behind it alone, which finds the mask for itself.
    const inputs = written.map((signal, i) => (drawnMaskShare(env.graph, node.inputs[i] as TensorId) === null ? signal : zeros(signal)))
    const aligned = align(inputs, env.outputShape(node, 0))
    return [{ ...assemble(aligned, (blocks) => sum(blocks, op.signs)), ...sumOfScores(inputs) }]
  },
  backward(op, step, env, node) {
    const gradient = step.gradients[0]
    if (!gradient) return step.inputs.map(() => null)
    const aligned = align(step.inputs, env.outputShape(node, 0))
    const output = step.outputs[0] as Signal
    return step.inputs.map((input, i) => {
      const towards =
        aligned.copies[i] === 1
          ? gradient.map((g, o) => g && towardsTerm(g, output.blocks[o] as Moments, aligned, i, o, op.signs))
          : gradient
      return reduceBroadcast(aligned, i, input, towards)
    })
  },
}
