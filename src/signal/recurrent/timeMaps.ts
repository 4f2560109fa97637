import { independentLags, type Lags, makeLags } from '../lags'
import type { Moments } from '../moments'
import { classAt, classLimit, type Partition, partitionBySignature } from '../partition'
import type { TimeKernel } from './covariance'
import type { Horizon } from './horizon'

/** Classes of times: each followed step its own while they are few. */
export const timePartition = ({ stepOf }: Horizon): Partition => partitionBySignature(stepOf.map(String), classLimit(1))

/** For each class of times the followed steps that stand for them, with their shares. */
type Shares = readonly (readonly (readonly [step: number, share: number])[])[]

function sharesOf(part: Partition, { stepOf }: Horizon): Shares {
  const shares = part.counts.map((): Map<number, number> => new Map())
  stepOf.forEach((step, t) => {
    const c = classAt(part, t)
    const held = shares[c] as Map<number, number>
    held.set(step, (held.get(step) ?? 0) + 1 / (part.counts[c] as number))
  })
  return shares.map((held) => [...held])
}

/** Mean over pairs of times of two classes. */
const overClasses = (shares: Shares, value: (k: number, l: number) => number): Float64Array =>
  Float64Array.from(
    shares.flatMap((left) =>
      shares.map((right) => left.reduce((sum, [k, a]) => sum + a * right.reduce((part, [l, b]) => part + b * value(k, l), 0), 0)),
    ),
  )

/** Mean over the times of each class. */
const overTimes = (shares: Shares, value: (k: number) => number): Float64Array =>
  Float64Array.from(shares, (held) => held.reduce((sum, [k, share]) => sum + share * value(k), 0))

/** Moments of a sequence of states as maps over classes of times. */
export function sequenceMoments(states: TimeKernel, means: Float64Array, excess: number, horizon: Horizon, part: Partition): Moments {
  const { steps, within, between } = states
  const shares = sharesOf(part, horizon)
  const at = (map: Float64Array, k: number, l: number) => map[k * steps + l] as number
  return {
    mean: overTimes(shares, (k) => means[k] as number),
    second: overTimes(shares, (k) => at(within, k, k)),
    same: overTimes(shares, (k) => at(between, k, k)),
    far: overClasses(shares, (k, l) => at(between, k, l)),
    lags: lagsOf(steps, (k, l) => (within[k * steps + l] as number) - (between[k * steps + l] as number)),
    shape: { skew: 0, excess },
    spread: 0,
    image: null,
  }
}

const NEAR = 4

/** Correlations by distance in time of a covariance over steps: sums over all pairs at that distance. */
export function lagsOf(steps: number, covariance: (k: number, l: number) => number): Lags {
  const at = (from: number, to: number): number => {
    let shared = 0
    let scale = 0
    for (let k = 0; k < steps; k++)
      for (let l = k + from; l <= Math.min(steps - 1, k + to); l++) {
        shared += covariance(k, l)
        scale += Math.sqrt(Math.max(0, covariance(k, k) * covariance(l, l)))
      }
    return scale > 0 ? shared / scale : 0
  }
  if (steps < 2) return independentLags(1)
  const far = steps > NEAR + 1 ? at(NEAR + 1, steps) : 0
  return makeLags([Math.min(NEAR, steps - 1)], far, (lag) => at(lag[0] as number, lag[0] as number))
}
