/** Reductions over axes. */
import type { ReduceOp } from '../../../graph'
import { groupsAlong } from '../fold/reduce'
import type { Site } from '../site'
import type { DType, Elements, TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { count } from '../tensor/layout'

export function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]))
}

export function reduce(at: Site, input: TensorValue, which: ReduceOp['reduce'], axes: readonly number[], keepDims: boolean): TensorValue {
  const { shape, dtype } = input.payload
  const keepsType = which === 'max' || which === 'min'
  const whole = (which === 'sum' || which === 'prod') && dtype !== 'float'
  const output: DType = keepsType ? dtype : whole ? 'int' : 'float'
  return emit(at, {
    op: { kind: 'reduce', reduce: which, axes, keepDims },
    inputs: [input],
    output: { shape: reducedShape(shape, axes, keepDims), dtype: output },
  })
}

/** A reduction that the graph has no op for: computed on data, opaque when recorded. `f` gets the reduced elements in row-major order. */
export function opaqueReduce(
  at: Site,
  name: string,
  input: TensorValue,
  axes: readonly number[],
  keepDims: boolean,
  dtype: DType,
  f: (values: readonly number[]) => number,
): TensorValue {
  const { shape } = input.payload
  return emit(at, {
    op: { kind: 'opaque', name, reason: `the moments of ${name} are not modelled` },
    inputs: [input],
    output: { shape: reducedShape(shape, axes, keepDims), dtype },
    fold: ([elements]) => (elements === undefined || count(shape) > 1 << 20 ? null : folded(elements, shape, axes, f)),
  })
}

function folded(elements: Elements, shape: readonly number[], axes: readonly number[], f: (values: readonly number[]) => number): Elements {
  const group = groupsAlong(elements, shape, axes)
  return (index) => f(group(index))
}

/** A function of the values along one axis that gives as many: cumsum, sort. */
export function along(
  at: Site,
  name: string,
  input: TensorValue,
  axis: number,
  dtype: DType,
  f: (values: readonly number[]) => readonly number[],
): TensorValue {
  const { shape } = input.payload
  return emit(at, {
    op: { kind: 'opaque', name, reason: `the moments of ${name} are not modelled` },
    inputs: [input],
    output: { shape, dtype },
    fold: ([elements]) => {
      if (elements === undefined || count(shape) > 1 << 18) return null
      const group = groupsAlong(elements, shape, [axis])
      const inner = count(shape.slice(axis + 1))
      const size = shape[axis] ?? 1
      const rows = Array.from({ length: count(shape) / Math.max(1, size) }, (_, which) => f(group(which)))
      return (index) => {
        const row = rows[Math.floor(index / (inner * size)) * inner + (index % inner)]
        return row?.[Math.floor(index / inner) % size] ?? Number.NaN
      }
    },
  })
}
