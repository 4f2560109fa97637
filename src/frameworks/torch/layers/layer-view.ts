/** A layer as its declaration sees it: attributes as numbers, parameters to make. */
import type { Initializer, ParameterRole, Span } from '../../../graph'
import { asBoolean, asInteger, asIntegers, asNumber, asString, firstUnknown } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { none, tuple } from '../../../python/make'
import type { InstanceValue, UnknownValue, Value } from '../../../python/values'
import { register, registered, registryOf } from '../module/registry'
import { defaultInitializer, isTensor, type Storage } from '../tensor'
import { constantTensor } from '../tensor/make'
import { makeParameter } from '../tensor/parameter'
import { drawInto } from './defaults'

/** What a layer's parameter of this name is drawn from when the code says nothing; asked when its shape is known. */
export type Draw = (name: string, layer: LayerView) => Initializer

const undrawn = defaultInitializer({ kind: 'unknown', reason: 'the layer does not say what it is drawn from' }, 'not known')

/** Sizes as numbers, or the Unknown among them. */
export type Sizes = readonly number[] | UnknownValue

export function isSizes(sizes: Sizes): sizes is readonly number[] {
  return Array.isArray(sizes)
}

export class LayerView {
  constructor(
    readonly interpreter: Interpreter,
    readonly module: InstanceValue,
    /** The expression that constructs or calls it. */
    readonly span: Span | null,
    private readonly draw: Draw = () => undrawn,
  ) {}

  /** An attribute, parameter, buffer or child, as `self.name`. */
  value(name: string): Value {
    return this.module.attributes.get(name) ?? registered(this.module, name) ?? this.interpreter.getAttribute(this.module, name, this.span)
  }

  number(name: string): number | undefined {
    return asNumber(this.value(name))
  }

  integer(name: string): number | undefined {
    return asInteger(this.value(name))
  }

  boolean(name: string): boolean | undefined {
    return asBoolean(this.value(name))
  }

  string(name: string): string | undefined {
    return asString(this.value(name))
  }

  integers(name: string): readonly number[] | undefined {
    return asIntegers(this.value(name))
  }

  /** Shape of a tensor that it holds; null when it holds none under that name. */
  shape(name: string): readonly number[] | null {
    const held = registered(this.module, name)
    return isTensor(held) ? held.payload.shape : null
  }

  /** Storage of a parameter that it holds. */
  storage(name: string): Storage | null {
    const held = registered(this.module, name)
    return isTensor(held) && held.payload.source.kind === 'data' ? held.payload.source.storage : null
  }

  set(name: string, value: Value): void {
    this.module.attributes.set(name, value)
  }

  /** Registers None under a parameter's name, as `register_parameter(name, None)`. */
  withoutParameter(name: string): void {
    register(this.module, '_parameters', name, none)
  }

  /** Registers a parameter, drawn as the layer draws it; with an unknown size it is Unknown, and so is all that it computes. */
  parameter(name: string, sizes: readonly Value[], role: ParameterRole): void {
    const shape = this.sizes(sizes)
    const made = isSizes(shape) ? makeParameter({ interpreter: this.interpreter, span: this.definition }, shape, role, undrawn) : shape
    register(this.module, '_parameters', name, made)
    const storage = this.storage(name)
    if (storage !== null) drawInto(storage, this.draw(name, this))
  }

  /** Registers a buffer filled with one number. */
  buffer(name: string, sizes: readonly Value[], value: number, dtype: 'float' | 'int' = 'float'): void {
    const shape = this.sizes(sizes)
    const made = isSizes(shape)
      ? constantTensor({ interpreter: this.interpreter, span: this.span }, shape, dtype, value, String(value))
      : shape
    register(this.module, '_buffers', name, made)
  }

  /** Python values as sizes; raises where torch would refuse them. */
  sizes(values: readonly Value[]): Sizes {
    const found: number[] = []
    for (const value of values) {
      if (value.kind === 'unknown') return value
      const size = asInteger(value)
      if (size === undefined) {
        const items = value.kind === 'tuple' || value.kind === 'list' ? value.items : null
        if (items === null) return this.refuse('TypeError', `a size must be an int, not ${this.interpreter.typeOf(value).name}`)
        const inner = this.sizes(items)
        if (!isSizes(inner)) return inner
        found.push(...inner)
        continue
      }
      if (size < 0) return this.refuse('RuntimeError', `Trying to create tensor with negative dimension ${size}`)
      found.push(size)
    }
    return found
  }

  /** The call that the instance came from: for a user's subclass, the call of that. */
  get definition(): Span | null {
    return this.module.span ?? this.span
  }

  refuse(exception: string, message: string): never {
    return this.interpreter.raise(exception, message, this.span)
  }

  /** An attribute given as one int or as `count` of them, as a tuple of `count`. */
  expand(name: string, count: number): void {
    this.set(name, expanded(this.value(name), count))
  }

  /** Whether the registries are there: `Module.__init__` has run. */
  get isInitialized(): boolean {
    return registryOf(this.module, '_parameters') !== undefined
  }

  firstUnknown(...names: readonly string[]): UnknownValue | undefined {
    return firstUnknown(names.map((name) => this.value(name)))
  }
}

/** `k` → `(k, k)`; a sequence becomes a tuple; strings and None stay. */
export function expanded(value: Value, count: number): Value {
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return tuple(value.items)
    case 'int':
    case 'float':
    case 'bool':
    case 'unknown':
      return tuple(Array.from({ length: count }, () => value))
    default:
      return value
  }
}
