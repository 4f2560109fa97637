/**
 * What a `torch.Tensor` instance carries as payload. A tensor is either *traced* (computed from the model's input
 * while a Trace records) or *data* (made outside: parameters, buffers, `torch.randn(…) * 0.02`), known by its
 * distribution or, when small or regular, by its values.
 */
import type { Distribution, Fans, Initializer, ParameterRole, Span, Tensor, TensorId } from '../../graph'
import type { InstanceValue, Value } from '../../python/values'
import type { Trace } from '../trace'

export type DType = Tensor['dtype']

export interface TensorPayload {
  readonly kind: 'tensor'
  /** Mutable: in-place operations and `.data =` rebind it. */
  shape: readonly number[]
  dtype: DType
  source: TracedSource | DataSource
  /**
   * Set on a complex tensor: the real tensor behind it, whose last axis holds the real and the imaginary part, and whose
   * source is this one's too.
   */
  pair?: TensorValue
}

/** A Python value that is a tensor. */
export interface TensorValue extends InstanceValue {
  payload: TensorPayload
}

export interface TracedSource {
  readonly kind: 'traced'
  readonly trace: Trace
  readonly id: TensorId
}

/** A strided view into a storage, shared by every tensor that aliases it (`.data`, `.t()`, `[a:b]`): initializers write through it. */
export interface DataSource {
  readonly kind: 'data'
  readonly storage: Storage
  readonly layout: Layout
}

/** Element (i0, i1, …) of the tensor is element offset + Σ i_k·strides[k] of its storage. */
export interface Layout {
  readonly offset: number
  readonly strides: readonly number[]
}

/** Known numbers, by index into the storage: an array behind it, or a formula where the tensor is large (`torch.tril(torch.ones(T, T))`). */
export type Elements = (index: number) => number

export interface Storage {
  /** Number of elements. */
  readonly length: number
  /** What the elements are drawn from now. */
  initializer: Initializer
  readonly overwritten: Initializer[]
  /** What it was made with: a place holder (`torch.zeros(n)`) rather than an initialization, when something is drawn over it. */
  readonly initial: Initializer
  /** null where the numbers are not known; then `initializer` describes them. */
  elements: Elements | null
  /** Set when an nn.Parameter owns this storage. */
  parameter: ParameterRecord | null
  /** Counts writes: a trace that used an earlier version must not reuse it. */
  version: number
}

/** An nn.Parameter before any trace; a Trace registers it on first use. */
export interface ParameterRecord {
  role: ParameterRole
  shape: readonly number[]
  /** The constructor call that made it. */
  readonly definition: Span | null
  trainable: boolean
  copyGroup: number | null
  parametrization: 'weightNorm' | 'spectralNorm' | 'unread' | null
  /** Of spectral norm: see `Parameter`. */
  powerIterations?: number
  /** Draws behind the reparametrization, which undoes them. */
  withoutEffect?: readonly Initializer[]
  /** Set where the framework counts fans in its own way; torch's count by the shape otherwise. */
  fans?: Fans | null
}

export function isTensorPayload(payload: unknown): payload is TensorPayload {
  return typeof payload === 'object' && payload !== null && (payload as { kind?: unknown }).kind === 'tensor'
}

export function isTensor(value: Value | undefined): value is TensorValue {
  return value?.kind === 'instance' && isTensorPayload(value.payload)
}

/** A draw of the framework's own, not asked for by the file. */
export function defaultInitializer(distribution: Distribution, label: string): Initializer {
  return { distribution, label, origin: 'default', span: null }
}
