import { type Comparison, compare, type Predictions } from '../accuracy/compare'
import type { Measured } from '../accuracy/measurement'

/** A second moment in this range is neither dying nor exploding; a promise at its edge is kept within the tolerance. */
const healthy: readonly [number, number] = [0.5, 2]

/** The tail of the accuracy table: further from what was promised than its 99th percentile is a broken promise. */
const tolerance = { forward: 0.1, backward: 0.45, weight: 0.1 }

export interface Judgement {
  readonly calls: number
  /** Of `calls`: promised to be healthy, forward. */
  readonly promised: number
  readonly complaints: readonly string[]
}

/** Holds what was measured after a fix against what was promised before it. */
export function judge(measured: Measured, promised: Predictions): Judgement {
  const comparisons = compare(measured, promised)
  const forward = comparisons.filter((one) => one.direction === 'forward' && one.predicted !== null)
  const wellPromised = forward.filter(({ predicted }) => isHealthy(predicted ?? 0, 0))
  const unhealthy = wellPromised.filter(
    ({ measured: value, standardError }) => !isHealthy(value, 2 * standardError + tolerance.forward * value),
  )
  const broken = comparisons.filter((one) => one.error !== null && one.error > tolerance[one.direction] && isWorse(one))
  return {
    calls: forward.length,
    promised: wellPromised.length,
    complaints: [
      ...unhealthy.map((one) => `${describe(one)}: promised to be within ${healthy.join(' to ')}`),
      ...broken.filter((one) => !unhealthy.includes(one)).map((one) => describe(one)),
    ],
  }
}

function isHealthy(value: number, slack: number): boolean {
  return value + slack >= healthy[0] && value - slack <= healthy[1]
}

/** Further from 1 than promised, in ratio; of a weight, anything but what was promised. */
function isWorse({ direction, measured, predicted }: Comparison): boolean {
  return direction === 'weight' || (predicted !== null && Math.abs(Math.log(measured)) > Math.abs(Math.log(predicted)))
}

function describe({ name, call, direction, measured, predicted }: Comparison): string {
  return `${name}${call > 0 ? `#${call}` : ''} ${direction} is ${measured.toPrecision(3)}, promised ${(predicted ?? Number.NaN).toPrecision(3)}`
}
