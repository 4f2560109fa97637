/** What the formats have in common: inputs, layers, and the order in which they run. */
import type { Assumption, ModelAnalysis } from '../../analysis'
import type { InputDistribution, Span } from '../../graph'
import type { Origin } from './dialect'
import type { Place } from './place'
import type { Fallbacks, LayerKind } from './scope'
import type { Settings } from './settings'

/** Names a tensor within a plan. */
export type TensorKey = string

export interface PlannedInput {
  readonly key: TensorKey
  readonly name: string
  /** Without the batch. */
  readonly sizes: readonly number[]
  /** null: whole numbers where an embedding reads it, else N(0, 1). */
  readonly distribution: InputDistribution | null
  readonly span: Span
}

export interface PlannedLayer {
  readonly name: string
  /** As the document names it. */
  readonly type: string
  /** null: a layer that is not known, whose output is taken to have its input's shape. */
  readonly kind: LayerKind | null
  readonly settings: Settings
  /** The activation that the layer itself applies. */
  readonly activation: Place | null
  /** Names of the blocks around it, outermost first. */
  readonly path: readonly string[]
}

/** One call of a layer. */
export interface Execution {
  readonly layer: PlannedLayer
  readonly inputs: readonly TensorKey[]
  /** Added to the layer's result before its activation. */
  readonly residual: TensorKey | null
  readonly output: TensorKey
  /** Further outputs that the layer gives: a recurrent layer's last states. */
  readonly states?: readonly TensorKey[]
}

export interface Plan {
  readonly name: string
  readonly framework: ModelAnalysis['framework']
  readonly origin: Origin
  readonly channelsLast: boolean
  readonly fallbacks: Fallbacks
  readonly batch: number
  readonly inputs: readonly PlannedInput[]
  readonly executions: readonly Execution[]
  readonly outputs: readonly TensorKey[]
  readonly assumptions: readonly Assumption[]
  readonly span: Span
}

/** Layers that are read at most, blocks repeated: more are hostile. */
export const mostExecutions = 5000
/** Samples in a batch where nothing says. */
export const usualBatch = 8

/** What a reader of layers has found. */
export type ReadLayers = Pick<Plan, 'inputs' | 'executions' | 'assumptions'> & { readonly channelsLast: boolean | null }

/** The plan of layers that Keras or TensorFlow.js made, which draws as `origin` does. */
export function planOfLayers(
  { inputs, executions, assumptions, channelsLast }: ReadLayers,
  origin: 'keras' | 'tensorflowjs',
  { name, outputs, span }: Pick<Plan, 'name' | 'outputs' | 'span'>,
  given: readonly Assumption[] = [],
): Plan {
  return {
    name,
    framework: origin,
    origin,
    channelsLast: channelsLast !== false,
    fallbacks: { padding: 'valid', returnSequences: false },
    batch: usualBatch,
    inputs,
    executions,
    outputs,
    assumptions: [{ message: `a batch of ${usualBatch}`, span: null, setting: null }, ...given, ...assumptions],
    span,
  }
}
