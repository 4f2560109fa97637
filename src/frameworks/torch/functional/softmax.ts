import { axisOf } from '../shapes/axes'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'

export interface SoftmaxVariant {
  readonly log: boolean
  /** softmin. */
  readonly negate: boolean
}

/** torch's choice where no axis is given: 0 for 0, 1 and 3 axes, else 1. */
export function implicitSoftmaxAxis(rank: number): number {
  return rank === 0 || rank === 1 || rank === 3 ? 0 : 1
}

export function softmax(
  at: Site,
  input: TensorValue,
  dim: number | null,
  variant: SoftmaxVariant = { log: false, negate: false },
): TensorValue {
  const { shape } = input.payload
  const axis = axisOf(at, dim ?? implicitSoftmaxAxis(shape.length), shape.length)
  return emit(at, { op: { kind: 'softmax', axis, ...variant }, inputs: [input], output: { shape, dtype: 'float' } })
}

/** Halves a | b along an axis, a·sigmoid(b). */
export function glu(at: Site, input: TensorValue, dim: number): TensorValue {
  const { shape } = input.payload
  const axis = axisOf(at, dim, shape.length)
  const size = shape[axis] as number
  if (size % 2 !== 0) at.interpreter.raise('RuntimeError', `Halving dimension must be even, but dimension ${axis} is size ${size}`, at.span)
  return emit(at, {
    op: { kind: 'gated', fn: { name: 'sigmoid' }, axis },
    inputs: [input],
    output: { shape: shape.map((own, at) => (at === axis ? own / 2 : own)), dtype: 'float' },
  })
}
