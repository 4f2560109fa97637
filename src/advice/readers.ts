import { consumersOf, type Graph, type Node } from '../graph'
import { fuseNorms } from '../signal'

const known = new WeakMap<Graph, readonly (readonly Node[])[]>()

/** For each tensor the nodes that read it, with written-out norms as the norms that they are and without what only computed those. */
export function readersOf(graph: Graph): readonly (readonly Node[])[] {
  const found = known.get(graph)
  if (found !== undefined) return found
  const fused = fuseNorms(graph)
  const readers = living(fused, consumersOf(fused))
  known.set(graph, readers)
  return readers
}

/** Readers that the outputs depend on. */
function living(graph: Graph, consumers: readonly (readonly Node[])[]): readonly (readonly Node[])[] {
  const alive = new Set<number>()
  const open = graph.outputs.map((output) => graph.tensors[output]?.producer ?? -1)
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = graph.nodes[id]
    if (node === undefined || alive.has(id)) continue
    alive.add(id)
    for (const input of node.inputs) open.push(graph.tensors[input]?.producer ?? -1)
  }
  return consumers.map((readers) => readers.filter(({ id }) => alive.has(id)))
}
