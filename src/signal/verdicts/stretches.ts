/** Stretches of a network: layers of one kind and size one after the other, or the whole where there are none. */
import { type ActivationFunction, type Call, consumersOf, type Graph, type Node, type OpKind, type TensorId } from '../../graph'

export interface Stretch {
  readonly calls: readonly Call[]
  /** Each layer's activation where every layer feeds the next through the same one and nothing else; null otherwise. */
  readonly activation: ActivationFunction | null
}

/** Fewer equal layers than this say nothing of depth. */
const SHORTEST = 4

/** Runs of layers with weights that have the same class and output shape; the whole network when no run is long enough. */
export function stretchesOf(graph: Graph): readonly Stretch[] {
  const weighted = graph.calls.filter(
    (call) => call.parameters.some((id) => graph.parameters[id]?.role === 'weight') && call.outputs[0] !== undefined,
  )
  const runs: Call[][] = []
  for (const call of weighted) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (run !== undefined && before !== undefined && alike(graph, before, call)) run.push(call)
    else runs.push([call])
  }
  const long = runs.filter((run) => run.length >= SHORTEST)
  const chosen = long.length > 0 ? long : weighted.length >= SHORTEST ? [weighted] : []
  const consumers = consumersOf(graph)
  return chosen.map((calls) => ({ calls, activation: plainActivation(graph, consumers, calls) }))
}

function alike(graph: Graph, a: Call, b: Call): boolean {
  const shape = (call: Call) => graph.tensors[call.outputs[0] as TensorId]?.shape.slice(1).join()
  return a.type === b.type && shape(a) === shape(b)
}

/** What may stand between two layers of a plain chain. */
const handsOn: ReadonlySet<OpKind> = new Set<OpKind>(['activation', 'dropout', 'reshape', 'permute', 'cast', 'pool', 'adaptivePool'])
const withWeights: ReadonlySet<OpKind> = new Set<OpKind>(['linear', 'conv', 'convTranspose'])

function plainActivation(graph: Graph, consumers: readonly (readonly Node[])[], calls: readonly Call[]): ActivationFunction | null {
  let common: ActivationFunction | null = null
  for (const call of calls.slice(0, -1)) {
    const own = activationBehind(graph, consumers, call.outputs[0] as TensorId)
    if (own === null || (common !== null && JSON.stringify(own) !== JSON.stringify(common))) return null
    common = own
  }
  return common
}

/** The only nonlinearity between a layer's output and the next layer, along a chain without branches. */
function activationBehind(graph: Graph, consumers: readonly (readonly Node[])[], from: TensorId): ActivationFunction | null {
  let tensor = from
  let found: ActivationFunction | null = null
  for (let step = 0; step < 16; step++) {
    const [next, ...others] = consumers[tensor] ?? []
    if (next === undefined || others.length > 0 || graph.outputs.includes(tensor)) return null
    if (withWeights.has(next.op.kind)) return found
    if (!handsOn.has(next.op.kind)) return null
    if (next.op.kind === 'activation') {
      if (found !== null) return null
      found = next.op.fn
    }
    tensor = next.outputs[0] as TensorId
  }
  return null
}
