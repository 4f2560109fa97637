/** Arithmetic between tensors and numbers, with broadcasting. */
import { elementwise as foldElementwise } from '../fold/broadcast'
import { broadcastShapes } from '../shapes/broadcast'
import type { Site } from '../site'
import type { DType, TensorValue } from '../tensor'
import { affineDistribution, affineLabel, drawnMask, labelOf } from '../tensor/distribution'
import { scalarOf } from '../tensor/elements'
import { emit } from '../tensor/emit'
import { complexTensor } from '../tensor/make'
import { isRecorded } from '../tensor/operand'
import { promoted } from '../tensor/promote'
import { insertAxis, select } from '../tensor/views'
import { activation } from './activations'
import { dropout } from './dropout'
import { concat } from './join'
import { normalizedByDivision, normalizedByProduct } from './written-norm'

/** A tensor, or a number with the type it has in Python. */
export type Operand = TensorValue | NumberOperand
export interface NumberOperand {
  readonly kind: 'number'
  readonly value: number
  readonly dtype: DType
}

export function dtypeOf(operand: Operand): DType {
  return operand.kind === 'number' ? operand.dtype : operand.payload.dtype
}

/** factor·x + shift. */
export function affine(at: Site, input: TensorValue, factor: number, shift: number, dtype: DType = input.payload.dtype): TensorValue {
  if (factor === 1 && shift === 0 && dtype === input.payload.dtype) return input
  const { shape } = input.payload
  return emit(at, {
    op: { kind: 'affine', factor, shift },
    inputs: [input],
    output: { shape, dtype },
    draw: ([base]) => ({
      distribution: affineDistribution(base ?? { kind: 'unknown', reason: 'no operand' }, factor, shift),
      label: affineLabel(labelOf(input), factor, shift),
    }),
  })
}

/** A known number that broadcasting leaves the other operand's shape with: a scalar tensor of data counts as one. */
function asNumberOperand(at: Site, operand: Operand, other: Operand): number | null {
  if (operand.kind === 'number') return operand.value
  if (isRecorded(at, operand)) return null
  const rank = other.kind === 'number' ? -1 : other.payload.shape.length
  return operand.payload.shape.length <= rank ? scalarOf(operand.payload) : null
}

function resultType(a: Operand, b: Operand): DType {
  return promoted(dtypeOf(a), dtypeOf(b))
}

/** Gives the two operands to the case that fits: tensor and number, number and tensor, two tensors. */
function dispatch(
  at: Site,
  a: Operand,
  b: Operand,
  right: (tensor: TensorValue, value: number) => TensorValue,
  left: (value: number, tensor: TensorValue) => TensorValue,
  both: (a: TensorValue, b: TensorValue) => TensorValue,
): TensorValue {
  const second = asNumberOperand(at, b, a)
  if (a.kind !== 'number' && second !== null) return right(a, second)
  const first = asNumberOperand(at, a, b)
  if (b.kind !== 'number' && first !== null) return left(first, b)
  if (a.kind !== 'number' && b.kind !== 'number') return both(a, b)
  throw new TypeError('two numbers are not for tensors to add')
}

/** a + factor·b. */
export function add(at: Site, a: Operand, b: Operand, factor = 1): TensorValue {
  const dtype = resultType(a, b)
  return dispatch(
    at,
    a,
    b,
    (x, value) => affine(at, x, 1, factor * value, dtype),
    (value, x) => affine(at, x, factor, value, dtype),
    (x, y) => {
      const scaled = Math.abs(factor) === 1 ? y : affine(at, y, Math.abs(factor), 0)
      return emit(at, {
        op: { kind: 'add', signs: [1, factor < 0 ? -1 : 1] },
        inputs: [x, scaled],
        output: { shape: broadcastShapes(at, x.payload.shape, y.payload.shape), dtype },
      })
    },
  )
}

export function multiply(at: Site, a: Operand, b: Operand): TensorValue {
  const dtype = resultType(a, b)
  return dispatch(
    at,
    a,
    b,
    (x, value) => affine(at, x, value, 0, dtype),
    (value, x) => affine(at, x, value, 0, dtype),
    (x, y) => {
      if (sameTensor(x, y) && x.payload.pair === undefined) return activation(at, x, { name: 'square' })
      if (x.payload.pair !== undefined && y.payload.pair !== undefined) return complexProduct(at, x.payload.pair, y.payload.pair)
      const normalized = normalizedByProduct(at, x, y) ?? normalizedByProduct(at, y, x)
      if (normalized !== null) return normalized
      const masked = maskedBy(at, x, y) ?? maskedBy(at, y, x)
      if (masked !== null) return masked
      return emit(at, {
        op: { kind: 'multiply' },
        inputs: [x, y],
        output: { shape: broadcastShapes(at, x.payload.shape, y.payload.shape), dtype },
      })
    },
  )
}

/** (a + ib)(c + id) of tensors whose last axis holds both parts: (ac − bd) + i(ad + bc). */
function complexProduct(at: Site, first: TensorValue, second: TensorValue): TensorValue {
  const part = (pair: TensorValue, which: number): TensorValue => select(at, pair, pair.payload.shape.length - 1, which)
  const [a, b, c, d] = [part(first, 0), part(first, 1), part(second, 0), part(second, 1)]
  const real = add(at, multiply(at, a, c), multiply(at, b, d), -1)
  const imaginary = add(at, multiply(at, a, d), multiply(at, b, c))
  const axis = real.payload.shape.length
  return complexTensor(at, concat(at, [insertAxis(at, real, axis), insertAxis(at, imaginary, axis)], axis))
}

/** A product with a mask that is drawn, 0 or c for each element, channel or sample: that is dropout. null: `mask` is none. */
function maskedBy(at: Site, input: TensorValue, mask: TensorValue): TensorValue | null {
  const drawn = isRecorded(at, input) ? drawnMask(mask) : null
  if (drawn === null) return null
  const variant = maskVariant(input.payload.shape, mask.payload.shape)
  if (variant === null) return null
  const { rate, value } = drawn
  const rescale = Math.abs(value * (1 - rate) - 1) < 1e-6
  const dropped = dropout(at, input, rate, variant, rescale)
  return rescale ? dropped : affine(at, dropped, value, 0)
}

/** Which elements share one draw. */
function maskVariant(shape: readonly number[], mask: readonly number[]): 'element' | 'channel' | 'path' | null {
  if (mask.length !== shape.length || mask[0] !== shape[0]) return null
  const same = mask.map((size, axis) => size === shape[axis])
  if (same.every((each) => each)) return 'element'
  if (mask.slice(1).every((size) => size === 1)) return 'path'
  return same[1] === true && mask.slice(2).every((size) => size === 1) ? 'channel' : null
}

function sameTensor(a: TensorValue, b: TensorValue): boolean {
  const x = a.payload.source
  const y = b.payload.source
  return a === b || (x.kind === 'traced' && y.kind === 'traced' && x.id === y.id)
}

export function divide(at: Site, a: Operand, b: Operand): TensorValue {
  return dispatch(
    at,
    a,
    b,
    (x, value) => affine(at, x, 1 / value, 0, 'float'),
    (value, x) => affine(at, activation(at, x, { name: 'reciprocal' }), value, 0, 'float'),
    (x, y) =>
      normalizedByDivision(at, x, y) ??
      emit(at, {
        op: { kind: 'divide' },
        inputs: [x, y],
        output: { shape: broadcastShapes(at, x.payload.shape, y.payload.shape), dtype: 'float' },
      }),
  )
}

export function power(at: Site, a: Operand, b: Operand): TensorValue {
  const dtype = resultType(a, b)
  return dispatch(
    at,
    a,
    b,
    (x, exponent) => powerOf(at, x, exponent, dtype),
    (base, x) => exponential(at, x, base, dtype),
    (x, y) => elementwise(at, 'pow', [x, y], dtype, (u, v) => (u as number) ** (v as number)),
  )
}

function powerOf(at: Site, x: TensorValue, exponent: number, dtype: DType): TensorValue {
  switch (exponent) {
    case 1:
      return affine(at, x, 1, 0, dtype)
    case 2:
      return activation(at, x, { name: 'square' })
    case 0.5:
      return activation(at, x, { name: 'sqrt' })
    case -0.5:
      return activation(at, x, { name: 'rsqrt' })
    case -1:
      return activation(at, x, { name: 'reciprocal' })
    default:
      return emit(at, { op: { kind: 'power', exponent }, inputs: [x], output: { shape: x.payload.shape, dtype } })
  }
}

/** base^x = exp(x·ln base). */
function exponential(at: Site, x: TensorValue, base: number, dtype: DType): TensorValue {
  if (!isRecorded(at, x)) return elementwise(at, 'pow', [x], dtype, (value) => base ** (value as number))
  if (base <= 0) return elementwise(at, 'pow', [x], dtype, (value) => base ** (value as number))
  return activation(at, affine(at, x, Math.log(base), 0, 'float'), { name: 'exp' })
}

/** An elementwise function that the graph has no op for: computed on data, opaque when recorded. */
export function elementwise(
  at: Site,
  name: string,
  inputs: readonly TensorValue[],
  dtype: DType,
  f: (...values: number[]) => number,
): TensorValue {
  const shape = broadcastShapes(at, ...inputs.map((input) => input.payload.shape))
  const shapes = inputs.map((input) => input.payload.shape)
  return emit(at, {
    op: { kind: 'opaque', name, reason: `the moments of ${name} are not modelled` },
    inputs,
    output: { shape, dtype },
    fold: (known) => foldElementwise(known, shapes, shape, f),
  })
}
