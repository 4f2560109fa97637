/** What kind of value something is, and what it is as a plain number, string or boolean. */
import type { BoolValue, FloatValue, InstanceValue, IntValue, ListValue, StrValue, TupleValue, UnknownValue, Value } from './values'

const builtinKinds: ReadonlySet<unknown> = new Set(['int', 'float', 'complex', 'str', 'bytes', 'list', 'tuple', 'dict', 'set', 'unknown'])

function isBuiltinValue(payload: unknown): payload is Value {
  return typeof payload === 'object' && payload !== null && builtinKinds.has((payload as { kind?: unknown }).kind)
}

/**
 * An instance of a class that derives from int, str, list, dict, … keeps the builtin value that it stands for as its payload;
 * this gives that value (an Unknown where it is not known), and everything else as it is.
 */
export function underlying(value: Value): Value {
  return value.kind === 'instance' && isBuiltinValue(value.payload) ? value.payload : value
}

export function isUnknown(value: Value): value is UnknownValue {
  return value.kind === 'unknown'
}

export function isNone(value: Value): boolean {
  return value.kind === 'none'
}

export function isInt(value: Value): value is IntValue {
  return value.kind === 'int'
}

export function isStr(value: Value): value is StrValue {
  return value.kind === 'str'
}

/** int, float or bool. */
export function isNumber(value: Value): value is IntValue | FloatValue | BoolValue {
  return value.kind === 'int' || value.kind === 'float' || value.kind === 'bool'
}

export function isSequence(value: Value): value is ListValue | TupleValue {
  return value.kind === 'list' || value.kind === 'tuple'
}

export function isInstance(value: Value): value is InstanceValue {
  return value.kind === 'instance'
}

/** Of an int (also beyond the safe integers), float, bool or an instance that stands for one. */
export function asNumber(value: Value): number | undefined {
  const plain = underlying(value)
  switch (plain.kind) {
    case 'int':
    case 'float':
    case 'bool':
      return Number(plain.value)
    default:
      return undefined
  }
}

/** Of an int or bool within the safe integers. */
export function asInteger(value: Value): number | undefined {
  const plain = underlying(value)
  if (plain.kind === 'bool') return plain.value ? 1 : 0
  return plain.kind === 'int' && typeof plain.value === 'number' ? plain.value : undefined
}

export function asString(value: Value): string | undefined {
  const plain = underlying(value)
  return plain.kind === 'str' ? plain.value : undefined
}

export function asBoolean(value: Value): boolean | undefined {
  return value.kind === 'bool' ? value.value : undefined
}

/** A list's or tuple's items. */
export function asItems(value: Value): readonly Value[] | undefined {
  const plain = underlying(value)
  return plain.kind === 'list' || plain.kind === 'tuple' ? plain.items : undefined
}

/** An int, or a list or tuple of ints. */
export function asIntegers(value: Value): readonly number[] | undefined {
  const one = asInteger(value)
  if (one !== undefined) return [one]
  const items = asItems(value)
  if (items === undefined) return undefined
  const found: number[] = []
  for (const item of items) {
    const integer = asInteger(item)
    if (integer === undefined) return undefined
    found.push(integer)
  }
  return found
}

/** The first Unknown among values, or inside their lists and tuples. */
export function firstUnknown(values: Iterable<Value>): UnknownValue | undefined {
  return searchUnknown(values, undefined)
}

/** `seen` holds the lists and tuples that were searched, of which a structure may hold one many times. */
function searchUnknown(values: Iterable<Value>, seen: Set<Value> | undefined): UnknownValue | undefined {
  let searched = seen
  for (const value of values) {
    if (value.kind === 'unknown') return value
    if ((value.kind !== 'list' && value.kind !== 'tuple') || searched?.has(value)) continue
    searched ??= new Set()
    searched.add(value)
    const inside = searchUnknown(value.items, searched)
    if (inside !== undefined) return inside
  }
  return undefined
}
