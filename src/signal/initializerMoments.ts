/** Moments of the weights that an initializer draws. */
import { blockShape, type Distribution, type Initializer } from '../graph'
import { cumulative, density } from './gaussian/normal'
import { Unmodelled } from './unmodelled'

export interface WeightMoments {
  readonly mean: number
  readonly variance: number
  /** E[w²]. */
  readonly secondMoment: number
  /** Var(w²)/E[w²]²: 2 for normal, 0.8 for uniform weights, 0 where every weight has the same square. */
  readonly squareSpread: number
  /**
   * How weights depend on each other. `independent`; `orthogonal`: rows (or columns) of equal norm at right angles;
   * `selecting`: each output takes one input (identity, dirac).
   */
  readonly structure: 'independent' | 'orthogonal' | 'selecting'
}

/** Raw moments E[w], E[w²], E[w⁴] and the structure. */
interface Raw {
  readonly first: number
  readonly second: number
  readonly fourth: number
  readonly structure: WeightMoments['structure']
}

const elements = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)

/** Mean, variance and fourth moment of the elements of a parameter of this shape. Throws `Unmodelled` where the distribution is unknown. */
export function initializerMoments(initializer: Initializer, shape: readonly number[]): WeightMoments {
  const { first, second, fourth, structure } = raw(initializer.distribution, shape)
  return {
    mean: first,
    variance: Math.max(0, second - first * first),
    secondMoment: second,
    squareSpread: second > 0 ? Math.max(0, fourth / (second * second) - 1) : 0,
    structure,
  }
}

/** What the rows [from, to) are drawn from: of a mixture of row blocks those that lie there, else the whole. */
export function rowsOf(initializer: Initializer, from: number, to: number): Initializer {
  return { ...initializer, distribution: narrowed(initializer.distribution, from, to) }
}

function narrowed(distribution: Distribution, from: number, to: number): Distribution {
  if (distribution.kind === 'affine') return { ...distribution, base: narrowed(distribution.base, from, to) }
  if (distribution.kind !== 'mixture' || distribution.parts.some((part) => part.rows === undefined)) return distribution
  const parts = distribution.parts.flatMap((part) => {
    const [start, stop] = part.rows as readonly [number, number]
    const held = Math.min(stop, to) - Math.max(start, from)
    return held > 0 ? [{ ...part, share: held / (to - from) }] : []
  })
  return { kind: 'mixture', parts }
}

function raw(distribution: Distribution, shape: readonly number[]): Raw {
  switch (distribution.kind) {
    case 'constant':
      return { first: distribution.value, second: distribution.value ** 2, fourth: distribution.value ** 4, structure: 'independent' }
    case 'normal':
      return shifted(distribution.mean, distribution.std ** 2, 0, 3 * distribution.std ** 4)
    case 'uniform': {
      const half = (distribution.high - distribution.low) / 2
      return shifted((distribution.high + distribution.low) / 2, half ** 2 / 3, 0, half ** 4 / 5)
    }
    case 'truncatedNormal':
      return truncated(distribution.mean, distribution.std, distribution.low, distribution.high)
    case 'orthogonal': {
      const rows = shape[0] ?? 1
      const columns = elements(shape) / rows
      const n = Math.max(rows, columns)
      const variance = distribution.gain ** 2 / n
      return { first: 0, second: variance, fourth: (3 * variance * variance * n) / (n + 2), structure: 'orthogonal' }
    }
    case 'deltaOrthogonal': {
      const n = Math.max(shape[0] ?? 1, shape[1] ?? 1)
      const taps = Math.max(1, elements(shape.slice(2)))
      const variance = distribution.gain ** 2 / n
      return { first: 0, second: variance / taps, fourth: (3 * variance * variance * n) / ((n + 2) * taps), structure: 'orthogonal' }
    }
    case 'dirac': {
      const share = ones(Math.min((shape[0] ?? 1) / distribution.groups, shape[1] ?? 1) * distribution.groups, shape)
      return { first: share, second: share, fourth: share, structure: 'selecting' }
    }
    case 'eye': {
      const share = ones(Math.min(shape[0] ?? 1, shape[1] ?? 1), shape)
      return { first: share, second: share, fourth: share, structure: 'selecting' }
    }
    case 'sparse': {
      const kept = 1 - Math.ceil(distribution.sparsity * (shape[0] ?? 1)) / (shape[0] ?? 1)
      return { first: 0, second: kept * distribution.std ** 2, fourth: 3 * kept * distribution.std ** 4, structure: 'independent' }
    }
    case 'affine': {
      const base = raw(distribution.base, shape)
      const { factor, shift } = distribution
      const variance = Math.max(0, base.second - base.first ** 2)
      const fourth = base.first === 0 ? base.fourth : 3 * variance * variance
      if (shift === 0)
        return {
          first: factor * base.first,
          second: factor ** 2 * base.second,
          fourth: factor ** 4 * base.fourth,
          structure: base.structure,
        }
      return { ...shifted(factor * base.first + shift, factor ** 2 * variance, 0, factor ** 4 * fourth), structure: 'independent' }
    }
    case 'mixture': {
      const parts = distribution.parts.map((part) => ({ share: part.share, ...raw(part.distribution, blockShape(part, shape)) }))
      const average = (of: (part: Raw) => number) => parts.reduce((sum, part) => sum + part.share * of(part), 0)
      return {
        first: average((p) => p.first),
        second: average((p) => p.second),
        fourth: average((p) => p.fourth),
        structure: 'independent',
      }
    }
    case 'unknown':
      throw new Unmodelled(distribution.reason)
    default:
      return distribution satisfies never
  }
}

const ones = (count: number, shape: readonly number[]) => count / elements(shape)

/** Raw moments from mean and central moments. */
function shifted(mean: number, variance: number, third: number, fourth: number): Raw {
  return {
    first: mean,
    second: variance + mean ** 2,
    fourth: fourth + 4 * mean * third + 6 * mean ** 2 * variance + mean ** 4,
    structure: 'independent',
  }
}

/** Normal cut at absolute bounds: central moments by the recurrence E[xⁿ] = (n−1)E[xⁿ⁻²] − [xⁿ⁻¹φ]/Z. */
function truncated(mean: number, std: number, low: number, high: number): Raw {
  if (std === 0) return shifted(Math.min(high, Math.max(low, mean)), 0, 0, 0)
  const a = (low - mean) / std
  const b = (high - mean) / std
  const mass = cumulative(b) - cumulative(a)
  const edge = (n: number) => {
    const at = (x: number) => (Math.abs(x) > 40 ? 0 : x ** n * density(x))
    return (at(b) - at(a)) / mass
  }
  const m1 = -edge(0)
  const m2 = 1 - edge(1)
  const m3 = 2 * m1 - edge(2)
  const m4 = 3 * m2 - edge(3)
  const variance = m2 - m1 * m1
  const third = m3 - 3 * m1 * m2 + 2 * m1 ** 3
  const fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 ** 4
  return shifted(mean + std * m1, std ** 2 * variance, std ** 3 * third, std ** 4 * fourth)
}
