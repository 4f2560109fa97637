import type { Finding, Fix, Prediction, Verdict, WeightAdvice } from '../../analysis'
import type { Call, Graph, Node, Parameter, Span, TensorId } from '../../graph'

/** What a rule looks at: one model as written, and as it would be with the advice applied. */
export interface FindingContext {
  readonly graph: Graph
  readonly consumers: readonly (readonly Node[])[]
  readonly current: Prediction
  readonly recommended: Prediction
  readonly weights: readonly WeightAdvice[]
  readonly verdicts: readonly Verdict[]
}

/** One kind of problem. Its page is docs/rules/<id>.md; the setting `initLens.rules` silences it by id. */
export interface FindingRule {
  /** kebab-case. */
  readonly id: string
  readonly severity: Finding['severity']
  /** A heading for lists: at most six words. */
  readonly title: string
  check(context: FindingContext): readonly Found[]
}

/** A finding before its rule's name and severity are put on. */
export interface Found {
  readonly message: string
  readonly span: Span | null
  readonly calls: readonly number[]
  readonly fix?: Fix
  /** Parameters whose recommended initialization mends it; the fix is made of them. */
  readonly mendedBy?: readonly number[]
}

/** A weight with the layer that owns it. */
export interface Layer {
  readonly advice: WeightAdvice
  readonly parameter: Parameter
  readonly call: Call
  readonly output: TensorId
}

/** The weights of a model with their layers, in order of execution. */
export function layersOf(context: FindingContext): readonly Layer[] {
  return context.weights.flatMap((advice) => {
    const parameter = context.graph.parameters[advice.parameter]
    const call = context.graph.calls[advice.call]
    const output = call?.outputs[0]
    return parameter === undefined || call === undefined || output === undefined ? [] : [{ advice, parameter, call, output }]
  })
}

/** E[x²] of a tensor, null when unknown. */
export function signalAt(prediction: Prediction, tensor: TensorId): number | null {
  const moments = prediction.forward[tensor]
  return moments?.known ? moments.secondMoment : null
}

/** E[(∂L/∂x)²] of a tensor, null when unknown. */
export function gradientAt(prediction: Prediction, tensor: TensorId): number | null {
  const moments = prediction.backward[tensor]
  return moments?.known ? moments.secondMoment : null
}

/** `conv1`, or `conv1 and 3 others`. */
export function named(layers: readonly Layer[]): string {
  const [first] = layers
  if (first === undefined) return ''
  const rest = layers.length - 1
  return rest === 0 ? `\`${first.call.name}\`` : `\`${first.call.name}\` and ${rest} ${rest === 1 ? 'other' : 'others'}`
}

/** The verb that goes with `named(layers)`. */
export function verb(layers: readonly Layer[], one: string, many: string): string {
  return layers.length === 1 ? one : many
}

/** Layers that the same constructor made are one finding at its line. */
export function byDefinition(layers: readonly Layer[]): readonly (readonly Layer[])[] {
  return grouped(layers, ({ parameter, call }) => parameter.definition ?? call.definition)
}

/** Weights that the same initializer call drew are one finding at its line. */
export function byInitializer(layers: readonly Layer[]): readonly (readonly Layer[])[] {
  return grouped(layers, ({ parameter, call }) => parameter.initializer.span ?? parameter.definition ?? call.definition)
}

function grouped(layers: readonly Layer[], place: (layer: Layer) => Span | null): readonly (readonly Layer[])[] {
  const groups = new Map<string, Layer[]>()
  for (const layer of layers) {
    const span = place(layer)
    const key = span === null ? `call ${layer.call.id}` : `${span.file}:${span.start}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [layer])
    else group.push(layer)
  }
  return [...groups.values()]
}
