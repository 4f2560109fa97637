/** What linear and convolutional rules share: sums over weights, biases, and groups of units. */
import type { ParameterId } from '../graph'
import type { WeightMoments } from './initializerMoments'
import { blockShares, type Moments, mixMoments, type Signal } from './moments'
import type { Environment } from './rule'
import { Unmodelled } from './unmodelled'

/** Weights that a sum of independent terms can be taken over. */
export function summable(weight: WeightMoments, name: string): WeightMoments {
  if (weight.mean !== 0 && weight.structure === 'independent' && weight.variance < weight.mean ** 2 * 1e-12) {
    throw new Unmodelled(`all weights of ${name} are equal, so its units never differ`)
  }
  return weight
}

/**
 * Adds a bias, which positions and samples share: Var(b) enters second, same and far alike. A constant one moves the mean.
 * second += E[b²] + 2·E[b]·mean, and same and far likewise.
 */
export function addBias(moments: Moments, bias: ParameterId | null, env: Environment): Moments {
  if (bias === null) return moments
  const { mean: b, secondMoment } = env.weight(bias)
  if (secondMoment === 0) return moments
  const { mean } = moments
  const size = mean.length
  const far = moments.far.map(
    (value, at) => value + secondMoment + b * ((mean[Math.floor(at / size)] as number) + (mean[at % size] as number)),
  )
  const lift = (values: Float64Array) => values.map((value, i) => value + secondMoment + 2 * b * (mean[i] as number))
  const variance = Math.max(1e-300, (moments.second[size >> 1] as number) - (mean[size >> 1] as number) ** 2)
  const shrink = variance / (variance + secondMoment - b * b)
  return {
    mean: mean.map((m) => m + b),
    second: lift(moments.second),
    same: lift(moments.same),
    far,
    lags: moments.lags,
    shape: { skew: moments.shape.skew * shrink ** 1.5, excess: moments.shape.excess * shrink ** 2 },
    spread: moments.spread,
    shared: moments.shared,
    wander: moments.wander,
    mixes: moments.mixes,
    sizes: moments.sizes,
    few: moments.few,
    alike: moments.alike,
    redundancy: moments.redundancy,
    common: moments.common,
    image: null,
  }
}

/** The blocks that the groups of a grouped operation see: distinct mixtures of the input's blocks, and which each group has. */
export interface GroupMixtures {
  readonly mixtures: readonly Moments[]
  /** Mixture of each group; null when all groups see mixture 0. */
  readonly ofGroup: readonly number[] | null
  /** For each mixture, each input block's share of its units. */
  readonly shares: readonly (readonly number[])[]
  /** For each mixture, the share of groups that see it. */
  readonly weights: readonly number[]
}

const mixtureCache = new WeakMap<Signal, Map<number, GroupMixtures>>()

/** What each of `groups` equal runs of units holds. */
export function groupMixtures(signal: Signal, groups: number): GroupMixtures {
  const cached = mixtureCache.get(signal)?.get(groups)
  if (cached !== undefined) return cached
  const made = findMixtures(signal, groups)
  const perSignal = mixtureCache.get(signal) ?? new Map<number, GroupMixtures>()
  perSignal.set(groups, made)
  mixtureCache.set(signal, perSignal)
  return made
}

function findMixtures(signal: Signal, groups: number): GroupMixtures {
  const { assignment, blocks } = signal
  if (assignment === null || groups === 1) {
    const shares = blockShares(signal)
    return { mixtures: [mixMoments(blocks, shares)], ofGroup: null, shares: [shares], weights: [1] }
  }
  const width = assignment.length / groups
  const ids = new Map<string, number>()
  const shares: number[][] = []
  const counts: number[] = []
  const ofGroup: number[] = []
  for (let g = 0; g < groups; g++) {
    const held = new Array<number>(blocks.length).fill(0)
    for (let i = g * width; i < (g + 1) * width; i++) held[assignment[i] as number] = (held[assignment[i] as number] as number) + 1 / width
    const key = held.map((share) => share.toFixed(6)).join()
    let id = ids.get(key)
    if (id === undefined) {
      id = ids.size
      ids.set(key, id)
      shares.push(held)
      counts.push(0)
    }
    counts[id] = (counts[id] as number) + 1
    ofGroup.push(id)
  }
  return {
    mixtures: shares.map((held) => mixMoments(blocks, held)),
    ofGroup: ids.size === 1 ? null : ofGroup,
    shares,
    weights: counts.map((count) => count / groups),
  }
}

/** Block of each output unit when group g's outputs are block ofGroup[g]. */
export function groupAssignment(mixtures: GroupMixtures, outputs: number): Uint16Array | null {
  const { ofGroup } = mixtures
  if (ofGroup === null) return null
  const width = outputs / ofGroup.length
  return Uint16Array.from({ length: outputs }, (_, unit) => ofGroup[Math.floor(unit / width)] as number)
}
