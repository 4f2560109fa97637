/** What a framework room makes of a file: the networks as graphs, and every layer constructor. */
import type { Assumption, InputSpec, ModelAnalysis, Remark, RootClass, StandaloneAdvice, Whole } from '../analysis'
import type { Graph, Span } from '../graph'

export interface Reading {
  readonly models: readonly ReadModel[]
  readonly definitions: readonly ReadDefinition[]
  readonly unread: readonly Remark[]
  /** Why there is nothing to show; null when there is something. */
  readonly message: string | null
  /** Imports were asked for that the host has not loaded yet. */
  readonly pending: boolean
}

export interface ReadModel {
  readonly name: string
  readonly framework: ModelAnalysis['framework']
  readonly span: Span | null
  /** Class of the model's root object where its source was read; null for the framework's own containers. */
  readonly rootClass: RootClass | null
  /** What the model is a part of, where it was read by itself because that whole is never run. */
  readonly whole?: Whole
  readonly assumptions: readonly Assumption[]
  readonly input: readonly InputSpec[]
  readonly graph: Graph
}

export interface ReadDefinition {
  readonly span: Span
  /** `torch.nn.Conv2d`. */
  readonly callee: string
  /** Ids of the calls it gave rise to, for each model that it is part of. */
  readonly instances: readonly { readonly model: number; readonly calls: readonly number[] }[]
  readonly reason: string | null
  readonly standalone: Omit<StandaloneAdvice, 'recommended'> | null
}
