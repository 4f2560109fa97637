import type { ActivationFunction, Distribution } from '../../graph'
import { distributionMoments } from '../../graph/distribution'
import { scalarFunction } from '../../signal/gaussian/activations'
import { cumulative, density } from '../../signal/gaussian/normal'

/** A distribution to draw: a density, and values that have a probability of their own. */
export interface Drawn {
  /** x in rising order; empty when everything is in the atoms. */
  readonly curve: readonly { readonly x: number; readonly density: number }[]
  readonly atoms: readonly { readonly x: number; readonly share: number }[]
}

const SPAN = 4
const POINTS = 81

const grid = (low: number, high: number, points = POINTS): readonly number[] =>
  Array.from({ length: points }, (_, index) => low + ((high - low) * index) / (points - 1))

/** N(mean, variance) over ±4 standard deviations; an atom where the variance is zero. null when a moment is not finite. */
export function drawNormal(mean: number, variance: number): Drawn | null {
  if (!Number.isFinite(mean) || !Number.isFinite(variance) || variance < 0) return null
  const std = Math.sqrt(variance)
  if (std === 0) return { curve: [], atoms: [{ x: mean, share: 1 }] }
  return { curve: grid(mean - SPAN * std, mean + SPAN * std).map((x) => ({ x, density: density((x - mean) / std) / std })), atoms: [] }
}

function flat(low: number, high: number): Drawn {
  if (low === high) return { curve: [], atoms: [{ x: low, share: 1 }] }
  const height = 1 / (high - low)
  return {
    curve: [
      { x: low, density: 0 },
      { x: low, density: height },
      { x: high, density: height },
      { x: high, density: 0 },
    ],
    atoms: [],
  }
}

/** What an initializer draws its elements from; null where the distribution is unknown or not one of elements. */
export function drawDistribution(distribution: Distribution, shape: readonly number[]): Drawn | null {
  switch (distribution.kind) {
    case 'constant':
      return { curve: [], atoms: [{ x: distribution.value, share: 1 }] }
    case 'normal':
      return drawNormal(distribution.mean, distribution.std ** 2)
    case 'uniform':
      return flat(distribution.low, distribution.high)
    case 'truncatedNormal': {
      const { mean, std } = distribution
      if (std === 0) return drawNormal(mean, 0)
      const low = Math.max(distribution.low, mean - SPAN * std)
      const high = Math.min(distribution.high, mean + SPAN * std)
      const mass = cumulative((distribution.high - mean) / std) - cumulative((distribution.low - mean) / std)
      const inside = grid(low, high).map((x) => ({ x, density: density((x - mean) / std) / (std * mass) }))
      return { curve: [{ x: low, density: 0 }, ...inside, { x: high, density: 0 }], atoms: [] }
    }
    case 'orthogonal': {
      // An entry of a large random orthogonal matrix is close to normal.
      const moments = distributionMoments(distribution, shape)
      return moments === null ? null : drawNormal(moments.mean, moments.secondMoment - moments.mean ** 2)
    }
    case 'affine': {
      const base = drawDistribution(distribution.base, shape)
      const { factor, shift } = distribution
      if (base === null) return null
      if (factor === 0) return { curve: [], atoms: [{ x: shift, share: 1 }] }
      const curve = base.curve.map(({ x, density: height }) => ({ x: factor * x + shift, density: height / Math.abs(factor) }))
      return { curve: factor < 0 ? curve.reverse() : curve, atoms: base.atoms.map(({ x, share }) => ({ x: factor * x + shift, share })) }
    }
    case 'sparse': {
      const rest = drawNormal(0, distribution.std ** 2)
      const kept = 1 - distribution.sparsity
      return rest === null
        ? null
        : {
            curve: rest.curve.map(({ x, density: height }) => ({ x, density: height * kept })),
            atoms: [{ x: 0, share: distribution.sparsity }],
          }
    }
    case 'dirac':
    case 'eye': {
      const moments = distributionMoments(distribution, shape)
      return moments === null
        ? null
        : {
            curve: [],
            atoms: [
              { x: 0, share: 1 - moments.mean },
              { x: 1, share: moments.mean },
            ],
          }
    }
    case 'deltaOrthogonal':
    case 'mixture':
    case 'unknown':
      return null
    default:
      return distribution satisfies never
  }
}

const SAMPLES = 4000
const BINS = 64
/** Smallest share that is drawn as a value of its own. */
const ATOM = 0.005

/** The outputs of φ(z) for z ~ N(mean, variance), and what share of units is stuck. */
export interface Activated {
  readonly drawn: Drawn
  /** Share of units at exactly zero with zero slope. */
  readonly dead: number
  /** Share of units within 1.5 % of the range from a bound (tanh beyond ±0.97); null for functions without bounds. */
  readonly saturated: number | null
}

function boundsOf(fn: ActivationFunction): readonly [number, number] | null {
  switch (fn.name) {
    case 'tanh':
    case 'softsign':
    case 'erf':
      return [-1, 1]
    case 'sigmoid':
    case 'hardSigmoid':
      return [0, 1]
    case 'hardTanh':
      return [fn.low, fn.high]
    case 'clippedLinear':
      return [fn.low, fn.high]
    default:
      return null
  }
}

/**
 * The density of φ(z), z ~ N(mean, variance), from 4,000 equally likely values of z; null when a moment is not finite.
 */
export function drawActivated(fn: ActivationFunction, mean: number, variance: number): Activated | null {
  if (!Number.isFinite(mean) || !(variance > 0) || !Number.isFinite(variance)) return null
  const { value, derivative } = scalarFunction(fn)
  const std = Math.sqrt(variance)
  const inputs = normalQuantiles(SAMPLES).map((z) => mean + std * z)
  const outputs = inputs.map(value)
  const stuck = new Map<number, number>()
  inputs.forEach((input, index) => {
    const output = outputs[index] as number
    if (derivative(input) === 0) stuck.set(output, (stuck.get(output) ?? 0) + 1 / SAMPLES)
  })
  const atoms = [...stuck].filter(([, share]) => share >= ATOM).map(([x, share]) => ({ x, share }))
  const atomAt = new Set(atoms.map(({ x }) => x))
  const rest = outputs.filter((output) => !atomAt.has(output)).sort((a, b) => a - b)
  const bounds = boundsOf(fn)
  const margin = bounds === null ? 0 : 0.015 * (bounds[1] - bounds[0])
  return {
    drawn: { curve: histogram(rest), atoms },
    dead: stuck.get(0) ?? 0,
    saturated:
      bounds === null ? null : outputs.filter((output) => output <= bounds[0] + margin || output >= bounds[1] - margin).length / SAMPLES,
  }
}

/** Density by bins over all but the outermost 0.1 % of sorted values, as a share of SAMPLES. */
function histogram(sorted: readonly number[]): Drawn['curve'] {
  const low = sorted[Math.floor(sorted.length * 0.001)]
  const high = sorted[Math.ceil(sorted.length * 0.999) - 1]
  if (low === undefined || high === undefined || low === high) return []
  const width = (high - low) / BINS
  const counts = new Array<number>(BINS).fill(0)
  for (const output of sorted) {
    const bin = Math.min(BINS - 1, Math.floor((output - low) / width))
    if (bin >= 0) counts[bin] = (counts[bin] ?? 0) + 1
  }
  const steps = counts.flatMap((number, bin) => {
    const height = number / (SAMPLES * width)
    return [
      { x: low + bin * width, density: height },
      { x: low + (bin + 1) * width, density: height },
    ]
  })
  return [{ x: low, density: 0 }, ...steps, { x: high, density: 0 }]
}

let quantiles: readonly number[] | null = null

/** Midpoint quantiles of N(0, 1), by bisection of its distribution function. */
function normalQuantiles(number: number): readonly number[] {
  if (quantiles !== null && quantiles.length === number) return quantiles
  const found: number[] = []
  let from = -9
  for (let index = 0; index < number; index++) {
    const share = (index + 0.5) / number
    let low = from
    let high = 9
    while (high - low > 1e-7) {
      const middle = (low + high) / 2
      if (cumulative(middle) < share) low = middle
      else high = middle
    }
    from = low
    found.push((low + high) / 2)
  }
  quantiles = found
  return found
}
