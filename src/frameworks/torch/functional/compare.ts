/** Comparisons and logic: 0 and 1 for each element. */
import type { CompareOp, Distribution } from '../../../graph'
import { elementwise as foldElementwise } from '../fold/broadcast'
import { broadcastShapes } from '../shapes/broadcast'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { comparedDistribution } from '../tensor/distribution'
import { scalarOf } from '../tensor/elements'
import { emit } from '../tensor/emit'
import { constantTensor } from '../tensor/make'
import { isRecorded } from '../tensor/operand'
import type { Operand } from './arithmetic'

const noDistribution: Distribution = { kind: 'unknown', reason: 'no operand' }

type Relation = CompareOp['relation']

const holds: Readonly<Record<Relation, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
}

const mirrored: Readonly<Record<Relation, Relation>> = { lt: 'gt', le: 'ge', gt: 'lt', ge: 'le', eq: 'eq', ne: 'ne' }

export function compare(at: Site, relation: Relation, a: Operand, b: Operand): TensorValue {
  if (a.kind === 'number') {
    if (b.kind === 'number') return constantTensor(at, [], 'bool', holds[relation](a.value, b.value) ? 1 : 0, 'comparison')
    return compare(at, mirrored[relation], b, a)
  }
  const value =
    b.kind === 'number' ? b.value : isRecorded(at, b) || b.payload.shape.length > a.payload.shape.length ? null : scalarOf(b.payload)
  const inputs = value === null && b.kind !== 'number' ? [a, b] : [a]
  const shapes = inputs.map((input) => input.payload.shape)
  const shape = broadcastShapes(at, ...shapes)
  return emit(at, {
    op: { kind: 'compare', relation, to: value },
    inputs,
    output: { shape, dtype: 'bool' },
    ...(value === null
      ? {}
      : { draw: ([base]) => ({ distribution: comparedDistribution(base ?? noDistribution, relation, value), label: 'mask' }) }),
    fold: (known) => foldElementwise(known, shapes, shape, (x, y) => (holds[relation](x as number, value ?? (y as number)) ? 1 : 0)),
    isPure: true,
  })
}

/** `~x` of masks: 1 − x; of integers −x − 1. */
export function not(at: Site, input: TensorValue): TensorValue {
  const { shape, dtype } = input.payload
  const isMask = dtype === 'bool'
  return emit(at, { op: { kind: 'affine', factor: -1, shift: isMask ? 1 : -1 }, inputs: [input], output: { shape, dtype } })
}

/** `x & y`, `x | y`, `x ^ y` of masks: product, larger, and whether they differ. */
export function logic(at: Site, which: 'and' | 'or' | 'xor', a: TensorValue, b: TensorValue): TensorValue {
  if (which === 'xor') return compare(at, 'ne', a, b)
  const shape = broadcastShapes(at, a.payload.shape, b.payload.shape)
  const op = which === 'and' ? ({ kind: 'multiply' } as const) : ({ kind: 'extremum', which: 'max' } as const)
  return emit(at, { op, inputs: [a, b], output: { shape, dtype: 'bool' } })
}

/** condition ? a : b. */
export function where(at: Site, condition: TensorValue, a: TensorValue, b: TensorValue): TensorValue {
  const shape = broadcastShapes(at, condition.payload.shape, a.payload.shape, b.payload.shape)
  const dtype = a.payload.dtype === b.payload.dtype ? a.payload.dtype : 'float'
  return emit(at, { op: { kind: 'where' }, inputs: [condition, a, b], output: { shape, dtype } })
}
