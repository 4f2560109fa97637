import { formatNumber, type Graph } from '../graph'
import type { Advised } from './recommend'
import { readersOf } from './readers'
import { branchEnds, longestStream } from './residual'

/** Additions from which on a stream's growth adds up. */
const deepFrom = 4

/**
 * Scales the last layer of each of L residual branches by 1/√L, so that the stream grows by one unit of variance over all of them
 * instead of one each (GPT-2; Zhang et al. 2019, Fixup, without its further changes). A norm behind that layer absorbs its scale,
 * and a draw that stays is left alone.
 */
export function shrunkBranches(graph: Graph, found: readonly Advised[]): readonly Advised[] {
  const stream = longestStream(graph)
  if (stream.length < deepFrom) return found
  const ends = branchEnds(graph, readersOf(graph), stream)
  const factor = 1 / Math.sqrt(stream.length)
  return found.map((advised) => {
    const { context, draft } = advised
    if (!ends.has(context.parameter.id) || context.absorbedBy !== null || draft.kept !== undefined || draft.fan === null) return advised
    return {
      ...advised,
      draft: {
        ...draft,
        gain: draft.gain * factor,
        numerator: `1/${stream.length} · ${draft.numerator}`,
        scaledBy: factor,
        why: `It closes one of ${stream.length} residual branches: scaled by 1/√${stream.length} = ${formatNumber(factor)}, all of them together add as much as the stream holds, instead of each.`,
      },
    }
  })
}
