import type { WeightAdvice } from '../analysis'
import { type Call, type Graph, type ParameterRole, usersOf } from '../graph'
import { shrunkBranches } from './branches'
import { chosen } from './chosen'
import { contextOf, owningCall } from './context'
import type { AdviceOptions, Draft, WeightContext } from './draft'
import type { Feeds } from './feeds'
import { finishRecommendation } from './finish'
import { activationCodeName } from './names'
import { alikeByLine } from './oneLine'
import { readersOf } from './readers'
import { recommendationRules } from './rules'

/** Parameters that a scheme is chosen for; norms and biases start at 1 and 0 as they are. */
const advised: ReadonlySet<ParameterRole> = new Set<ParameterRole>(['weight', 'embedding', 'recurrentKernel'])

/** A weight on its way to its advice. */
export interface Advised {
  readonly context: WeightContext
  readonly call: Call
  readonly draft: Draft
}

/**
 * Advice for every weight that a layer uses, in order of execution. A weight used twice is advised for its first use.
 * Each layer's rule decides first; the ends of residual branches are scaled by their number, and where the engine then finds the
 * signal of the whole network out of range, the rule's variance is scaled. Never worse, by the engine, than what the file draws.
 */
export function adviseWeights(graph: Graph, options: AdviceOptions): readonly WeightAdvice[] {
  const consumers = readersOf(graph)
  const found: Advised[] = []
  usersOf(graph).forEach((uses, id) => {
    const parameter = graph.parameters[id]
    const [first] = uses
    if (parameter === undefined || first === undefined || !advised.has(parameter.role)) return
    const context = contextOf(graph, consumers, parameter, first, options)
    const call = owningCall(graph, first.node, id)
    const draft = context === null ? null : draftFor(context)
    if (context !== null && call !== null && draft !== null) found.push({ context, call, draft })
  })
  found.sort((a, b) => a.context.use.id - b.context.use.id)
  const best = chosen(graph, shrunkBranches(graph, found))
  return (options.framework === undefined || options.framework === 'pytorch' ? best : alikeByLine(best)).map(weightAdvice)
}

function draftFor(context: WeightContext): Draft | null {
  for (const rule of recommendationRules) {
    const draft = rule(context)
    if (draft !== null) return draft
  }
  return null
}

function weightAdvice({ context, call, draft }: Advised): WeightAdvice {
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
