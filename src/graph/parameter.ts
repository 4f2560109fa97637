import type { Initializer } from './initializer'
import type { Span } from './span'

/** What a parameter is for; the advice and the band differ by it. */
export type ParameterRole = 'weight' | 'bias' | 'normScale' | 'normShift' | 'embedding' | 'recurrentKernel' | 'slope' | 'free'

/** fan_in and fan_out as the framework's initializers count them for this shape (frameworks.md: sometimes not the arithmetic's). */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/** One parameter tensor of the model, drawn once. A tied weight is one Parameter used by several nodes. */
export interface Parameter {
  /** Index in `Graph.parameters`. */
  readonly id: number
  /** As `named_parameters()` lists it first: `features.0.weight`. */
  readonly name: string
  readonly role: ParameterRole
  readonly shape: readonly number[]
  /** null where fans mean nothing (1-D tensors). */
  readonly fans: Fans | null
  /** What is drawn in the end. */
  readonly initializer: Initializer
  /** Initializers drawn before and overwritten, oldest first, without the default. */
  readonly overwritten: readonly Initializer[]
  /** Parameters with the same group number start as exact copies (`copy.deepcopy` of a module). null: drawn alone. */
  readonly copyGroup: number | null
  /** The constructor call in the source that made it. */
  readonly definition: Span | null
  /** false after `requires_grad_(False)`. */
  readonly trainable: boolean
  /** A reparametrization in front of the use: the effective weight is not the drawn one. `unread`: one of the program's own. */
  readonly parametrization: 'weightNorm' | 'spectralNorm' | 'unread' | null
  /** Of spectral norm: iterations on the largest singular value until the first forward pass reads it. */
  readonly powerIterations?: number
  /** Draws behind a reparametrization, which computes the weight anew at every call and so undoes them. */
  readonly withoutEffect?: readonly Initializer[]
}
