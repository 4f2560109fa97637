/** Weights that a framework drew, against what is predicted of them. */
import assert from 'node:assert/strict'
import { type Distribution, distributionMoments } from '../../../src/graph'

/** One weight, drawn once. */
export interface Drawn {
  readonly name: string
  readonly shape: readonly number[]
  readonly mean: number
  readonly variance: number
  readonly low: number
  readonly high: number
}

export const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** Outermost values; null where there are none. */
function bounds(distribution: Distribution): readonly [number, number] | null {
  return distribution.kind === 'uniform' || distribution.kind === 'truncatedNormal' ? [distribution.low, distribution.high] : null
}

/** Mean, variance and bounds; `used` is the shape that the graph's operation has it in. */
export function assertDrawn(weight: Drawn, distribution: Distribution, used: readonly number[]): void {
  const { name, mean, variance: drawn, low, high } = weight
  const moments = distributionMoments(distribution, used)
  assert.ok(moments, name)
  const size = count(weight.shape)
  const variance = moments.secondMoment - moments.mean ** 2
  // Six standard errors of a sample's mean and variance: a normal's kurtosis is the largest among the initializers'.
  const [meanError, varianceError] = [6 * Math.sqrt(variance / size) + 1e-6, 6 * variance * Math.sqrt(2 / size) + 1e-9]
  assert.ok(Math.abs(mean - moments.mean) <= meanError, `${name}: mean ${mean}, not ${moments.mean}`)
  assert.ok(Math.abs(drawn - variance) <= varianceError, `${name}: variance ${drawn}, not ${variance}`)
  const outermost = bounds(distribution)
  if (outermost === null) return
  const width = outermost[1] - outermost[0]
  assert.ok(low >= outermost[0] - 1e-5 * width && high <= outermost[1] + 1e-5 * width, `${name}: ${low} … ${high}`)
  assert.ok(size < 1000 || (high - low) / width > 0.97, `${name}: fills ${(high - low) / width} of its bounds`)
}
