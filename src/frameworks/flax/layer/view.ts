/** A layer as its declaration sees it: fields as numbers, weights to make and to use. */
import type { ParameterId, ParameterRole, Span } from '../../../graph'
import { asBoolean, asInteger, asIntegers, asNumber, asString } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import { cast } from '../../torch/functional/cast'
import type { Site } from '../../torch/site'
import type { TensorValue } from '../../torch/tensor'
import { plainWeight } from '../../torch/tensor/weight'
import { toTensor } from '../arrays/call'
import { zeros } from '../initializers/functions'
import { makeWeight } from './weights'

/** Where a layer's weights are kept: linen's scopes, NNX's attributes. */
export interface WeightStore {
  get(name: string): TensorValue | undefined
  set(name: string, weight: TensorValue): void
}

/** What linen and NNX each know of a layer. */
export interface LayerPlace {
  readonly name: string
  readonly isLinen: boolean
  readonly store: WeightStore
  /** Names of fields that are called otherwise here. */
  readonly renamed: Readonly<Record<string, string>>
  readonly open: (layer: InstanceValue, span: Span | null) => LayerView | null
}

export interface OwnWeight {
  readonly shape: readonly number[]
  readonly stored?: readonly number[]
  readonly asUsed?: readonly number[]
  readonly role?: ParameterRole
  /** Field of the initializer; `<name>_init` where left out. */
  readonly field?: string
  /** What draws it where the field is not given. */
  readonly initial: Value
}

export class LayerView implements Site {
  constructor(
    readonly interpreter: Interpreter,
    readonly layer: InstanceValue,
    /** The expression that constructs or calls it. */
    readonly span: Span | null,
    private readonly place: LayerPlace,
  ) {}

  private get store(): WeightStore {
    return this.place.store
  }

  private get renamed(): Readonly<Record<string, string>> {
    return this.place.renamed
  }

  /** Whether its weights are made when it is called. */
  get isLinen(): boolean {
    return this.place.isLinen
  }

  /** Name of the layer of Flax's that it is, or derives from. */
  get declaredName(): string {
    return this.place.name
  }

  /** A layer of Flax's that this one holds; null for other values. */
  other(value: Value): LayerView | null {
    return value.kind === 'instance' ? this.place.open(value, this.span) : null
  }

  get type(): string {
    return this.layer.cls.name
  }

  value(name: string): Value {
    return this.layer.attributes.get(name) ?? this.layer.attributes.get(this.renamed[name] ?? name) ?? none
  }

  number(name: string): number | undefined {
    return asNumber(this.value(name))
  }

  integer(name: string): number | undefined {
    return asInteger(this.value(name))
  }

  text(name: string): string | undefined {
    return asString(this.value(name))
  }

  flag(name: string): boolean {
    return asBoolean(this.value(name)) ?? false
  }

  isNone(name: string): boolean {
    return this.value(name).kind === 'none'
  }

  private unusable(name: string, wanted: string): never {
    const value = this.value(name)
    const shown = this.renamed[name] ?? name
    return this.refuse(value.kind === 'unknown' ? `\`${shown}\` is not known: ${value.reason}` : `\`${shown}\` must be ${wanted}`)
  }

  /** An integer that must be known; raises otherwise, with what is known of it. */
  size(name: string): number {
    return this.integer(name) ?? this.unusable(name, 'an integer')
  }

  /** A number that must be known. */
  known(name: string): number {
    return this.number(name) ?? this.unusable(name, 'a number')
  }

  /** An int, or a sequence of ints. */
  sizes(name: string): readonly number[] {
    return asIntegers(this.value(name)) ?? this.unusable(name, 'an integer or integers')
  }

  /** One int for every axis, or as many as there are axes; 1 where None. */
  perAxis(name: string, rank: number): readonly number[] {
    const given = this.isNone(name) ? [1] : this.sizes(name)
    return given.length === 1 ? new Array<number>(rank).fill(given[0] ?? 1) : given
  }

  refuse(message: string): never {
    return this.interpreter.raise('ValueError', `${this.type}: ${message}`, this.span)
  }

  /** The array that a value is, as floats. */
  array(value: Value): TensorValue | null {
    const found = toTensor(this, value)
    return found === null ? null : cast(this, found, 'float')
  }

  /** Makes a weight, unless it is there. */
  weight(name: string, asked: OwnWeight): void {
    if (this.store.get(name) !== undefined) return
    const field = asked.field ?? `${name}_init`
    const given = this.value(field)
    this.store.set(
      name,
      makeWeight(this.interpreter, this.layer, {
        role: 'weight',
        ...asked,
        initializer: given.kind === 'none' ? asked.initial : given,
        written: given.kind !== 'none',
      }),
    )
  }

  /** A bias of zeros, where the layer has one. */
  bias(shape: readonly number[], name = 'bias', field = 'bias_init'): void {
    if (this.flag('use_bias'))
      this.weight(name, { shape: [shape.reduce((product, size) => product * size, 1)], stored: shape, role: 'bias', field, initial: zeros })
  }

  tensor(name: string): TensorValue | null {
    return this.store.get(name) ?? null
  }

  /** The parameter's id in the run being recorded; null without such a weight. */
  id(name: string, role: ParameterRole = 'weight'): ParameterId | null {
    return plainWeight(this, this.tensor(name), role)
  }

  /** The same for a weight that must be there. */
  needed(name: string, role: ParameterRole = 'weight'): ParameterId {
    return this.id(name, role) ?? this.refuse(`its \`${name}\` is not known`)
  }
}
