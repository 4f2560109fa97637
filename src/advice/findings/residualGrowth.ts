import { formatFold, type Graph, type Node, type OpKind } from '../../graph'
import { type FindingRule, signalAt } from './rule'

/** Ops between two additions of one residual stream. A norm starts a new one. */
const alongStream: ReadonlySet<OpKind> = new Set<OpKind>(['activation', 'dropout', 'cast', 'reshape', 'permute', 'pool', 'adaptivePool'])

const fewestBlocks = 4

/** Growth over the number of blocks that independent branches of the stream's first size explain, with room. */
const explained = 4

/** Branches as large as the stream double it at every block; branches that a norm feeds add one each. */
export const residualGrowth: FindingRule = {
  id: 'residual-growth',
  severity: 'warning',
  title: 'The residual stream grows exponentially',
  check({ graph, current, weights }) {
    const chain = longestStream(graph)
    const [first] = chain
    const last = chain.at(-1)
    const start = first?.outputs[0]
    const end = last?.outputs[0]
    if (last === undefined || start === undefined || end === undefined || chain.length < fewestBlocks) return []
    const [before, after] = [signalAt(current, start), signalAt(current, end)]
    if (before === null || after === null || before === 0 || after / before < explained * chain.length) return []
    const layer = graph.calls.find(({ id }) => chain.some(({ call }) => call === id)) ?? null
    return [
      {
        message: `The residual stream’s second moment grows ${formatFold(after / before)} over ${chain.length} additions, because every branch adds as much as the stream holds. Scale each branch’s last layer by 1/√${chain.length}, start it at zero, or let a norm feed the branches.`,
        span: last.span,
        calls: layer === null ? [] : [layer.id],
        mendedBy: weights.map(({ parameter }) => parameter),
      },
    ]
  },
}

/** The longest run of additions in which each adds to what the one before gave. */
function longestStream(graph: Graph): readonly Node[] {
  const before = new Map<number, readonly Node[]>()
  let longest: readonly Node[] = []
  for (const node of graph.nodes) {
    const { op } = node
    if (op.kind !== 'add' && !alongStream.has(op.kind)) continue
    const streams = node.inputs.map((input) => before.get(graph.tensors[input]?.producer ?? -1) ?? [])
    const reached = streams.reduce((best, stream) => (stream.length > best.length ? stream : best), [])
    const stream = op.kind === 'add' ? [...reached, node] : reached
    before.set(node.id, stream)
    if (stream.length > longest.length) longest = stream
  }
  return longest
}
