/** In how many directions the vectors of units vary: fewer than units where these have much in common. */
import { type Moments, originOf } from './moments'

/**
 * tr(C²)/tr(C)² of the covariance C over positions of n units for given weights: 1/n + (1 − 1/n)·E[ρ²], the mean square of the correlation of two
 * positions' vectors. Its inverse is the number of directions (participation ratio).
 */
export const concentration = (units: number, block: Moments): number => 1 / units + (1 - 1 / units) * Math.min(1, block.redundancy ?? 0)

/** What a linear map of n units that leaves positions apart sums up. */
export const mixesOf = (units: number, block: Moments): Moments['mixes'] => ({
  of: originOf(block),
  directions: 1 / concentration(units, block),
})
