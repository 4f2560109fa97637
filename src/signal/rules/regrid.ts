/** Brings gradients from a converted layout of a tensor back to the layout that its other consumers see. */
import type { Gradient, GradientMoments } from '../gradient'
import { gridClasses, mapMean, regridMap, sameGrid } from '../grid'
import { independentLags } from '../lags'
import { blockShares, type Moments, type Signal } from '../moments'

/**
 * The gradient of `converted` as one of `original`, which holds the same elements with other roles. Where grids have the same sizes,
 * maps are carried over class by class; else each block gets the mean, and what was known of lags is dropped.
 */
export function regridGradient(gradient: Gradient, converted: Signal, original: Signal): Gradient {
  if (converted === original) return gradient
  const sameBlocks = converted.blocks.length === original.blocks.length
  const aligned = sameBlocks && converted.grid.length === original.grid.length && converted.grid.every((axis, i) => axis.size === original.grid[i]?.size)
  if (aligned) {
    if (sameGrid(converted.grid, original.grid)) return gradient
    const carry = (g: GradientMoments, block: Moments): GradientMoments => ({
      ...g,
      second: regridMap(g.second, converted.grid, original.grid),
      tilt: g.tilt && { root: block.image?.root ?? block, terms: g.tilt.terms.map((term) => ({ ...term, base: carry(term.base, block) })) },
    })
    return gradient.map((g, i) => g && carry(g, original.blocks[i] as Moments))
  }
  const size = gridClasses(original.grid)
  const spread = (second: number, from: GradientMoments): GradientMoments => ({
    second: new Float64Array(size).fill(second),
    lags: independentLags(original.grid.length, from.lags.far),
    cross: from.cross,
    tilt: null,
    excess: from.excess,
  })
  if (sameBlocks) return gradient.map((g) => g && spread(mapMean(converted.grid, g.second), g))
  const shares = blockShares(converted)
  const alive = gradient.find((g) => g !== null)
  if (!alive) return original.blocks.map(() => null)
  const mean = gradient.reduce((sum, g, i) => (g === null ? sum : sum + (shares[i] as number) * mapMean(converted.grid, g.second)), 0)
  return original.blocks.map(() => spread(mean, alive))
}
