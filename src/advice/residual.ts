import type { Graph, Node, OpKind, TensorId } from '../graph'
import { isLearned } from './learned'
import { readersOf } from './readers'

/** Ops between two additions of one residual stream. A norm starts a new one. */
const alongStream: ReadonlySet<OpKind> = new Set<OpKind>(['activation', 'dropout', 'cast', 'reshape', 'permute', 'pool', 'adaptivePool'])

/** Ops between a branch's last layer and the addition. */
const alongBranch: ReadonlySet<OpKind> = new Set<OpKind>(['dropout', 'cast', 'reshape', 'permute', 'slice', 'roll', 'pad'])

/** The longest run of additions in which each adds to what the one before gave. */
export function longestStream(graph: Graph): readonly Node[] {
  const before = new Map<number, readonly Node[]>()
  let longest: readonly Node[] = []
  for (const node of graph.nodes) {
    const { op } = node
    if (op.kind !== 'add' && !alongStream.has(op.kind)) continue
    if (op.kind === 'add' && !isResidual(graph, node)) continue
    const streams = node.inputs.map((input) => before.get(graph.tensors[input]?.producer ?? -1) ?? [])
    const reached = streams.reduce((best, stream) => (stream.length > best.length ? stream : best), [])
    const stream = op.kind === 'add' ? [...reached, node] : reached
    before.set(node.id, stream)
    if (stream.length > longest.length) longest = stream
  }
  return longest
}

/** Whether one of the summands is computed from another: positions added to tokens are not a branch. */
function isResidual(graph: Graph, { inputs }: Node): boolean {
  return inputs.some((stream) => inputs.some((branch) => branch !== stream && isComputedFrom(graph, branch, stream)))
}

function isComputedFrom(graph: Graph, tensor: TensorId, origin: TensorId): boolean {
  const earliest = graph.tensors[origin]?.producer ?? 0
  const open = [tensor]
  const seen = new Set(open)
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === origin) return true
    const producer = graph.tensors[at]?.producer ?? -1
    if (producer <= earliest) continue
    for (const input of graph.nodes[producer]?.inputs ?? []) {
      if (!seen.has(input)) open.push(input)
      seen.add(input)
    }
  }
  return false
}

/** All additions of a branch to the stream that it is computed from. */
export function residualAdditions(graph: Graph): readonly Node[] {
  return graph.nodes.filter((node) => node.op.kind === 'add' && isResidual(graph, node))
}

/** Weights that close a residual branch: a small branch leaves the stream as it is. */
export function closingWeights(graph: Graph): ReadonlySet<number> {
  const known = closing.get(graph)
  if (known !== undefined) return known
  const made = branchEnds(graph, readersOf(graph), residualAdditions(graph))
  closing.set(graph, made)
  return made
}

const closing = new WeakMap<Graph, ReadonlySet<number>>()

/** Weights of the layers whose outputs are added to the stream as they are, and read by nothing else. */
export function branchEnds(graph: Graph, consumers: readonly (readonly Node[])[], stream: readonly Node[]): ReadonlySet<number> {
  const producerOf = (tensor: TensorId): Node | undefined => graph.nodes[graph.tensors[tensor]?.producer ?? -1]
  /** What goes on along a branch; undefined at its end. A learned factor (layer scale) belongs to the branch. */
  const inside = (node: Node | undefined): TensorId | undefined => {
    if (node === undefined) return undefined
    if (alongBranch.has(node.op.kind)) return node.inputs[0]
    return node.op.kind === 'multiply' ? node.inputs.find((_, i) => isLearned(graph, node.inputs[1 - i] ?? -1)) : undefined
  }
  const ends = new Set<number>()
  for (const addition of stream) {
    for (const input of addition.inputs) {
      let node = producerOf(input)
      for (let earlier = inside(node); earlier !== undefined; earlier = inside(node)) node = producerOf(earlier)
      if (node === undefined || (node.op.kind !== 'linear' && node.op.kind !== 'conv')) continue
      if (node.outputs.every((output) => (consumers[output] ?? []).length === 1)) ends.add(node.op.weight)
    }
  }
  return ends
}
