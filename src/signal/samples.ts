import type { Operator } from './grid'
import { rearrangeLags } from './lagLayout'
import { axisChange, changeBlocks, joinPositions } from './layout'
import type { Atom, Moments, Signal } from './moments'
import type { Partition } from './partition'
import { mixBlocks, unitsToPositions } from './roles'

/**
 * An axis of a tensor that the batch does not number becomes the batch axis: its elements are what different samples hold, and two
 * samples share what two places of it did.
 */
export function axisToSamples(signal: Signal, axis: number, atoms: readonly Atom[]): Signal {
  const joined = joinPositions(unitsToPositions(mixBlocks(signal), [axis]), axis)
  const g = joined.axes
    .slice(0, axis)
    .flat()
    .filter((atom) => atom.role === 'position').length
  const part = joined.grid[g] as Partition
  const average: Operator = [part.counts.map((count, i): readonly [number, number] => [i, count / part.size])]
  const kept = joined.grid.map((_, i) => i).filter((i) => i !== g)
  const change = axisChange(joined.grid, g, average, (lags) => rearrangeLags(lags, kept))
  const blocks = changeBlocks(joined.blocks, change).map((block): Moments => {
    const size = block.second.length
    return { ...block, same: block.same.map((_, i) => block.far[i * size + i] as number), image: null, origin: undefined }
  })
  return {
    axes: joined.axes.map((old, i) => (i === axis ? atoms : old)),
    grid: kept.map((i) => joined.grid[i] as Partition),
    blocks,
    assignment: null,
  }
}
