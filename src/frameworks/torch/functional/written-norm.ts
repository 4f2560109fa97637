/**
 * Normalizations that a program writes out: `(x − x.mean(d)) / (x.std(d) + ε)`, `x · rsqrt(x².mean(d) + ε)`, `x / x.norm(d)`. As one
 * operation, what is normalized and by what stay tied to each other, forward and backward.
 */
import type { Node, ReduceOp, TensorId } from '../../../graph'
import type { Trace } from '../../trace'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { tracedTensor } from '../tensor/make'
import { affine, multiply } from './arithmetic'

/** An ε that is added to a standard deviation rather than to a variance is only left out when it is as small as this. */
const negligible = 1e-4

/** What a tensor is divided by: a measure of `of` over some axes, √ already taken. */
interface Measure {
  readonly of: TensorId
  readonly axes: readonly number[]
  /** Of the squares themselves, of the squares around the mean, or their root sum. */
  readonly kind: 'rootMeanSquare' | 'deviation' | 'norm'
  /** Divisor n − 1 instead of n. */
  readonly unbiased: boolean
  readonly eps: number
}

/** `input / divisor` as a normalization; null when the divisor measures something else. */
export function normalizedByDivision(at: Site, input: TensorValue, divisor: TensorValue): TensorValue | null {
  const pair = tracedPair(input, divisor)
  if (pair === null) return null
  const measure = rootMeasure(pair.trace, pair.second)
  return normalized(at, input, pair, measure) ?? scaledFirst(at, pair, measure)
}

/** `γ · (x − mean) / deviation`: the product came first. */
function scaledFirst(at: Site, { trace, first, second }: Pair, measure: Measure | null): TensorValue | null {
  const { op, inputs } = trace.producer(first)
  if (op.kind !== 'multiply' || measure === null) return null
  for (const [which, id] of inputs.entries()) {
    const other = inputs[1 - which]
    const factor = tracedTensor(at, trace, id)
    const result = normalized(at, factor, { trace, first: id, second }, measure)
    if (result !== null && other !== undefined) return multiply(at, tracedTensor(at, trace, other), result)
  }
  return null
}

/** `input · factor` where the factor is one over a root. */
export function normalizedByProduct(at: Site, input: TensorValue, factor: TensorValue): TensorValue | null {
  const pair = tracedPair(input, factor)
  if (pair === null) return null
  const { op, inputs } = pair.trace.producer(pair.second)
  const [under] = inputs
  if (op.kind !== 'activation' || under === undefined) return null
  if (op.fn.name === 'rsqrt') return normalized(at, input, pair, squareMeasure(pair.trace, under))
  return op.fn.name === 'reciprocal' ? normalized(at, input, pair, rootMeasure(pair.trace, under)) : null
}

interface Pair {
  readonly trace: Trace
  readonly first: TensorId
  readonly second: TensorId
}

function tracedPair(a: TensorValue, b: TensorValue): Pair | null {
  const [x, y] = [a.payload.source, b.payload.source]
  return x.kind === 'traced' && y.kind === 'traced' && x.trace === y.trace ? { trace: x.trace, first: x.id, second: y.id } : null
}

/** factor·x + shift and the x below; 1·x + 0 for all other nodes. */
function affinePart(trace: Trace, id: TensorId): { readonly id: TensorId; readonly factor: number; readonly shift: number } {
  let at = id
  let factor = 1
  let shift = 0
  for (;;) {
    const { op, inputs } = trace.producer(at)
    const [below] = inputs
    if (below === undefined || (op.kind !== 'affine' && (op.kind !== 'cast' || op.stopGradient))) return { id: at, factor, shift }
    if (op.kind === 'affine') {
      shift += factor * op.shift
      factor *= op.factor
    }
    at = below
  }
}

/** √(variance + ε), a standard deviation + ε, or a norm. */
function rootMeasure(trace: Trace, id: TensorId): Measure | null {
  const { id: below, factor, shift } = affinePart(trace, id)
  const node = trace.producer(below)
  const [under] = node.inputs
  if (under === undefined || shift < 0) return null
  if (node.op.kind === 'activation' && node.op.fn.name === 'sqrt') {
    const measure = factor === 1 && shift <= negligible ? squareMeasure(trace, under) : null
    return measure === null || (shift > 0 && measure.eps > 0) ? null : measure
  }
  if (node.op.kind !== 'reduce' || !node.op.keepDims || shift > negligible) return null
  if (node.op.reduce === 'norm' && factor === 1) return { of: under, axes: node.op.axes, kind: 'norm', unbiased: false, eps: shift }
  return node.op.reduce === 'std' ? deviation(trace, node, node.op, factor ** 2, 0) : null
}

/** A variance + ε, or a mean of squares + ε. */
function squareMeasure(trace: Trace, id: TensorId): Measure | null {
  const { id: below, factor, shift } = affinePart(trace, id)
  const node = trace.producer(below)
  if (node.op.kind !== 'reduce' || !node.op.keepDims || shift < 0) return null
  if (node.op.reduce === 'variance') return deviation(trace, node, node.op, factor, shift)
  const [squares] = node.inputs
  if (node.op.reduce !== 'mean' || factor !== 1 || squares === undefined) return null
  const square = trace.producer(squares)
  const [of] = square.inputs
  const isSquare = square.op.kind === 'activation' && square.op.fn.name === 'square'
  return isSquare && of !== undefined ? { of, axes: node.op.axes, kind: 'rootMeanSquare', unbiased: false, eps: shift } : null
}

/** torch divides by n − 1 unless told otherwise, which shows as the factor (n − 1)/n on the variance. */
function deviation(trace: Trace, node: Node, op: ReduceOp, factor: number, eps: number): Measure | null {
  const [of] = node.inputs
  if (of === undefined) return null
  const n = sizeOver(trace, of, op.axes)
  const biased = Math.abs(factor - (n - 1) / n) < 1e-12
  return factor === 1 || biased ? { of, axes: op.axes, kind: 'deviation', unbiased: !biased, eps } : null
}

function sizeOver(trace: Trace, id: TensorId, axes: readonly number[]): number {
  return axes.reduce((product, axis) => product * (trace.tensor(id).shape[axis] ?? 1), 1)
}

/** The x of x − x.mean(axes); null for all else. */
function centered(trace: Trace, id: TensorId, axes: readonly number[]): TensorId | null {
  const { op, inputs } = trace.producer(id)
  const [x, mean] = inputs
  if (op.kind !== 'add' || op.signs[0] !== 1 || op.signs[1] !== -1 || x === undefined || mean === undefined) return null
  const reduction = trace.producer(mean)
  const isMean =
    reduction.op.kind === 'reduce' && reduction.op.reduce === 'mean' && reduction.op.keepDims && sameAxes(reduction.op.axes, axes)
  return isMean && reduction.inputs[0] === x ? x : null
}

function sameAxes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((axis, index) => axis === b[index])
}

function normalized(at: Site, input: TensorValue, { trace, first }: Pair, measure: Measure | null): TensorValue | null {
  if (measure === null || measure.axes.length === 0) return null
  const { axes, eps } = measure
  const { shape } = input.payload
  if (measure.kind === 'norm') {
    const [axis] = axes
    if (measure.of !== first || axes.length !== 1 || axis === undefined) return null
    return emit(at, { op: { kind: 'normalize', p: 2, axis, eps }, inputs: [input], output: { shape, dtype: 'float' } })
  }
  const source = centered(trace, first, axes)
  // The deviation is around the mean already; a mean of squares is one when what it squares is centered.
  const ofCentered =
    source !== null &&
    (measure.kind === 'deviation' ? measure.of === source : measure.of === first || centered(trace, measure.of, axes) === source)
  const ofRaw = measure.kind === 'rootMeanSquare' && measure.of === first
  const of = ofCentered ? source : ofRaw ? first : null
  const op = normOp(axes, shape.length, eps, ofCentered)
  if (of === null || op === null) return null
  const result = emit(at, { op, inputs: [tracedTensor(at, trace, of)], output: { shape, dtype: 'float' } })
  const n = sizeOver(trace, of, axes)
  return measure.unbiased ? affine(at, result, Math.sqrt((n - 1) / n), 0) : result
}

/** Over batch and positions of each channel it is batch norm, over other axes a norm of each sample; null where samples are mixed otherwise. */
function normOp(axes: readonly number[], rank: number, eps: number, center: boolean) {
  const others = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis))
  const [channel] = others
  if (axes[0] === 0 && center && others.length === 1 && channel !== undefined) {
    return { kind: 'batchNorm', eps, scale: null, shift: null, channelAxis: channel, batchStatistics: true } as const
  }
  return axes[0] === 0 ? null : ({ kind: 'layerNorm', axes, eps, center, scale: null, shift: null } as const)
}
