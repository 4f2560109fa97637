/**
 * What a `torch.Tensor` instance carries as payload. A tensor is either *traced* (computed from the model's input
 * while a Trace records) or *data* (made outside: parameters, buffers, `torch.randn(…) * 0.02`), known by its
 * distribution or, when small, by its values.
 */
import type { Distribution, Initializer, ParameterRole, Span, Tensor, TensorId } from '../../graph'
import type { Trace } from '../trace'

export interface TensorPayload {
  readonly kind: 'tensor'
  /** Mutable: in-place operations and `.data =` rebind it. */
  shape: readonly number[]
  dtype: Tensor['dtype']
  source: TracedSource | DataSource
}

export interface TracedSource {
  readonly kind: 'traced'
  readonly trace: Trace
  readonly id: TensorId
}

/** Shared by every view of the same storage (`.data`, `.detach()`, the Parameter itself): initializers write here. */
export interface DataSource {
  readonly kind: 'data'
  readonly storage: Storage
}

export interface Storage {
  /** What the elements are drawn from now. */
  initializer: Initializer
  readonly overwritten: Initializer[]
  /** Row-major values where they are known numbers and few (≤ 4096); then `initializer` describes their statistics. */
  values: readonly number[] | null
  /** Set when an nn.Parameter owns this storage. */
  parameter: ParameterRecord | null
}

/** An nn.Parameter before any trace; a Trace registers it on first use. */
export interface ParameterRecord {
  role: ParameterRole
  shape: readonly number[]
  /** Set when a module registers it. */
  readonly definition: Span | null
  trainable: boolean
  copyGroup: number | null
  parametrization: 'weightNorm' | 'spectralNorm' | null
}

export function isTensorPayload(payload: unknown): payload is TensorPayload {
  return typeof payload === 'object' && payload !== null && (payload as { kind?: unknown }).kind === 'tensor'
}

/** A draw of the framework's own, not asked for by the file. */
export function defaultInitializer(distribution: Distribution, label: string): Initializer {
  return { distribution, label, origin: 'default', span: null }
}
