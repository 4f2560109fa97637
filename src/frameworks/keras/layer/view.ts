/** A layer as its declaration sees it: attributes as numbers, weights to make, activations to apply. */
import type { Fans, ParameterId, ParameterRole, Span } from '../../../graph'
import { asBoolean, asInteger, asIntegers, asNumber, asString } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import { registered } from '../../torch/module/registry'
import type { Site } from '../../torch/site'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { plainWeight } from '../../torch/tensor/weight'
import { applyActivation } from '../ops/activation-of'
import { addWeight } from './weights'

export interface OwnWeight {
  readonly shape: readonly number[]
  readonly asUsed?: readonly number[]
  readonly role?: ParameterRole
  readonly fans?: Fans
  /** Constructor argument of the initializer; `<name>_initializer` where left out. */
  readonly argument?: string
  readonly trainable?: boolean
}

export class LayerView implements Site {
  constructor(
    readonly interpreter: Interpreter,
    readonly layer: InstanceValue,
    /** The expression that constructs or calls it. */
    readonly span: Span | null,
  ) {}

  value(name: string): Value {
    return this.layer.attributes.get(name) ?? registered(this.layer, name) ?? none
  }

  number(name: string): number | undefined {
    return asNumber(this.value(name))
  }

  integer(name: string): number | undefined {
    return asInteger(this.value(name))
  }

  text(name: string): string | undefined {
    return asString(this.value(name))?.toLowerCase()
  }

  flag(name: string): boolean {
    return asBoolean(this.value(name)) ?? false
  }

  isNone(name: string): boolean {
    return this.value(name).kind === 'none'
  }

  /** One int for every axis, or as many as there are axes. */
  perAxis(name: string, rank: number): readonly number[] | undefined {
    const given = asIntegers(this.value(name))
    if (given === undefined) return undefined
    return given.length === 1 ? new Array<number>(rank).fill(given[0] ?? 1) : given
  }

  /** A number that must be known; raises otherwise, with what is known of it. */
  size(name: string): number {
    const found = this.integer(name)
    if (found !== undefined) return found
    const value = this.value(name)
    const why = value.kind === 'unknown' ? `\`${name}\` is not known: ${value.reason}` : `\`${name}\` must be an integer`
    return this.refuse(why)
  }

  sizes(name: string, rank: number): readonly number[] {
    const value = this.value(name)
    return (
      this.perAxis(name, rank) ??
      this.refuse(
        value.kind === 'unknown' ? `\`${name}\` is not known: ${value.reason}` : `\`${name}\` must be an integer or ${rank} integers`,
      )
    )
  }

  refuse(message: string): never {
    return this.interpreter.raise('ValueError', `${this.layer.cls.name}: ${message}`, this.span)
  }

  weight(name: string, asked: OwnWeight): void {
    const argument = asked.argument ?? `${name}_initializer`
    addWeight(this.interpreter, this.layer, { name, role: asked.role ?? 'weight', ...asked, argument, initializer: this.value(argument) })
  }

  /** A weight whose initializer is the layer's own affair. */
  drawn(name: string, asked: Omit<OwnWeight, 'argument'>, initializer: Value): void {
    addWeight(this.interpreter, this.layer, { name, role: asked.role ?? 'weight', ...asked, argument: '', initializer })
  }

  tensor(name: string): TensorValue | null {
    const found = registered(this.layer, name)
    return isTensor(found) ? found : null
  }

  /** The parameter's id in the run being recorded; null without such a weight. */
  id(name: string, role: ParameterRole = 'weight'): ParameterId | null {
    return plainWeight(this, this.tensor(name), role)
  }

  /** The same for a weight that must be there. */
  needed(name: string, role: ParameterRole = 'weight'): ParameterId {
    return this.id(name, role) ?? this.refuse(`its \`${name}\` is not known`)
  }

  activate(input: Value, name = 'activation'): Value {
    return applyActivation(this, this.value(name), input)
  }
}
