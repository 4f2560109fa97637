/** Reductions over axes, for data that is known. */
import type { ReduceOp } from '../../../graph'
import type { Elements } from '../tensor'
import { count, locate, rowMajor } from '../tensor/layout'

const reducers: Readonly<Record<ReduceOp['reduce'], (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  max: (values) => values.reduce((most, value) => Math.max(most, value), -Infinity),
  min: (values) => values.reduce((least, value) => Math.min(least, value), Infinity),
  prod: (values) => values.reduce((product, value) => product * value, 1),
  variance: (values) => sampleVariance(values),
  std: (values) => Math.sqrt(sampleVariance(values)),
  norm: (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)),
  logSumExp: (values) => {
    const most = values.reduce((a, b) => Math.max(a, b), -Infinity)
    return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0))
  },
}

function sampleVariance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

/** The numbers that go into each output element, in row-major order of the reduced axes. */
export function groupsAlong(elements: Elements, shape: readonly number[], axes: readonly number[]): (index: number) => number[] {
  const strides = rowMajor(shape)
  const reduced = new Set(axes)
  const outerAxes = [...shape.keys()].filter((axis) => !reduced.has(axis))
  const innerAxes = [...shape.keys()].filter((axis) => reduced.has(axis))
  const sizes = (which: readonly number[]) => which.map((axis) => shape[axis] as number)
  const steps = (which: readonly number[]) => which.map((axis) => strides[axis] as number)
  const start = locate(sizes(outerAxes), { offset: 0, strides: steps(outerAxes) })
  const offset = locate(sizes(innerAxes), { offset: 0, strides: steps(innerAxes) })
  const length = count(sizes(innerAxes))
  return (index) => {
    const first = start(index)
    return Array.from({ length }, (_, inner) => elements(first + offset(inner)))
  }
}

export function foldReduce(op: ReduceOp, elements: Elements, shape: readonly number[]): Elements | null {
  // An operand this large is not worth a second of the reader's time.
  if (count(shape) > 1 << 20) return null
  const group = groupsAlong(elements, shape, op.axes)
  return (index) => reducers[op.reduce](group(index))
}
