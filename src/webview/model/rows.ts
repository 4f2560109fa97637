import type { Finding, ModelAnalysis, WeightAdvice } from '../../analysis'
import type { Call, OpKind, Parameter, Span, TensorId } from '../../graph'

/** What a layer does to the signal, as the axis marks it. */
export type RowKind = 'weights' | 'activation' | 'norm' | 'other'

/** One call of the model, in order of execution: a row of the table and a point of the chart. */
export interface Row {
  /** Index in `Graph.calls` and in the rows. */
  readonly index: number
  /** Survives a new analysis: name and count of the call. */
  readonly key: string
  readonly call: Call
  readonly kind: RowKind
  /** The tensor whose moments the row shows; null when the call gives none. */
  readonly tensor: TensorId | null
  readonly shape: readonly number[]
  /** The weight that the row's initializer columns speak of: the first with advice. */
  readonly advice: WeightAdvice | null
  readonly parameter: Parameter | null
  readonly findings: readonly Finding[]
  /** Where the layer is written. */
  readonly span: Span | null
}

const norms: ReadonlySet<OpKind> = new Set<OpKind>(['batchNorm', 'layerNorm', 'groupNorm', 'localResponseNorm', 'normalize'])
const activations: ReadonlySet<OpKind> = new Set<OpKind>(['activation', 'gated', 'softmax'])
const weighted: ReadonlySet<OpKind> = new Set<OpKind>([
  'linear',
  'bilinear',
  'conv',
  'convTranspose',
  'embedding',
  'recurrent',
  'attention',
])

export function callKey(call: Pick<Call, 'name' | 'call'>): string {
  return `${call.name}#${call.call}`
}

/** The rows of a model, one for each of its calls. */
export function rowsOf(model: ModelAnalysis): readonly Row[] {
  const { graph } = model
  const adviceByCall = new Map<number, WeightAdvice>()
  for (const advice of model.weights) if (!adviceByCall.has(advice.call)) adviceByCall.set(advice.call, advice)
  const adviceByParameter = new Map(model.weights.map((advice) => [advice.parameter, advice]))
  const findingsByCall = new Map<number, Finding[]>()
  for (const finding of model.findings) {
    for (const call of finding.calls) findingsByCall.set(call, [...(findingsByCall.get(call) ?? []), finding])
  }
  const kinds = new Map<number, RowKind>()
  for (const node of graph.nodes) {
    if (node.call === null) continue
    const kind = weighted.has(node.op.kind)
      ? 'weights'
      : norms.has(node.op.kind)
        ? 'norm'
        : activations.has(node.op.kind)
          ? 'activation'
          : 'other'
    const before = kinds.get(node.call)
    if (before === undefined || before === 'other' || kind === 'weights') kinds.set(node.call, kind)
  }
  return graph.calls.map((call, index) => {
    // A second call of the same module has the same weight, whose advice names the first call.
    const advice =
      adviceByCall.get(index) ?? call.parameters.map((id) => adviceByParameter.get(id)).find((found) => found !== undefined) ?? null
    const tensor = call.outputs[0] ?? null
    return {
      index,
      key: callKey(call),
      call,
      kind: kinds.get(index) ?? 'other',
      tensor,
      shape: tensor === null ? [] : (graph.tensors[tensor]?.shape ?? []),
      advice,
      parameter: advice === null ? null : (graph.parameters[advice.parameter] ?? null),
      findings: findingsByCall.get(index) ?? [],
      span: call.definition ?? call.site,
    }
  })
}

/** The row that the editor's cursor is on: the first whose definition or call is on the line. */
export function rowsOnLine(rows: readonly Row[], file: string, line: number): readonly Row[] {
  return rows.filter(({ call }) => [call.definition, call.site].some((span) => span !== null && span.line === line && span.file === file))
}
