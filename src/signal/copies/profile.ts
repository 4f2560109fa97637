/** How second moments lie over the classes of positions. */
import { type Grid, mapMean } from '../grid'
import { blockShares } from '../moments'

interface Laid {
  readonly grid: Grid
  readonly blocks: Parameters<typeof blockShares>[0]['blocks']
  readonly assignment: Uint16Array | null
}

/** Relative to their mean over positions: 1 everywhere where they are even, and where there are none. */
export function profileOver(signal: Laid, blocks: readonly ({ readonly second: Float64Array } | null)[]): Float64Array {
  const shares = blockShares(signal)
  const size = signal.blocks[0]?.second.length ?? 1
  const sum = new Float64Array(size)
  blocks.forEach((block, b) => {
    if (block === null || block.second.length !== size) return
    for (let i = 0; i < size; i++) sum[i] = (sum[i] as number) + (shares[b] as number) * (block.second[i] as number)
  })
  const mean = mapMean(signal.grid, sum)
  return mean > 0 ? sum.map((value) => value / mean) : sum.fill(1)
}
