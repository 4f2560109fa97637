import { formatFold } from '../../graph'
import { longestStream } from '../residual'
import { type FindingRule, signalAt } from './rule'

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
