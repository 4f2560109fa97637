import { independentLags, type Lags, makeLags } from '../lags'
import type { Moments } from '../moments'
import { classAt, classLimit, type Partition, partitionBySignature } from '../partition'
import type { TimeKernel } from './covariance'
import type { Horizon } from './horizon'

/** Classes of times: each followed step its own while they are few. */
export const timePartition = ({ stepOf }: Horizon): Partition => partitionBySignature(stepOf.map(String), classLimit(1))

/** Mean over pairs of times of two classes. */
function overClasses(part: Partition, value: (t: number, s: number) => number): Float64Array {
  const classes = part.counts.length
  const sums = new Float64Array(classes * classes)
  for (let t = 0; t < part.size; t++) for (let s = 0; s < part.size; s++) {
    const at = classAt(part, t) * classes + classAt(part, s)
    sums[at] = (sums[at] as number) + value(t, s) / ((part.counts[classAt(part, t)] as number) * (part.counts[classAt(part, s)] as number))
  }
  return sums
}

/** Mean over the times of each class. */
function overTimes(part: Partition, value: (t: number) => number): Float64Array {
  const means = new Float64Array(part.counts.length)
  for (let t = 0; t < part.size; t++) means[classAt(part, t)] = (means[classAt(part, t)] as number) + value(t) / (part.counts[classAt(part, t)] as number)
  return means
}

/** Moments of a sequence of states as maps over classes of times. */
export function sequenceMoments(states: TimeKernel, means: Float64Array, excess: number, { stepOf }: Horizon, part: Partition): Moments {
  const { steps, within, between } = states
  const at = (map: Float64Array, t: number, s: number) => map[(stepOf[t] as number) * steps + (stepOf[s] as number)] as number
  return {
    mean: overTimes(part, (t) => means[stepOf[t] as number] as number),
    second: overTimes(part, (t) => at(within, t, t)),
    same: overTimes(part, (t) => at(between, t, t)),
    far: overClasses(part, (t, s) => at(between, t, s)),
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
    for (let k = 0; k < steps; k++) for (let l = k + from; l <= Math.min(steps - 1, k + to); l++) {
      shared += covariance(k, l)
      scale += Math.sqrt(Math.max(0, covariance(k, k) * covariance(l, l)))
    }
    return scale > 0 ? shared / scale : 0
  }
  if (steps < 2) return independentLags(1)
  const far = steps > NEAR + 1 ? at(NEAR + 1, steps) : 0
  return makeLags([Math.min(NEAR, steps - 1)], far, (lag) => at(lag[0] as number, lag[0] as number))
}
