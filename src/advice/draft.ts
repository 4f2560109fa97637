import type { InitializerFamily, ModelAnalysis } from '../analysis'
import type { ActivationFunction, Distribution, Graph, Initializer, Node, Parameter, ParameterField } from '../graph'
import type { Feeds } from './feeds'

/** All that a rule may look at to advise one weight. */
export interface WeightContext {
  readonly graph: Graph
  /** For each tensor the nodes that read it. */
  readonly consumers: readonly (readonly Node[])[]
  readonly parameter: Parameter
  /** Its first use. */
  readonly use: Node
  readonly field: ParameterField
  readonly feeds: Feeds
  /** The norm right behind it that makes its scale moot. */
  readonly absorbedBy: Node | null
  readonly fanIn: number | null
  readonly fanOut: number | null
  /** Products that each output unit really sums: equals fanIn except for transposed convolutions. */
  readonly summedInputs: number | null
  readonly options: AdviceOptions
}

export interface AdviceOptions {
  /** What "Xavier" draws: 2/(fan_in + fan_out), or the lesson's 1/fan_in. */
  readonly xavierVariance: 'glorot' | 'lesson'
  readonly distribution: 'normal' | 'uniform'
  /** In whose words the code is; PyTorch's where left out. */
  readonly framework?: ModelAnalysis['framework']
  /** The model's name in the class that it is a part of. */
  readonly part?: string | undefined
}

/** What a rule decides; `finishRecommendation` turns it into numbers and the framework's words. */
export interface Draft {
  readonly family: InitializerFamily
  readonly mode: 'fan_in' | 'fan_out' | 'fan_avg' | null
  /** std of the weights = gain/√fan. For families without a fan the std or value itself. */
  readonly gain: number
  /** The fan by which gain² is divided; null for families without. */
  readonly fan: number | null
  /** Numerator and divisor in words: `2`, `784`; used in the formula. */
  readonly numerator: string
  readonly divisor: string
  /** The nonlinearity that the gain belongs to, for frameworks that take its name. */
  readonly activation: ActivationFunction | null
  readonly why: string
  /** Factor on the standard deviation that fits the rule to this network; absent where the rule fits as it is. */
  readonly scaledBy?: number
  /** What is drawn, where the family and its numbers do not say it all. */
  readonly distribution?: Distribution
  /** The framework's statements for it, with `{target}`; a tab stands for one step of indentation. */
  readonly template?: string
  /** The draw that stays, and the call that says it; then the numbers above only describe it. */
  readonly kept?: { readonly initializer: Initializer; readonly template: string }
}

export type RecommendationRule = (context: WeightContext) => Draft | null
