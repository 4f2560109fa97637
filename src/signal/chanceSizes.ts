/** How samples differ in size because they hold few values: for given weights no two have just the same sum of squares. */
import { type Grid, gridPositions, mapMean } from './grid'
import { mapLags, meanOverPairs } from './lags'
import { type Moments, ownVariance, representative } from './moments'
import { type Chance, readSizes, type SampleSizes } from './sampleSizes'

/** By tensor: all that read it see the same sizes. */
const known = new WeakMap<Moments, Chance | null>()

/**
 * Sizes of what a linear map over n units reads: those that the samples have for all draws, and a cause of its own, the variance of the mean square of
 * n units at P positions. With κ = E[x⁴]/E[x²]² − 1 of a value and E[x_p x_p'] of pairs within and between samples it is κ/n times the mean over pairs of
 * (within² − between²)/E[x²]², a gamma variable; 2/(n·P) for independent normal values, less by the square of what any two have in common for given
 * weights. What reads x unit by unit has it not: there x is normal.
 */
export function sizesRead(block: Moments, units: number, grid: Grid, mixesPositions: boolean): SampleSizes | undefined {
  let chance = known.get(block)
  if (chance === undefined) {
    chance = chanceOf(block, units, grid)
    known.set(block, chance)
  }
  return readSizes(block.sizes, chance, mixesPositions || gridPositions(grid) === 1)
}

/** The cause that linear maps found in these values, where one has read them. */
export const chanceIn = (block: Moments): Chance | null => known.get(block) ?? null

function chanceOf(block: Moments, units: number, grid: Grid): Chance | null {
  const second = mapMean(grid, block.second)
  if (!(second > 0)) return null
  const own = mapMean(grid, ownVariance(block))
  const between = second - own
  const sides = grid.map((axis) => axis.size)
  const apart = meanOverPairs(block.lags, sides)
  const squared = meanOverPairs(
    mapLags(block.lags, (c) => c * c),
    sides,
  )
  const wander = block.wander === undefined ? 0 : meanOverPairs(block.wander, sides)
  const pairs = (2 * between * apart + own * (squared + wander)) * own
  const unalike = 1 - Math.min(1, block.redundancy ?? 0)
  const variance = (squareSpread(block) * Math.max(0, pairs) * unalike) / (units * second * second)
  if (!(variance > LEAST)) return null
  const loading = Math.sqrt(variance)
  return { source: { skew: 2 * loading }, loading }
}

/** E[x⁴]/E[x²]² − 1. */
function squareSpread(block: Moments): number {
  const { mean, second, shape } = block
  const r = representative(block)
  const [m, q] = [mean[r] as number, second[r] as number]
  const v = Math.max(0, q - m * m)
  return ((shape.excess + 3) * v * v + 4 * m * shape.skew * v ** 1.5 + 6 * m * m * v + m ** 4) / (q * q) - 1
}

/** Twenty of these change no moment by more than a thousandth. */
const LEAST = 5e-5
