/** What the façade gives to the three fronts, and what `report` prints. */
import type { Graph, Initializer, InputDistribution, Span } from './graph'

export interface AnalysisOptions {
  /** Python expression for the model(s), evaluated in the file's namespace: `ResNet18()`. */
  readonly model?: string
  readonly input?: readonly InputSpec[]
  /** Name of the model that is wanted before the others, where the analysis is given in parts. */
  readonly first?: string
  /** Sizes for placeholders: `{ hidden: 512 }`. */
  readonly sizes?: Readonly<Record<string, number>>
  /** Whole numbers of the text, by their offset, to be taken as others: a what-if on widths and depths. */
  readonly integers?: readonly IntegerInPlace[]
  /** What "Xavier" recommends: the framework's function 2/(fan_in + fan_out), or the lesson's 1/fan_in. */
  readonly xavierVariance?: 'glorot' | 'lesson'
  readonly distribution?: 'normal' | 'uniform'
}

export interface IntegerInPlace {
  readonly start: number
  readonly value: number
}

/** A width or depth of a model that a what-if may change. */
export interface SizeKnob {
  /** Of the same size after the text around it has changed. */
  readonly id: string
  /** `width`, `256`, `× 24, line 5`. */
  readonly label: string
  readonly value: number
  /** Where it is written; equal sizes of layers go together. */
  readonly spans: readonly Span[]
}

export interface InputSpec {
  readonly shape: readonly number[]
  readonly distribution: InputDistribution
}

export interface Document {
  /** Path or URI; its ending tells the reader. */
  readonly file: string
  readonly text: string
}

export interface Analysis {
  readonly file: string
  readonly models: readonly ModelAnalysis[]
  /** Names of models that are read, and predicted later; none in a whole analysis. */
  readonly waiting: readonly string[]
  readonly definitions: readonly Definition[]
  readonly unread: readonly Remark[]
  /** Why there is nothing to show, in one sentence; null when there is something. */
  readonly message: string | null
  /** Imports asked for that the host had not loaded yet: analyze again when it has. */
  readonly pending: boolean
}

export interface Remark {
  readonly message: string
  readonly span: Span | null
}

export interface ModelAnalysis {
  readonly name: string
  readonly framework: 'pytorch' | 'keras' | 'flax' | 'tensorflowjs' | 'spec'
  /** The class definition or the expression that builds it. */
  readonly span: Span | null
  /** Class of the model's root object where its source was read; null for the framework's own containers. */
  readonly rootClass: RootClass | null
  /** What the model is a part of, where it was read by itself because that whole is never run. */
  readonly whole?: Whole
  readonly assumptions: readonly Assumption[]
  readonly input: readonly InputSpec[]
  readonly graph: Graph
  readonly current: Prediction
  readonly recommended: Prediction
  readonly weights: readonly WeightAdvice[]
  /** On stretches of four layers or more. */
  readonly verdicts: readonly Verdict[]
  readonly findings: readonly Finding[]
}

export interface Whole {
  readonly rootClass: RootClass
  /** Name of the part in it: `critic`. */
  readonly part: string
}

export interface RootClass {
  readonly name: string
  /** The class statement. */
  readonly span: Span
}

export interface Assumption {
  readonly message: string
  readonly span: Span | null
  /** What `# init-lens:` sets to change it, when settable. */
  readonly setting: string | null
}

/** Predicted statistics of every tensor of a graph: arrays indexed by TensorId. */
export interface Prediction {
  readonly forward: readonly (ForwardMoments | Unpredicted)[]
  /** Gradient with respect to each tensor, for an N(0, 1) cotangent on the model's outputs. */
  readonly backward: readonly (GradientMoments | Unpredicted)[]
}
export interface ForwardMoments {
  readonly known: true
  readonly mean: number
  /** E[x²] over weights, inputs, units and positions. */
  readonly secondMoment: number
  /** secondMoment − mean². */
  readonly variance: number
  /** 90 % interval of one initialization's empirical second moment. */
  readonly band: readonly [number, number]
}
export interface GradientMoments {
  readonly known: true
  readonly secondMoment: number
  readonly band: readonly [number, number]
}
export interface Unpredicted {
  readonly known: false
  readonly reason: string
  readonly span: Span | null
}

/**
 * `stable`: neither changes tenfold over the stretch as written. `mendable`: neither does with the recommended initialization.
 * `limited`: one still does. `hopeless`: no initialization keeps a tenth of the gradient without saturating most units.
 */
export type Outlook = 'stable' | 'mendable' | 'limited' | 'hopeless'

/** How long signal and gradient last in a stretch of the network: layers of one kind and size, or the whole where there are none. */
export interface Verdict {
  /** Names of the first and the last layer. */
  readonly from: string
  readonly to: string
  /** Calls of the stretch, in order of execution. */
  readonly calls: readonly number[]
  readonly layers: number
  readonly outlook: Outlook
  /** Second moment of the signal from the first layer to the last. */
  readonly signal: Pace | null
  /** Of the gradient, summed over units, from the last to the first. */
  readonly gradient: Pace | null
  /** Both with the recommended initialization. */
  readonly recommended: { readonly signal: Pace | null; readonly gradient: Pace | null }
  /** Name of the activation between the layers of a plain chain; null elsewhere. */
  readonly activation: string | null
  /** The largest part of the gradient that a layer and its activation can pass while most units respond; null where it is not a plain chain. */
  readonly passes: number | null
  /** What would keep the gradient where no initialization does, with the factor a layer; null where the factor depends on depth. */
  readonly remedies: readonly Remedy[]
}
export interface Remedy {
  readonly change: 'normalization' | 'residual connections' | 'tanh' | 'ReLU'
  readonly factor: number | null
}

export interface Pace {
  /** χ: geometric mean of the factors from one layer to the next, in the direction of travel. */
  readonly factor: number
  /** Layers after which it has changed tenfold at this pace; null where it does not change, or changes at a pace of its own at every depth. */
  readonly tenfold: number | null
  /** Formats whose range the root mean square leaves, and after how many layers; `within` the stretch, else at its pace beyond. */
  readonly leaves: readonly Leaving[]
}
export interface Leaving {
  readonly format: 'float16' | 'bfloat16' | 'float32'
  readonly direction: 'underflow' | 'overflow'
  readonly layers: number
  readonly within: boolean
}

export type InitializerFamily = 'he' | 'xavier' | 'lecun' | 'orthogonal' | 'zeros' | 'ones' | 'constant' | 'normal' | 'keep'

export interface Recommendation {
  readonly family: InitializerFamily
  readonly distribution: 'normal' | 'uniform' | 'orthogonal' | 'constant'
  readonly mode: 'fan_in' | 'fan_out' | 'fan_avg' | null
  readonly gain: number
  readonly variance: number
  readonly std: number
  /** Half width of the uniform; null for others. */
  readonly bound: number | null
  /** The formula with its numbers: `2/784 = 0.00255`. */
  readonly formula: string
  readonly initializer: Initializer
  /** The framework's own call, on the model's `self`. */
  readonly code: string
  /** The same call with `{target}` where the parameter's expression stands. */
  readonly template: string
  /** At most two sentences. */
  readonly why: string
}

export interface WeightAdvice {
  /** Parameter id in the graph. */
  readonly parameter: number
  /** The call that owns it: index in Graph.calls. */
  readonly call: number
  /** What consumes the layer's output, `relu`, `tanh`, `none` at the network's end, null when unknown. */
  readonly activation: string | null
  /** Where that activation is written. */
  readonly activationSpan: Span | null
  /** 1/fan_in, the lesson's Xavier, beside Glorot's 2/(fan_in + fan_out). */
  readonly lessonVariance: number | null
  readonly glorotVariance: number | null
  readonly recommended: Recommendation
}

export interface TextEdit {
  /** UTF-16 offsets into the document's text. */
  readonly file: string
  readonly start: number
  readonly end: number
  readonly newText: string
}

export interface Fix {
  readonly title: string
  readonly edits: readonly TextEdit[]
}

export interface Finding {
  /** Rule id in kebab-case: `xavier-before-relu`. */
  readonly rule: string
  readonly severity: 'error' | 'warning' | 'information'
  readonly message: string
  readonly span: Span | null
  /** Calls it speaks of. */
  readonly calls: readonly number[]
  readonly fix: Fix | null
}

/** A layer constructor in the file. One line in a block class can have made many calls. */
export interface Definition {
  readonly span: Span
  /** `torch.nn.Conv2d`. */
  readonly callee: string
  /** For each model, ids of the calls it gave rise to. */
  readonly instances: readonly { readonly model: number; readonly calls: readonly number[] }[]
  /** Why no model reaches it; null when one does. */
  readonly reason: string | null
  /** Fans and recommendation from the constructor alone, when no model reaches it. */
  readonly standalone: StandaloneAdvice | null
}

export interface StandaloneAdvice {
  readonly type: string
  readonly fanIn: number | null
  readonly fanOut: number | null
  readonly currentVariance: number | null
  readonly recommended: Recommendation | null
}
