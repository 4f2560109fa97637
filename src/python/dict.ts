/**
 * Insertion-ordered map under Python's equality: 1, 1.0 and True are one key, tuples and frozensets are compared by content.
 * An instance is its own key unless it stands for a builtin value (a str enum's member, a subclass of int);
 * a class's own `__eq__` and `__hash__` are not asked. An Unknown is equal to itself only.
 */
import type { DictEntries, TupleValue, Value } from './values'

type Key = string | number | bigint | object

const identities = new WeakMap<object, number>()
let identityCount = 0

/** A number for an object that no other object has: Python's `id`. */
export function identity(value: object): number {
  const known = identities.get(value)
  if (known !== undefined) return known
  identityCount += 1
  identities.set(value, identityCount)
  return identityCount
}

function numberKey(value: number | bigint, self: object): Key {
  if (typeof value === 'bigint') return value
  if (Number.isNaN(value)) return self
  if (Number.isSafeInteger(value) || !Number.isInteger(value)) return value
  return BigInt(value)
}

function written(key: Key): string {
  switch (typeof key) {
    case 'string':
      return `s${key.length}:${key}`
    case 'object':
      return `o${identity(key)}`
    default:
      return `n${key}`
  }
}

function isValue(payload: unknown): payload is Value {
  return typeof payload === 'object' && payload !== null && typeof (payload as { kind?: unknown }).kind === 'string'
}

const mostParts = 10_000

/** Whether a tuple has few parts, those of the tuples within it counted each time. */
function isModest(tuple: TupleValue): boolean {
  let count = 0
  const waiting: TupleValue[] = [tuple]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    count += next.items.length
    if (count > mostParts) return false
    for (const item of next.items) if (item.kind === 'tuple') waiting.push(item)
  }
  return true
}

/** What a Map compares by. Strings that start with NUL are ours. */
export function keyOf(value: Value): Key {
  switch (value.kind) {
    case 'str':
      return value.value.charCodeAt(0) === 0 ? `\0s${value.value}` : value.value
    case 'int':
    case 'float':
      return numberKey(value.value, value)
    case 'bool':
      return value.value ? 1 : 0
    case 'complex':
      return value.imaginary === 0 ? numberKey(value.real, value) : `\0c${value.real}:${value.imaginary}`
    case 'bytes':
      return `\0b${value.value}`
    case 'tuple':
      // One tuple held many times over would make a key without end.
      if (!isModest(value)) return value
      return `\0t${value.items.map((item) => written(keyOf(item))).join(',')}`
    case 'range':
      return `\0r${value.start}:${value.stop}:${value.step}`
    case 'set':
      return value.frozen
        ? `\0f${Array.from(value.entries.keys(), (item) => written(keyOf(item)))
            .sort()
            .join(',')}`
        : value
    case 'method':
      return `\0m${identity(value.self)}:${identity(value.fn)}`
    case 'instance':
      return isValue(value.payload) && isHashable(value.payload) && value.payload.kind !== 'instance' ? keyOf(value.payload) : value
    default:
      return value
  }
}

/** False for lists, dicts and sets, and for tuples that hold one. */
export function isHashable(value: Value): boolean {
  switch (value.kind) {
    case 'list':
    case 'dict':
      return false
    case 'set':
      return value.frozen
    case 'tuple':
      return value.items.every(isHashable)
    default:
      return true
  }
}

const nothing: ReadonlyMap<Key, readonly [Value, Value]> = new Map()

export class Entries implements DictEntries {
  /** Made with the first entry: modules have many dicts that stay empty. */
  private made: Map<Key, readonly [Value, Value]> | null = null

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    for (const [key, value] of entries) this.set(key, value)
  }

  private get map(): ReadonlyMap<Key, readonly [Value, Value]> {
    return this.made ?? nothing
  }

  get size(): number {
    return this.map.size
  }

  get(key: Value): Value | undefined {
    return this.map.get(keyOf(key))?.[1]
  }

  /** Keeps the place and the key of an entry that is there. */
  set(key: Value, value: Value): void {
    const compared = keyOf(key)
    this.made ??= new Map()
    this.made.set(compared, [this.made.get(compared)?.[0] ?? key, value])
  }

  has(key: Value): boolean {
    return this.map.has(keyOf(key))
  }

  delete(key: Value): boolean {
    return this.made?.delete(keyOf(key)) ?? false
  }

  *keys(): Iterable<Value> {
    for (const entry of this.map.values()) yield entry[0]
  }

  *values(): Iterable<Value> {
    for (const entry of this.map.values()) yield entry[1]
  }

  entries(): Iterable<readonly [Value, Value]> {
    return this.map.values()
  }

  clear(): void {
    this.made = null
  }
}
