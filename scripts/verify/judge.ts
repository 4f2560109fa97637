import { type Comparison, compare, type Predictions } from '../accuracy/compare'
import type { Measured } from '../accuracy/measurement'

/** A second moment in this range is neither dying nor exploding; a promise at its edge is kept within the tolerance. */
const healthy: readonly [number, number] = [0.5, 2]

/** The tail of the accuracy table: further from what was promised than its 99th percentile is a broken promise. */
const tolerance = { forward: 0.1, backward: 0.45, weight: 0.1 }

/** Standard errors that chance is granted: among thousands of calls two are often exceeded. */
const sigmas = 3

export interface Judgement {
  readonly calls: number
  /** Of `calls`: promised to be healthy, forward. */
  readonly promised: number
  /** Why so few seeds tell nothing, when there are no complaints either; null where there are enough. */
  readonly tooFew: string | null
  readonly complaints: readonly string[]
}

/** Seeds without which nothing is said of a promise, good or bad: a dropped path alone can halve an output. */
export const fewest = 3

/** Holds what was measured after a fix against what was promised before it. */
export function judge(measured: Measured, promised: Predictions): Judgement {
  const errors = standardErrors(measured, promised)
  const comparisons = compare(measured, promised).filter((one) => one.predicted !== null)
  const slack = (one: Comparison): number => sigmas * Math.max(one.standardError, errors(one)) + tolerance[one.direction] * one.measured
  const forward = comparisons.filter(({ direction }) => direction === 'forward')
  const wellPromised = forward.filter(({ predicted }) => isHealthy(predicted ?? 0, 0))
  const unhealthy = wellPromised.filter((one) => !isHealthy(one.measured, slack(one)))
  const broken = comparisons.filter((one) => Math.abs((one.predicted ?? 0) - one.measured) > slack(one) && isWorse(one))
  const counts = { calls: forward.length, promised: wellPromised.length }
  const { seeds } = measured.measurement
  if (seeds < fewest) {
    const drawn = seeds === 1 ? 'one seed was' : `${seeds} seeds were`
    return { ...counts, tooFew: `${drawn} drawn in time, too few to judge by`, complaints: [] }
  }
  return {
    ...counts,
    tooFew: null,
    complaints: [
      ...unhealthy.map((one) => `${describe(one)}: promised to be within ${healthy.join(' to ')}`),
      ...broken.filter((one) => !unhealthy.includes(one)).map((one) => describe(one)),
    ],
  }
}

/**
 * What the mean over a few seeds may be off by as predicted: the seeds themselves tell it badly, and one seed not at all. A call's from
 * its 90 % band, log-normal over draws; a weight's from the number of its elements, √(2/n) of a normal's second moment.
 */
function standardErrors({ measurement }: Measured, { calls }: Predictions): (one: Comparison) => number {
  const seeds = Math.sqrt(measurement.seeds)
  const sizes = new Map(measurement.weights.map(({ name, shape }) => [name, shape.reduce((product, size) => product * size, 1)]))
  const bands = new Map(calls.map((call) => [`${call.name}#${call.call}`, call]))
  return ({ name, call, direction, predicted }) => {
    if (direction === 'weight') return ((predicted ?? 0) * Math.sqrt(2 / (sizes.get(name) ?? 1))) / seeds
    const moment = bands.get(`${name}#${call}`)?.[direction]
    if (moment === undefined || 'reason' in moment || moment.band[0] <= 0) return 0
    const sigma = Math.log(moment.band[1] / moment.band[0]) / (2 * 1.645)
    return (moment.secondMoment * Math.sqrt(Math.expm1(sigma * sigma))) / seeds
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
