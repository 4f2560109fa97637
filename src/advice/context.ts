import type { Call, Graph, Node, Parameter, ParameterUse } from '../graph'
import { absorbingNorm } from './absorbed'
import type { AdviceOptions, WeightContext } from './draft'
import { arithmeticFanIn, fansOf } from './fans'
import { feedsOf } from './feeds'

/** What the rules look at; null where a layer has no output. */
export function contextOf(
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
    consumers,
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
export function owningCall(graph: Graph, node: Node, parameter: number): Call | null {
  const byNode = node.call === null ? undefined : graph.calls[node.call]
  return byNode ?? graph.calls.find((call) => call.parameters.includes(parameter)) ?? null
}
