/** What a layer sees while it is lowered: its settings, its inputs' shapes, and where nodes and parameters go. */
import type { Assumption } from '../../analysis'
import type { Fans, Initializer, Op, ParameterId, ParameterRole, Span, TensorId } from '../../graph'
import type { Trace } from '../trace'
import type { ActivationRead } from './activations'
import type { Dialect, KernelUse } from './dialect'
import { defaultInitializer, writtenInitializer } from './initializer'
import type { Settings } from './settings'

export interface ScopeContext {
  readonly trace: Trace
  readonly dialect: Dialect
  readonly channelsLast: boolean
  /** Parameters of layers that were called before, by their names: a shared layer has one set. */
  readonly parameters: Map<string, ParameterId>
  /** Settings that this format gives when nothing is written. */
  readonly fallbacks: Fallbacks
  readonly assumptions: Assumption[]
}

/** Defaults in which the formats differ. */
export interface Fallbacks {
  readonly padding: 'same' | 'valid'
  readonly returnSequences: boolean
}

export interface ParameterRequest {
  readonly name: string
  readonly role: ParameterRole
  readonly shape: readonly number[]
  readonly fans: Fans | null
  readonly width?: number
  /** The setting that says its initializer, and the default's name. */
  readonly setting: string
  readonly fallback: string
  /** Changes what is drawn (LSTM's forget bias). */
  readonly adjust?: (drawn: Initializer) => Initializer
}

export class Scope {
  readonly made: ParameterId[] = []

  constructor(
    readonly context: ScopeContext,
    readonly name: string,
    readonly settings: Settings,
  ) {}

  get dialect(): Dialect {
    return this.context.dialect
  }

  get span(): Span {
    return this.settings.span
  }

  shape(tensor: TensorId): readonly number[] {
    return this.context.trace.tensor(tensor).shape
  }

  isInteger(tensor: TensorId): boolean {
    return this.context.trace.tensor(tensor).dtype === 'int'
  }

  emit(op: Op, inputs: readonly TensorId[], shape: readonly number[], span: Span = this.span): TensorId {
    return this.emitMany(op, inputs, [shape], span)[0] as TensorId
  }

  emitMany(op: Op, inputs: readonly TensorId[], shapes: readonly (readonly number[])[], span: Span = this.span): readonly TensorId[] {
    return this.context.trace.emit(
      op,
      inputs,
      shapes.map((shape) => ({ shape, dtype: 'float' })),
      span,
    )
  }

  /** The layer's parameter of this name: made by its first call. */
  parameter(request: ParameterRequest): ParameterId {
    const name = `${this.name}.${request.name}`
    const known = this.context.parameters.get(name)
    if (known !== undefined) return this.keep(known)
    const drawn = { fans: request.fans ?? { fanIn: request.shape[0] ?? 1, fanOut: request.shape[0] ?? 1 }, width: request.width ?? 1 }
    const place = this.settings.at(request.setting)
    const read = place === null ? defaultInitializer(request.fallback, this.dialect, drawn) : writtenInitializer(place, this.dialect, drawn)
    const { role, shape, fans } = request
    const initializer = request.adjust?.(read) ?? read
    const id = this.addParameter({ name, role, shape, fans, initializer, trainable: this.settings.at('trainable')?.scalar !== false })
    this.context.parameters.set(name, id)
    return this.keep(id)
  }

  /** A parameter of this name that no setting speaks of. */
  ownParameter(request: Pick<ParameterRequest, 'name' | 'role' | 'shape' | 'fans'>, initializer: Initializer): ParameterId {
    const name = `${this.name}.${request.name}`
    const known = this.context.parameters.get(name)
    if (known !== undefined) return this.keep(known)
    const id = this.addParameter({ ...request, name, initializer, trainable: true })
    this.context.parameters.set(name, id)
    return this.keep(id)
  }

  private addParameter(
    made: Pick<ParameterRequest, 'name' | 'role' | 'shape' | 'fans'> & { readonly initializer: Initializer; readonly trainable: boolean },
  ): ParameterId {
    const fixed = { overwritten: [], copyGroup: null, definition: this.span, parametrization: null }
    return this.context.trace.addParameter((id) => ({ id, ...made, ...fixed }))
  }

  /** A kernel under the setting `init`. */
  kernel(name: string, use: KernelUse, shape: readonly number[], fans: Fans, setting = 'init'): ParameterId {
    return this.parameter({ name, role: 'weight', shape, fans, setting, fallback: this.dialect.kernel[use] })
  }

  /** The bias of a kernel with `fans`; null where the layer has none. */
  bias(size: number, fans: Fans, fallback = true): ParameterId | null {
    if (!this.settings.flag('bias', fallback)) return null
    const own = this.dialect.bias === 'zeros' ? 'zeros' : 'bias_by_fan_in'
    const id = this.parameter({ name: 'bias', role: 'bias', shape: [size], fans, setting: 'bias_init', fallback: own })
    return id
  }

  /** Says what is taken for granted here. */
  assume(message: string): void {
    this.context.assumptions.push({ message: `${this.name}: ${message}`, span: this.span, setting: null })
  }

  activate(read: ActivationRead, tensor: TensorId, span: Span): TensorId {
    const shape = this.shape(tensor)
    if (read.kind === 'softmax')
      return this.emit({ kind: 'softmax', axis: shape.length - 1, log: read.log, negate: false }, [tensor], shape, span)
    return read.fn.name === 'identity' ? tensor : this.emit({ kind: 'activation', fn: read.fn }, [tensor], shape, span)
  }

  /** Runs `body` on a tensor with its channels on axis 1, whatever the layout, and gives the result back in the layout. */
  channelsFirst(tensor: TensorId, body: (tensor: TensorId) => TensorId): TensorId {
    if (!this.context.channelsLast) return body(tensor)
    const rank = this.shape(tensor).length
    const spatial = Array.from({ length: rank - 2 }, (_, axis) => axis)
    const result = body(this.permute(tensor, [0, rank - 1, ...spatial.map((axis) => axis + 1)]))
    return this.permute(result, [0, ...spatial.map((axis) => axis + 2), 1])
  }

  permute(tensor: TensorId, order: readonly number[]): TensorId {
    if (order.every((axis, index) => axis === index)) return tensor
    const shape = this.shape(tensor)
    return this.emit(
      { kind: 'permute', order },
      [tensor],
      order.map((axis) => shape[axis] as number),
    )
  }

  reshape(tensor: TensorId, shape: readonly number[]): TensorId {
    return this.emit({ kind: 'reshape' }, [tensor], shape)
  }

  /** Axis of the channels in this layout. */
  channelAxis(tensor: TensorId): number {
    return this.context.channelsLast ? this.shape(tensor).length - 1 : 1
  }

  /** The tensor's axes must be as many as the layer works on. */
  expectRank(tensor: TensorId, rank: number, form: string): void {
    const shape = this.shape(tensor)
    if (shape.length !== rank)
      this.settings.place.fail(`${this.name} takes ${form}, ${rank} axes with the batch; what reaches it is ${shape.join('×')}.`)
  }

  private keep(id: ParameterId): ParameterId {
    if (!this.made.includes(id)) this.made.push(id)
    return id
  }
}

/** One kind of layer: what it may say, and how a call becomes nodes. */
export interface LayerKind {
  readonly type: string
  /** Other spellings of `type`. */
  readonly aliases?: readonly string[]
  readonly settings: readonly string[]
  /** Layers that take several inputs; the others take one. */
  readonly joins?: boolean
  readonly lower: (scope: Scope, inputs: readonly TensorId[]) => TensorId
  /** What it gives beside its result, in order: a recurrent layer's last states. */
  readonly lowerWithStates?: (scope: Scope, inputs: readonly TensorId[]) => readonly [TensorId, ...TensorId[]]
}
