/** What expressions give: JavaScript's primitives as they are, everything else told apart by `kind`. */
import type { Span } from '../graph'
import type { SyntaxNode } from '../syntax'

export type Primitive = undefined | null | boolean | number | string

export type Value = Primitive | Unknown | ObjectValue | ArrayValue | FunctionValue | MapValue | SetValue | PromiseValue | HostValue

/** A value that is not known, and why. */
export class Unknown {
  readonly kind = 'unknown'

  constructor(
    readonly reason: string,
    readonly span: Span | null,
    /** The function's parameter that it stands for: what it is compared to are choices of its own. */
    readonly parameter: string | null = null,
    /** What its members are taken for. */
    readonly member: ((name: string) => Value) | null = null,
  ) {}
}

export interface Property {
  readonly value: Value
  /** Where the value is written; null for values that are written nowhere. */
  readonly span: Span | null
  readonly getter?: FunctionValue
}

export class ObjectValue {
  readonly kind = 'object'
  readonly properties = new Map<string, Property>()
  /** What a class outside of the file made, for instances of classes that extend it. */
  host: HostValue | null = null

  constructor(
    readonly cls: FunctionValue | null,
    /** The literal that wrote it. */
    readonly span: Span | null,
  ) {}

  value(name: string): Value {
    return this.properties.get(name)?.value
  }
}

export class ArrayValue {
  readonly kind = 'array'

  constructor(
    readonly items: Value[],
    readonly span: Span | null = null,
  ) {}
}

export class MapValue {
  readonly kind = 'map'
  readonly entries = new Map<Value, Value>()
}

export class SetValue {
  readonly kind = 'set'
  readonly items = new Set<Value>()
}

/** A promise that is kept already: nothing here waits. */
export class PromiseValue {
  readonly kind = 'promise'

  constructor(readonly value: Value) {}
}

/** One call: who is called on, and with what. */
export interface Invocation {
  readonly self: Value
  readonly args: readonly Value[]
  readonly argSpans: readonly (Span | null)[]
  readonly span: Span | null
}

export interface ClassBody {
  readonly base: Value
  readonly methods: ReadonlyMap<string, FunctionValue>
  readonly getters: ReadonlyMap<string, FunctionValue>
  readonly fields: (instance: ObjectValue) => void
  readonly initialize: FunctionValue | null
}

export class FunctionValue {
  readonly kind = 'function'
  readonly properties = new Map<string, Property>()
  cls: ClassBody | null = null

  constructor(
    /** Anonymous functions get that of what they are bound to. */
    public name: string,
    readonly invoke: (invocation: Invocation) => Value,
    /** `new` of it; null where that is the same as calling it. */
    readonly construct: ((invocation: Invocation) => Value) | null = null,
    /** Where the file writes it; null for functions of the library. */
    readonly node: SyntaxNode | null = null,
    readonly span: Span | null = null,
  ) {}
}

/** Something of a framework. */
export abstract class HostValue {
  readonly kind = 'host'
  abstract readonly type: string

  /** undefined where it has no such member. */
  abstract get(name: string): Value

  set(_name: string, _value: Value): void {}

  /** An instance of the file's own class is made of it. */
  adoptedBy(_instance: ObjectValue): void {}
}

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown
}

export function isObject(value: Value): value is ObjectValue {
  return typeof value === 'object' && value !== null && value.kind === 'object'
}

export function isArray(value: Value): value is ArrayValue {
  return typeof value === 'object' && value !== null && value.kind === 'array'
}

export function isFunction(value: Value): value is FunctionValue {
  return typeof value === 'object' && value !== null && value.kind === 'function'
}

export function isHost(value: Value): value is HostValue {
  return typeof value === 'object' && value !== null && value.kind === 'host'
}

export function isPrimitive(value: Value): value is Primitive {
  return typeof value !== 'object' || value === null
}

/** A function of the library. */
export function native(name: string, body: (args: readonly Value[], invocation: Invocation) => Value): FunctionValue {
  return new FunctionValue(name, (invocation) => body(invocation.args, invocation))
}

/** An object of the library, with members that are written nowhere. */
export function objectOf(members: Readonly<Record<string, Value>>): ObjectValue {
  const made = new ObjectValue(null, null)
  for (const [name, value] of Object.entries(members)) made.properties.set(name, { value, span: null })
  return made
}

/** As messages show it. */
export function shown(value: Value, depth = 0): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 39)}…` : value}'`
  if (isPrimitive(value)) return String(value)
  switch (value.kind) {
    case 'unknown':
      return `not known (${value.reason})`
    case 'array':
      return depth > 2
        ? '[…]'
        : `[${value.items
            .slice(0, 8)
            .map((item) => shown(item, depth + 1))
            .join(', ')}${value.items.length > 8 ? ', …' : ''}]`
    case 'object': {
      if (value.cls !== null) return `${value.cls.name} {…}`
      const names = [...value.properties.keys()].slice(0, 6)
      return depth > 1 ? '{…}' : `{${names.map((name) => `${name}: ${shown(value.value(name), depth + 1)}`).join(', ')}}`
    }
    case 'function':
      return `${value.name === '' ? 'a function' : `${value.name}()`}`
    case 'host':
      return value.type
    case 'map':
    case 'set':
    case 'promise':
      return `a ${value.kind}`
    default:
      return value satisfies never
  }
}
