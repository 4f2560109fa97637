/**
 * A light ndarray: its shape, and its values where they are known numbers and few; or how they were drawn.
 * Enough for the numbers that model code computes beside its tensors.
 */
import type { Value } from '../../values'

/** Elements that are computed one by one; larger arrays have a shape only. */
export const mostValues = 4096

export type ArrayType = 'float' | 'int' | 'bool'

/** What the elements were drawn from, independently: a normal or uniform draw moved and scaled. */
export interface ArrayDraw {
  readonly kind: 'normal' | 'uniform'
  readonly mean: number
  /** Standard deviation. A uniform draw lies within mean ± √3 · std. */
  readonly std: number
}

export interface ArrayPayload {
  readonly kind: 'ndarray'
  readonly shape: readonly number[]
  readonly type: ArrayType
  /** Row-major. null where they are many or not known. */
  values: number[] | null
  /** Set where the values are null because they were drawn at random. */
  readonly draw: ArrayDraw | null
}

export function isArrayPayload(payload: unknown): payload is ArrayPayload {
  return typeof payload === 'object' && payload !== null && (payload as { kind?: unknown }).kind === 'ndarray'
}

/** A numpy array's shape, values and draw; undefined for anything else. */
export function arrayOf(value: Value): ArrayPayload | undefined {
  return value.kind === 'instance' && isArrayPayload(value.payload) ? value.payload : undefined
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** The shape of two arrays together; undefined where they do not fit. */
export function broadcast(left: readonly number[], right: readonly number[]): readonly number[] | undefined {
  const length = Math.max(left.length, right.length)
  const shape: number[] = []
  for (let index = 1; index <= length; index++) {
    const [a, b] = [left[left.length - index] ?? 1, right[right.length - index] ?? 1]
    if (a !== b && a !== 1 && b !== 1) return undefined
    shape.unshift(a === 1 ? b : a)
  }
  return shape
}

/** Row-major steps of each dimension. */
export function strides(shape: readonly number[]): readonly number[] {
  const steps: number[] = []
  let step = 1
  for (const size of [...shape].reverse()) {
    steps.unshift(step)
    step *= size
  }
  return steps
}

/** The coordinates of each element, in order. */
export function* coordinates(shape: readonly number[]): Generator<readonly number[]> {
  const size = sizeOf(shape)
  const steps = strides(shape)
  for (let index = 0; index < size; index++) {
    yield shape.map((extent, axis) => Math.floor(index / (steps[axis] ?? 1)) % extent)
  }
}

/** Values repeated along the dimensions in which a shape has one element and the target more. */
export function expand(values: readonly number[], shape: readonly number[], target: readonly number[]): number[] {
  if (shape.length === target.length && shape.every((size, axis) => size === target[axis])) return [...values]
  const steps = strides(shape)
  const offset = target.length - shape.length
  return Array.from(
    coordinates(target),
    (at) =>
      values[shape.reduce((sum, size, axis) => sum + (size === 1 ? 0 : (at[axis + offset] ?? 0) * (steps[axis] ?? 1)), 0)] ?? Number.NaN,
  )
}

export type Compute = (left: number, right: number) => number

/** How a draw changes under + − * / with a constant on its right (or left, for + and *). */
function movedDraw(draw: ArrayDraw | null, operator: string, by: number, onLeft: boolean): ArrayDraw | null {
  if (draw === null) return null
  switch (operator) {
    case '+':
      return { ...draw, mean: draw.mean + by }
    case '-':
      return onLeft ? { ...draw, mean: by - draw.mean } : { ...draw, mean: draw.mean - by }
    case '*':
      return { ...draw, mean: draw.mean * by, std: draw.std * Math.abs(by) }
    case '/':
      return onLeft ? null : { ...draw, mean: draw.mean / by, std: draw.std / Math.abs(by) }
    default:
      return null
  }
}

/** Element by element, broadcast. undefined: the shapes do not fit. */
export function elementwise(
  left: ArrayPayload,
  right: ArrayPayload,
  type: ArrayType,
  operator: string,
  compute: Compute,
): ArrayPayload | undefined {
  const shape = broadcast(left.shape, right.shape)
  if (shape === undefined) return undefined
  const [single, other, onLeft] = left.shape.length === 0 ? [left, right, true] : [right, left, false]
  const constant = single.shape.length === 0 ? single.values?.[0] : undefined
  const draw = constant === undefined ? null : movedDraw(other.draw, operator, constant, onLeft)
  if (left.values === null || right.values === null || sizeOf(shape) > mostValues)
    return { kind: 'ndarray', shape, type, values: null, draw }
  const [a, b] = [expand(left.values, left.shape, shape), expand(right.values, right.shape, shape)]
  return { kind: 'ndarray', shape, type, values: a.map((value, index) => compute(value, b[index] ?? Number.NaN)), draw: null }
}

/** Folds along axes (all of them when null), kept as size 1 where asked. */
export function reduce(
  array: ArrayPayload,
  axes: readonly number[] | null,
  keep: boolean,
  type: ArrayType,
  fold: (values: readonly number[]) => number,
): ArrayPayload {
  const folded = new Set(axes ?? array.shape.keys())
  const shape = array.shape.flatMap((size, axis) => (folded.has(axis) ? (keep ? [1] : []) : [size]))
  if (array.values === null) return { kind: 'ndarray', shape, type, values: null, draw: null }
  const groups = new Map<number, number[]>()
  const outer = array.shape.map((size, axis) => (folded.has(axis) ? 1 : size))
  const steps = strides(outer)
  let index = 0
  for (const at of coordinates(array.shape)) {
    const place = at.reduce((sum, position, axis) => sum + (folded.has(axis) ? 0 : position * (steps[axis] ?? 1)), 0)
    const group = groups.get(place) ?? []
    group.push(array.values[index] ?? Number.NaN)
    groups.set(place, group)
    index += 1
  }
  const values = Array.from({ length: sizeOf(outer) }, (_, place) => fold(groups.get(place) ?? []))
  return { kind: 'ndarray', shape, type, values, draw: null }
}

export function transposed(array: ArrayPayload, order: readonly number[]): ArrayPayload {
  const shape = order.map((axis) => array.shape[axis] ?? 1)
  if (array.values === null) return { ...array, shape }
  const steps = strides(array.shape)
  const values = Array.from(
    coordinates(shape),
    (at) => array.values?.[at.reduce((sum, position, axis) => sum + position * (steps[order[axis] ?? 0] ?? 1), 0)] ?? Number.NaN,
  )
  return { ...array, shape, values }
}
