import type { Recommendation, WeightAdvice } from '../analysis'
import type { Call, Distribution, Graph, Node, Parameter, ParameterRole, ParameterUse } from '../graph'
import { consumersOf, usersOf } from '../graph'
import { absorbingNorm } from './absorbed'
import type { AdviceOptions, Draft, WeightContext } from './draft'
import { arithmeticFanIn, fansOf } from './fans'
import { type Feeds, feedsOf } from './feeds'
import { activationCodeName } from './names'
import { recommendationRules } from './rules'
import { attributePath, fillTemplate, torchInitCall } from './wording/torch'

/** Parameters that a scheme is chosen for; norms and biases start at 1 and 0 as they are. */
const advised: ReadonlySet<ParameterRole> = new Set<ParameterRole>(['weight', 'embedding', 'recurrentKernel'])

/** Advice for every weight that a layer uses, in order of execution. A weight used twice is advised for its first use. */
export function adviseWeights(graph: Graph, options: AdviceOptions): readonly WeightAdvice[] {
  const consumers = consumersOf(graph)
  const advice: { readonly order: number; readonly advice: WeightAdvice }[] = []
  usersOf(graph).forEach((uses, id) => {
    const parameter = graph.parameters[id]
    const [first] = uses
    if (parameter === undefined || first === undefined || !advised.has(parameter.role)) return
    const context = contextOf(graph, consumers, parameter, first, options)
    const call = owningCall(graph, first.node, id)
    if (context === null || call === null) return
    const draft = draftFor(context)
    if (draft === null) return
    advice.push({ order: first.node.id, advice: weightAdvice(context, call, draft) })
  })
  return advice.sort((a, b) => a.order - b.order).map((entry) => entry.advice)
}

function contextOf(
  graph: Graph,
  consumers: readonly (readonly Node[])[],
  parameter: Parameter,
  use: ParameterUse,
  options: AdviceOptions,
): WeightContext | null {
  const [output] = use.node.outputs
  if (output === undefined) return null
  const { fanIn, fanOut } = fansOf(parameter, use.node)
  return {
    graph,
    parameter,
    use: use.node,
    field: use.field,
    feeds: feedsOf(graph, consumers, output),
    absorbedBy: absorbingNorm(graph, consumers, output),
    fanIn,
    fanOut,
    summedInputs: arithmeticFanIn(use.node) ?? fanIn,
    options,
  }
}

/** The listed call whose module owns the parameter: a call made of several nodes (attention) owns more than one. */
function owningCall(graph: Graph, node: Node, parameter: number): Call | null {
  const byNode = node.call === null ? undefined : graph.calls[node.call]
  return byNode ?? graph.calls.find((call) => call.parameters.includes(parameter)) ?? null
}

function draftFor(context: WeightContext): Draft | null {
  for (const rule of recommendationRules) {
    const draft = rule(context)
    if (draft !== null) return draft
  }
  return null
}

function weightAdvice(context: WeightContext, call: Call, draft: Draft): WeightAdvice {
  const { parameter, feeds, fanIn, fanOut } = context
  return {
    parameter: parameter.id,
    call: call.id,
    activation: activationOf(feeds),
    activationSpan: feeds.kind === 'output' ? null : (feeds.node?.span ?? null),
    lessonVariance: fanIn === null ? null : 1 / fanIn,
    glorotVariance: fanIn === null || fanOut === null ? null : 2 / (fanIn + fanOut),
    recommended: finishRecommendation(context, draft),
  }
}

function activationOf(feeds: Feeds): string | null {
  switch (feeds.kind) {
    case 'activation':
      return activationCodeName(feeds.fn)
    case 'output':
    case 'layer':
      return 'none'
    case 'softmax':
    case 'attention':
    case 'gated':
    case 'gate':
    case 'recurrent':
      return feeds.kind
    case 'unknown':
      return null
  }
}

/** Numbers, words and code of a draft. */
export function finishRecommendation(context: WeightContext, draft: Draft): Recommendation {
  const distribution = distributionOf(draft, context)
  const variance = varianceOf(draft, context.parameter)
  const std = Math.sqrt(variance)
  const template = torchInitCall(draft, context)
  const shown = Number(variance.toPrecision(3))
  return {
    family: draft.family,
    distribution:
      distribution.kind === 'normal' || distribution.kind === 'uniform' || distribution.kind === 'orthogonal'
        ? distribution.kind
        : 'constant',
    mode: draft.mode,
    gain: draft.gain,
    variance,
    std,
    bound: distribution.kind === 'uniform' ? distribution.high : null,
    formula: draft.fan === null ? `Var(w) = ${shown}` : `Var(w) = ${draft.numerator}/${draft.divisor} = ${shown}`,
    initializer: { distribution, label: labelOf(draft, distribution), origin: 'written', span: null },
    code: fillTemplate(template, attributePath('self', context.parameter.name)),
    template,
    why:
      context.absorbedBy === null
        ? draft.why
        : `${normName(context.absorbedBy)} behind it rescales whatever is drawn, so the signal does not depend on it. ${draft.why}`,
  }
}

function varianceOf(draft: Draft, parameter: Parameter): number {
  switch (draft.family) {
    case 'zeros':
    case 'ones':
    case 'constant':
      return 0
    case 'orthogonal':
      return (
        draft.gain ** 2 /
        Math.max(
          parameter.shape[0] ?? 1,
          parameter.shape.slice(1).reduce((product, size) => product * size, 1),
        )
      )
    default:
      return draft.fan === null ? draft.gain ** 2 : draft.gain ** 2 / draft.fan
  }
}

function distributionOf(draft: Draft, context: WeightContext): Distribution {
  const std = Math.sqrt(varianceOf(draft, context.parameter))
  switch (draft.family) {
    case 'zeros':
      return { kind: 'constant', value: 0 }
    case 'ones':
      return { kind: 'constant', value: 1 }
    case 'constant':
      return { kind: 'constant', value: draft.gain }
    case 'orthogonal':
      return { kind: 'orthogonal', gain: draft.gain }
    case 'normal':
    case 'keep':
      return { kind: 'normal', mean: 0, std }
    case 'he':
    case 'xavier':
    case 'lecun':
      return context.options.distribution === 'normal'
        ? { kind: 'normal', mean: 0, std }
        : { kind: 'uniform', low: -std * Math.sqrt(3), high: std * Math.sqrt(3) }
  }
}

function labelOf(draft: Draft, distribution: Distribution): string {
  const family = {
    he: 'He',
    xavier: 'Xavier',
    lecun: 'LeCun',
    orthogonal: 'orthogonal',
    zeros: 'zeros',
    ones: 'ones',
    constant: 'constant',
    normal: 'N(0, 1)',
    keep: 'as it is',
  }[draft.family]
  return draft.fan === null ? family : `${family} ${distribution.kind}`
}

function normName(node: Node): string {
  switch (node.op.kind) {
    case 'batchNorm':
      return 'Batch norm'
    case 'layerNorm':
      return node.op.center ? 'Layer norm' : 'RMS norm'
    default:
      return 'Group norm'
  }
}
