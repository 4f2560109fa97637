/** Constructors of values. None, True, False, Ellipsis and NotImplemented are singletons, since `is` is object identity. */
import type { Span } from '../graph'
import { Entries } from './dict'
import type {
  BoolValue,
  BytesValue,
  ComplexValue,
  DictValue,
  EllipsisValue,
  FloatValue,
  IntValue,
  IteratorValue,
  ListValue,
  NoneValue,
  NotImplementedValue,
  RangeValue,
  SetValue,
  SliceValue,
  StrValue,
  TupleValue,
  UnknownValue,
  Value,
} from './values'

export const none: NoneValue = { kind: 'none' }
export const ellipsis: EllipsisValue = { kind: 'ellipsis' }
export const notImplemented: NotImplementedValue = { kind: 'notImplemented' }
const yes: BoolValue = { kind: 'bool', value: true }
const no: BoolValue = { kind: 'bool', value: false }

const smallest = -8
const smallInts: readonly IntValue[] = Array.from({ length: 1033 }, (_, index) => ({ kind: 'int', value: index + smallest }))

export function bool(value: boolean): BoolValue {
  return value ? yes : no
}

/** A whole number; a bigint within the safe integers becomes a number, a number beyond them a bigint. */
export function int(value: number | bigint): IntValue {
  if (typeof value === 'bigint') {
    const near = Number(value)
    return Number.isSafeInteger(near) ? int(near) : { kind: 'int', value }
  }
  // -0 is not an int of Python's.
  if (value === 0) return smallInts[-smallest] as IntValue
  // Asking an array for an index that it does not have is slow.
  if (value >= smallest && value < smallest + smallInts.length) return smallInts[value - smallest] as IntValue
  return { kind: 'int', value: Number.isSafeInteger(value) ? value : BigInt(value) }
}

export function float(value: number): FloatValue {
  return { kind: 'float', value }
}

export function complex(real: number, imaginary: number): ComplexValue {
  return { kind: 'complex', real, imaginary }
}

export function str(value: string): StrValue {
  return { kind: 'str', value }
}

/** One character for each byte. */
export function bytes(value: string): BytesValue {
  return { kind: 'bytes', value }
}

/** Owns `items` from here on: hand over a fresh array. */
export function list(items: Value[] = []): ListValue {
  return { kind: 'list', items }
}

export function tuple(items: readonly Value[] = []): TupleValue {
  return { kind: 'tuple', items }
}

export function dict(entries: Iterable<readonly [Value, Value]> = []): DictValue {
  return { kind: 'dict', entries: new Entries(entries) }
}

/** A dict with string keys, as `**kwargs` is. */
export function stringDict(entries: Iterable<readonly [string, Value]>): DictValue {
  const made = dict()
  for (const [key, value] of entries) made.entries.set(str(key), value)
  return made
}

export function set(items: Iterable<Value> = [], frozen = false): SetValue {
  const entries = new Entries()
  for (const item of items) entries.set(item, none)
  return { kind: 'set', entries, frozen }
}

export function slice(start: Value = none, stop: Value = none, step: Value = none): SliceValue {
  return { kind: 'slice', start, stop, step }
}

export function range(start: number, stop: number, step = 1): RangeValue {
  return { kind: 'range', start, stop, step }
}

/** `next` gives undefined at the end, and keeps doing so. */
export function iterator(name: string, next: () => Value | undefined): IteratorValue {
  return { kind: 'iterator', name, next }
}

export function unknown(reason: string, span: Span | null = null, hint?: string): UnknownValue {
  return hint === undefined ? { kind: 'unknown', reason, span } : { kind: 'unknown', reason, span, hint }
}
