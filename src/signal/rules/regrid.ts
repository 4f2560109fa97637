/** Brings gradients from a converted layout of a tensor back to the layout that its other consumers see. */
import type { Gradient, GradientMoments } from '../gradient'
import { type Grid, gridClasses, mapMean, regridMap, regridPairs, sameGrid } from '../grid'
import { rearrangeLags } from '../lagLayout'
import { independentLags, type Lags } from '../lags'
import { blockShares, type Moments, type Signal } from '../moments'
import type { Partition } from '../partition'

/** Axes of more than one position: others can come and go. */
const wideAxes = (grid: Grid): readonly number[] => grid.map((_, axis) => axis).filter((axis) => (grid[axis] as Partition).size > 1)

const sharedRoots = (a: Signal, b: Signal): boolean => a.blocks.every((block, i) => block === b.blocks[i])

/**
 * The gradient of `converted` as one of `original`, which holds the same elements with other roles. Where grids have the same sizes,
 * maps are carried over class by class; else each block gets the mean, and what was known of lags is dropped.
 */
export function regridGradient(gradient: Gradient, converted: Signal, original: Signal): Gradient {
  if (converted === original) return gradient
  const sameBlocks = converted.blocks.length === original.blocks.length
  const from = wideAxes(converted.grid)
  const to = wideAxes(original.grid)
  const aligned =
    sameBlocks && from.length === to.length && from.every((axis, i) => converted.grid[axis]?.size === original.grid[to[i] as number]?.size)
  if (aligned) {
    if (sameGrid(converted.grid, original.grid) && sharedRoots(converted, original)) return gradient
    const source = from.map((axis) => converted.grid[axis] as Partition)
    const target = to.map((axis) => original.grid[axis] as Partition)
    const lagOrder = original.grid.map((_, axis) => (to.includes(axis) ? (from[to.indexOf(axis)] as number) : null))
    const carriedLags = (lags: Lags): Lags => {
      if (converted.grid.length !== original.grid.length) return rearrangeLags(lags, lagOrder)
      return lags.classes === undefined ? lags : { ...lags, classes: regridPairs(lags.classes, source, target) }
    }
    const carry = (g: GradientMoments, block: Moments): GradientMoments => ({
      ...g,
      second: regridMap(g.second, source, target),
      lags: carriedLags(g.lags),
      tilt: g.tilt && { root: block.image?.root ?? block, terms: g.tilt.terms.map((term) => ({ ...term, base: carry(term.base, block) })) },
      drift: undefined,
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
    sizes: from.sizes,
  })
  if (sameBlocks) return gradient.map((g) => g && spread(mapMean(converted.grid, g.second), g))
  const shares = blockShares(converted)
  const alive = gradient.find((g) => g !== null)
  if (!alive) return original.blocks.map(() => null)
  const mean = gradient.reduce((sum, g, i) => (g === null ? sum : sum + (shares[i] as number) * mapMean(converted.grid, g.second)), 0)
  return original.blocks.map(() => spread(mean, alive))
}
