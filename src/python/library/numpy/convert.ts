/** From Python values to arrays and back. */
import { asInteger, asItems, asNumber, underlying } from '../../guards'
import type { Interpreter } from '../../host'
import { bool, float, int, list } from '../../make'
import type { Bound } from '../../native'
import type { InstanceValue, UnknownValue, Value } from '../../values'
import { type ArrayPayload, type ArrayType, arrayOf, mostValues, sizeOf } from './array'
import { ndarrayClass } from './ndarrayClass'

export function makeArray(
  shape: readonly number[],
  values: number[] | null,
  type: ArrayType = 'float',
  draw: ArrayPayload['draw'] = null,
): InstanceValue {
  const kept = values !== null && values.length <= mostValues ? values : null
  const payload: ArrayPayload = { kind: 'ndarray', shape, type, values: kept, draw }
  return { kind: 'instance', cls: ndarrayClass, attributes: new Map(), payload, span: null }
}

/** An array of no dimensions is given back as a Python number, as numpy's scalars behave like. */
export function result(array: ArrayPayload, interpreter: Interpreter, args: Bound): Value {
  if (array.shape.length > 0) return makeArray(array.shape, array.values, array.type, array.draw)
  const value = array.values?.[0]
  return value === undefined ? interpreter.unknown('this number is not known', args.span) : scalar(value, array.type)
}

export function scalar(value: number, type: ArrayType): Value {
  if (type === 'bool') return bool(value !== 0)
  return type === 'int' && Number.isSafeInteger(value) ? int(value) : float(value)
}

function typeOfNumber(value: Value): ArrayType {
  const plain = underlying(value)
  return plain.kind === 'bool' ? 'bool' : plain.kind === 'int' ? 'int' : 'float'
}

const rank: readonly ArrayType[] = ['bool', 'int', 'float']

export function wider(left: ArrayType, right: ArrayType): ArrayType {
  return rank.indexOf(left) > rank.indexOf(right) ? left : right
}

/** An array, a number, or nested lists and tuples of them; an Unknown or undefined (not numbers) otherwise. */
export function toArray(value: Value, interpreter: Interpreter): ArrayPayload | UnknownValue | undefined {
  const array = arrayOf(value)
  if (array !== undefined) return array
  if (value.kind === 'unknown') return value
  const number = asNumber(value)
  if (number !== undefined) return { kind: 'ndarray', shape: [], type: typeOfNumber(value), values: [number], draw: null }
  const plain = underlying(value)
  const items = asItems(plain) ?? (plain.kind === 'range' || plain.kind === 'iterator' ? interpreter.items(plain) : null)
  if (items === null || items === undefined) return undefined
  const parts: ArrayPayload[] = []
  for (const item of items) {
    const part = toArray(item, interpreter)
    if (part === undefined || part.kind === 'unknown') return part
    parts.push(part)
  }
  const inner = parts[0]?.shape ?? []
  if (parts.some(({ shape }) => shape.length !== inner.length || shape.some((size, axis) => size !== inner[axis]))) return undefined
  const type = parts.length === 0 ? 'float' : parts.reduce((widest: ArrayType, part) => wider(widest, part.type), 'bool')
  const shape = [parts.length, ...inner]
  const known = parts.every(({ values }) => values !== null) && sizeOf(shape) <= mostValues
  return { kind: 'ndarray', shape, type, values: known ? parts.flatMap(({ values }) => values ?? []) : null, draw: null }
}

/** Nested lists of numbers; undefined where the values are not known. */
export function toLists(array: ArrayPayload): Value | undefined {
  if (array.values === null) return undefined
  const nest = (axis: number, start: number, size: number): Value => {
    const extent = array.shape[axis]
    if (extent === undefined) return scalar(array.values?.[start] ?? Number.NaN, array.type)
    const step = extent === 0 ? 0 : size / extent
    return list(Array.from({ length: extent }, (_, index) => nest(axis + 1, start + index * step, step)))
  }
  return nest(0, 0, array.values.length)
}

/** A shape given as an int, a tuple or several ints; undefined where it is not known. */
export function toShape(values: readonly Value[]): readonly number[] | undefined {
  const flat = values.flatMap((value) => asItems(value) ?? [value])
  const sizes = flat.map(asInteger)
  return sizes.every((size) => size !== undefined) ? sizes : undefined
}

/** float, int or bool for a dtype, by its name; undefined for None. */
export function toType(value: Value, interpreter: Interpreter): ArrayType | undefined {
  if (value.kind === 'none') return undefined
  const name = value.kind === 'class' ? value.name : value.kind === 'str' ? value.value : interpreter.repr(value)
  if (/bool/.test(name)) return 'bool'
  return /int|long/.test(name) ? 'int' : 'float'
}
