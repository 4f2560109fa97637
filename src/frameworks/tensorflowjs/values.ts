/** What TensorFlow.js' functions give while a file is read: layers, symbolic tensors, models, initializers. */
import type { Span } from '../../graph'
import type { Scope } from '../spec/scope'
import { addedWeight } from './weights'
import {
  ArrayValue,
  type FunctionValue,
  HostValue,
  isArray,
  isHost,
  isObject,
  isUnknown,
  native,
  objectOf,
  type ObjectValue,
  Unknown,
  type Value,
} from '../../javascript'

/** What a layer's or model's constructor was given. */
export interface Configured {
  /** `Dense`. */
  readonly className: string
  readonly config: ObjectValue | null
  /** The call that made it. */
  readonly span: Span
  /** Where its argument is written; null where there is none. */
  readonly argument: Span | null
}

/** `tf.initializers.heNormal({seed: 1})`. */
export class InitializerValue extends HostValue {
  readonly type = 'an initializer'

  constructor(readonly made: Configured) {
    super()
  }

  get(): Value {
    return undefined
  }
}

/** Uid counters, as the library keeps them for a page. */
export class Names {
  private readonly counts = new Map<string, number>()

  /** `Dense1`, `Dense2`, …. */
  uid(prefix: string): string {
    const count = (this.counts.get(prefix) ?? 0) + 1
    this.counts.set(prefix, count)
    return `${prefix}${count}`
  }

  /** `dense_Dense1`. */
  layer(className: string): string {
    return `${snakeCase(className)}_${this.uid(className)}`
  }

  clear(): void {
    this.counts.clear()
  }
}

/** As the library writes a class's name: `LeakyReLU` → `leaky_re_lu`. */
function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

/** What a tensor comes from. */
export type Source =
  | { readonly kind: 'input'; readonly name: string; readonly shape: Value; readonly span: Span }
  | { readonly kind: 'layer'; readonly layer: Applicable; readonly inputs: readonly TensorValue[]; readonly output: number }

export class TensorValue extends HostValue {
  readonly type = 'a symbolic tensor'

  constructor(
    /** Counts up in the order of making. */
    readonly order: number,
    readonly source: Source,
    private readonly shapeOf: (tensor: TensorValue) => Value,
  ) {
    super()
  }

  get(name: string): Value {
    return name === 'shape' ? this.shapeOf(this) : undefined
  }
}

/** Whatever has `apply`: a layer, or a model as a layer of another. */
export abstract class Applicable extends HostValue {
  abstract readonly name: string
  abstract readonly span: Span
  /** Tensors that its calls gave, in order. */
  readonly calls: TensorValue[] = []
  protected readonly own = new Map<string, Value>()

  constructor(protected readonly state: State) {
    super()
  }

  get(name: string): Value {
    switch (name) {
      case 'apply':
        return native('apply', ([input, options], { span }) => this.apply(input, options, span))
      case 'name':
        return this.name
      case 'output':
        return this.calls[0]
      case 'outputShape':
        return this.calls[0]?.get('shape')
      default:
        return this.own.get(name)
    }
  }

  override set(name: string, value: Value): void {
    this.own.set(name, value)
  }

  /** Number of tensors that a call gives. */
  get outputs(): number {
    return 1
  }

  private apply(input: Value, options: Value, span: Span | null): Value {
    const states = isObject(options) ? options.value('initialState') : undefined
    const initial = states === undefined || states === null ? [] : isArray(states) ? states.items : [states]
    const inputs = [...(isArray(input) ? input.items : [input]), ...initial]
    const tensors = inputs.filter((each): each is TensorValue => each instanceof TensorValue)
    if (tensors.length === 0 || tensors.length < inputs.length) {
      const missing = inputs.find(isUnknown)
      return missing ?? new Unknown(`${this.name} is applied to what is not a known symbolic tensor`, span)
    }
    const made = Array.from({ length: this.outputs }, (_, output) =>
      this.state.tensor({ kind: 'layer', layer: this, inputs: tensors, output }),
    )
    this.calls.push(...made)
    return made.length === 1 ? made[0] : new ArrayValue(made)
  }
}

/** What user's layers extend. */
export const baseClass = 'Layer'

/** What layers call of their base, to no effect here. */
const idleMethods: ReadonlySet<string> = new Set(['build', 'invokeCallHook', 'setFastWeightInitDuringBuild', 'assertNotDisposed'])

/** States of a recurrent layer. */
const states: ReadonlyMap<string, number> = new Map([
  ['SimpleRNN', 1],
  ['GRU', 1],
  ['LSTM', 2],
])

export class LayerValue extends Applicable {
  readonly type = 'a layer'
  /** The user's own class, for layers that are written in the file. */
  instance: ObjectValue | null = null
  private given: string | null

  constructor(
    state: State,
    readonly made: Configured,
  ) {
    super(state)
    const named = made.config?.value('name')
    this.given = typeof named === 'string' ? named : null
    if (this.given === null && made.className !== baseClass) this.given = state.names.layer(made.className)
  }

  get name(): string {
    this.given ??= this.state.names.layer(baseClass)
    return this.given
  }

  override adoptedBy(instance: ObjectValue): void {
    const told = instance.cls?.properties.get('className')?.value
    this.instance = instance
    this.given ??= this.state.names.layer(typeof told === 'string' ? told : (instance.cls?.name ?? baseClass))
  }

  get span(): Span {
    return this.made.span
  }

  /** Its result and, where it returns them, its last states. */
  override get outputs(): number {
    return this.made.config?.value('returnState') === true ? 1 + (states.get(this.made.className) ?? 0) : 1
  }

  override get(name: string): Value {
    if (idleMethods.has(name)) return native(name, () => undefined)
    if (name === 'addWeight') return native(name, (args, { span }) => addedWeight(args, span))
    return super.get(name) ?? (name === 'getConfig' ? native(name, () => this.made.config ?? objectOf({})) : this.made.config?.value(name))
  }
}

export type Part = LayerValue | ModelValue

export class ModelValue extends Applicable {
  readonly type = 'a model'
  readonly layers: Part[] = []

  /** The function that made it; null for one made outside of functions. */
  readonly maker: FunctionValue | null

  constructor(
    state: State,
    readonly name: string,
    /** Whether the program gave the name. */
    readonly isNamed: boolean,
    readonly span: Span,
    /** Of a functional model; null for a stack of layers. */
    readonly ends: { readonly inputs: readonly TensorValue[]; readonly outputs: readonly TensorValue[] } | null,
  ) {
    super(state)
    this.maker = state.maker()
    state.models.push(this)
  }

  override get outputs(): number {
    return this.ends?.outputs.length ?? 1
  }

  override get(name: string): Value {
    switch (name) {
      case 'add':
        return native('add', ([layer], { span }) => this.add(layer, span))
      case 'layers':
        return new ArrayValue([...this.parts()])
      case 'getLayer':
        return native('getLayer', ([wanted, index]) =>
          this.parts().find((part, at) => part.name === wanted || at === wanted || at === index),
        )
      case 'inputs':
        return this.ends === null ? undefined : new ArrayValue([...this.ends.inputs])
      case 'outputs':
        return this.ends === null ? undefined : new ArrayValue([...this.ends.outputs])
      case 'input':
        return this.ends?.inputs[0]
      case 'output':
        return this.ends?.outputs[0] ?? super.get(name)
      case 'compile':
      case 'summary':
      case 'dispose':
        return native(name, () => undefined)
      case 'apply':
      case 'name':
        return super.get(name)
      default:
        return this.own.get(name)
    }
  }

  parts(): readonly Part[] {
    if (this.ends === null) return this.layers
    const parts = new Set<Part>()
    for (const tensor of ancestors(this.ends.outputs)) {
      const { source } = tensor
      if (source.kind === 'layer' && (source.layer instanceof LayerValue || source.layer instanceof ModelValue)) parts.add(source.layer)
    }
    return [...parts]
  }

  private add(value: Value, span: Span | null): Value {
    const layer = partOf(value)
    if (layer !== null) this.layers.push(layer)
    else this.broken ??= isUnknown(value) ? value : new Unknown('what is added is not a known layer', span)
    return undefined
  }

  /** Something was added that is not known. */
  broken: Unknown | null = null
}

/** The layer or model that a value is, or stands for. */
export function partOf(value: Value): Part | null {
  const host = isObject(value) ? value.host : value
  return host instanceof LayerValue || host instanceof ModelValue ? host : null
}

/** The tensors that others are made of, themselves among them, in the order of making. */
export function ancestors(tensors: readonly TensorValue[]): readonly TensorValue[] {
  const found = new Set<TensorValue>()
  const waiting = [...tensors]
  for (let tensor = waiting.pop(); tensor !== undefined; tensor = waiting.pop()) {
    if (found.has(tensor)) continue
    found.add(tensor)
    if (tensor.source.kind === 'layer') waiting.push(...tensor.source.inputs)
  }
  return [...found].sort((a, b) => a.order - b.order)
}

/** What one run has made. */
export class State {
  readonly names = new Names()
  readonly models: ModelValue[] = []
  /** The layer of the program's own that computes now, innermost last. */
  readonly computing: Scope[] = []
  /** Models that could not be made, and why. */
  readonly failures: { readonly message: string; readonly span: Span | null }[] = []
  private tensors = 0

  constructor(
    private readonly shapeOf: (tensor: TensorValue) => Value,
    /** The innermost function with a name that is running. */
    readonly maker: () => FunctionValue | null,
  ) {}

  tensor(source: Source): TensorValue {
    return new TensorValue(this.tensors++, source, this.shapeOf)
  }
}

export function isInitializer(value: Value): value is InitializerValue {
  return isHost(value) && value instanceof InitializerValue
}
