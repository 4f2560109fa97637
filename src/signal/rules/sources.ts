import {
  type ConstantOp,
  type InputDistribution,
  type InputOp,
  type Node,
  type ParameterOp,
  type RandomOp,
  type Rows,
  ratioRuns,
} from '../../graph'
import { NORMAL_SHAPE, type Shape } from '../gaussian/expansion'
import { maskedShare } from '../masks'
import { type Atom, independentMoments, type Moments, type Signal } from '../moments'
import { partition } from '../partition'
import type { Environment, Rule } from '../rule'
import { Unmodelled } from '../unmodelled'

interface Elements {
  readonly mean: number
  readonly second: number
  readonly shape: Shape
}

/** Moments of one element of an input. Integers count as numbers; what reads them as indices knows their distribution. */
export function elementMoments(distribution: InputDistribution): Elements {
  switch (distribution.kind) {
    case 'normal':
      return { mean: distribution.mean, second: distribution.std ** 2 + distribution.mean ** 2, shape: NORMAL_SHAPE }
    case 'uniform': {
      const mean = (distribution.low + distribution.high) / 2
      return { mean, second: mean ** 2 + (distribution.high - distribution.low) ** 2 / 12, shape: { skew: 0, excess: -1.2 } }
    }
    case 'tokens': {
      const n = distribution.below
      return { mean: (n - 1) / 2, second: ((n - 1) * (2 * n - 1)) / 6, shape: { skew: 0, excess: -1.2 } }
    }
    case 'oneHot': {
      const p = 1 / distribution.classes
      const v = p * (1 - p)
      return { mean: p, second: p, shape: v > 0 ? { skew: (1 - 2 * p) / Math.sqrt(v), excess: (1 - 6 * v) / v } : NORMAL_SHAPE }
    }
    default:
      return distribution satisfies never
  }
}

/** One axis samples, the others units: consumers that slide over an axis make positions of it. */
function sourceAxes(shape: readonly number[], sampleAxis: number | null): readonly (readonly Atom[])[] {
  return shape.map((size, axis) => (size === 1 ? [] : [{ size, role: axis === sampleAxis ? ('sample' as const) : ('unit' as const) }]))
}

const drawn = (distribution: InputDistribution, node: Node, env: Environment, sampleAxis: number): Signal => {
  const { mean, second, shape } = elementMoments(distribution)
  return {
    axes: sourceAxes(env.outputShape(node, 0), sampleAxis),
    grid: [],
    blocks: [independentMoments([], mean, second, shape)],
    assignment: null,
  }
}

/** What the model is fed: independent elements. */
export const input: Rule<InputOp> = {
  forward: (op, _inputs, env, node) => [drawn(env.input(node, op.distribution), node, env, op.sampleAxis ?? 0)],
  backward: () => [],
}

/** Fresh noise. */
export const random: Rule<RandomOp> = {
  forward: (op, _inputs, env, node) => [drawn(op.distribution, node, env, 0)],
  backward: () => [],
}

/** One draw that all samples share: same = second. */
function shared(shape: readonly number[], mean: number, second: number): Signal {
  const block: Moments = { ...independentMoments([], mean, second), same: Float64Array.of(second), far: Float64Array.of(second) }
  return { axes: sourceAxes(shape, null), grid: [], blocks: [block], assignment: null }
}

/** A parameter used as a tensor. */
export const parameter: Rule<ParameterOp> = {
  forward(op, _inputs, env, node) {
    const { mean, secondMoment } = env.weight(op.parameter)
    return [shared(env.outputShape(node, 0), mean, secondMoment)]
  },
  backward: () => [],
}

/** Rows of known numbers at their positions, which all samples share. */
function matrixOf({ mean, second, pairs }: Rows, shape: readonly number[]): Signal {
  const rowAxis = shape.findIndex((size) => size > 1)
  const grid = [partition(ratioRuns(Array.from({ length: shape[rowAxis] as number }, (_, row) => row + 1)))]
  const block: Moments = {
    ...independentMoments(grid, 0, 0),
    mean: Float64Array.from(mean),
    second: Float64Array.from(second),
    same: Float64Array.from(second),
    far: Float64Array.from(pairs),
  }
  const axes = shape.map((size, axis): readonly Atom[] => (size === 1 ? [] : [{ size, role: axis === rowAxis ? 'position' : 'unit' }]))
  return { axes, grid, blocks: [block], assignment: null }
}

/** Known numbers. */
export const constant: Rule<ConstantOp> = {
  forward(op, _inputs, env, node) {
    // What masks scores is seen by the softmax behind it alone, which finds the mask for itself.
    if (maskedShare(op) !== null) return [shared(env.outputShape(node, 0), 0, 0)]
    const { values, rows } = op
    if (rows !== undefined) return [matrixOf(rows, env.outputShape(node, 0))]
    if (values !== null && values.length > 0) {
      const average = (f: (x: number) => number) => values.reduce((sum, x) => sum + f(x), 0) / values.length
      return [
        shared(
          env.outputShape(node, 0),
          average((x) => x),
          average((x) => x * x),
        ),
      ]
    }
    if (op.mean === null || op.secondMoment === null) throw new Unmodelled('the values of a constant are not known')
    return [shared(env.outputShape(node, 0), op.mean, op.secondMoment)]
  },
  backward: () => [],
}
