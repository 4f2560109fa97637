/**
 * Layers that start as copies of each other (`nn.TransformerEncoder` deep-copies the layer that it is given) or are called again hold the
 * same weights. Nodes that do the same in two such copies are twins: what they compute is drawn by the same weights.
 */
import type { Graph, Node, ParameterId, TensorId } from '../../graph'

/** For each node its twin in the copy before, and in the one after. */
export interface Twins {
  readonly before: ReadonlyMap<number, Node>
  readonly after: ReadonlyMap<number, Node>
}

/** Copies before a node that are looked at: beyond, an unrolled loop would cost the square of its length. */
export const mostCopies = 24

/**
 * Twins of linear maps by their weights, of what follows them by its place behind these. Null where no weight is held twice.
 * `isRedrawn`: parameters that an experiment draws anew, each for itself.
 */
export function twinsOf(graph: Graph, isRedrawn: (parameter: ParameterId) => boolean): Twins | null {
  const drawOf = (id: ParameterId | null): string => {
    if (id === null) return '-'
    const group = isRedrawn(id) ? null : (graph.parameters[id]?.copyGroup ?? null)
    return group === null ? `p${id}` : `c${group}`
  }
  const keyOf = ({ op }: Node): string | null =>
    op.kind === 'linear' ? `${drawOf(op.weight)} ${drawOf(op.bias)} ${op.inFeatures} ${op.outFeatures}` : null
  const keys = graph.nodes.flatMap((node) => keyOf(node) ?? [])
  if (new Set(keys).size === keys.length) return null
  const before = new Map<number, Node>()
  const after = new Map<number, Node>()
  const join = (node: Node, twin: Node): void => {
    before.set(node.id, twin)
    after.set(twin.id, node)
  }
  const byWeight = new Map<string, Node>()
  const producers = new Map<TensorId, Node>()
  const consumers = new Map<TensorId, Node[]>()
  for (const node of graph.nodes) {
    const key = keyOf(node)
    if (key !== null) {
      const twin = byWeight.get(key)
      if (twin !== undefined) join(node, twin)
      byWeight.set(key, node)
    } else {
      const twin = follower(node, producers, consumers, before, after)
      if (twin !== null) join(node, twin)
    }
    for (const input of node.inputs) {
      const readers = consumers.get(input) ?? []
      readers.push(node)
      consumers.set(input, readers)
    }
    for (const output of node.outputs) producers.set(output, node)
  }
  return { before, after }
}

/** The node that stands behind a twin of what this one stands behind, as this one does. */
function follower(
  node: Node,
  producers: ReadonlyMap<TensorId, Node>,
  consumers: ReadonlyMap<TensorId, readonly Node[]>,
  before: ReadonlyMap<number, Node>,
  after: ReadonlyMap<number, Node>,
): Node | null {
  for (const [slot, input] of node.inputs.entries()) {
    const producer = producers.get(input)
    const twin = producer === undefined ? undefined : before.get(producer.id)
    if (producer === undefined || twin === undefined) continue
    const output = twin.outputs[producer.outputs.indexOf(input)]
    if (output === undefined) continue
    const found = consumers
      .get(output)
      ?.find((other) => !after.has(other.id) && other.inputs[slot] === output && JSON.stringify(other.op) === JSON.stringify(node.op))
    if (found !== undefined) return found
  }
  return null
}

/** The twins of a node in one direction, the nearest first. */
export function chain(node: Node, direction: ReadonlyMap<number, Node>): readonly Node[] {
  const found: Node[] = []
  for (let twin = direction.get(node.id); twin !== undefined && found.length < mostCopies; twin = direction.get(twin.id)) found.push(twin)
  return found
}
