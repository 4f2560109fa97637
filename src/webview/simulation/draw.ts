import type { Distribution, InputDistribution } from '../../graph'
import type { Random } from './random'

/** Draws one element after the other; null where elements are not drawn independently or the distribution is unknown. */
export function sampler(distribution: Distribution): ((random: Random) => number) | null {
  switch (distribution.kind) {
    case 'constant':
      return () => distribution.value
    case 'normal':
      return (random) => distribution.mean + distribution.std * random.normal()
    case 'uniform':
      return (random) => distribution.low + (distribution.high - distribution.low) * random.uniform()
    case 'truncatedNormal': {
      const { mean, std, low, high } = distribution
      // Rejection is hopeless where the interval lies far out in the tail.
      if (std === 0 || (high - mean) / std < 0.5 || (mean - low) / std < 0.5) return null
      return (random) => {
        for (;;) {
          const value = mean + std * random.normal()
          if (value >= low && value <= high) return value
        }
      }
    }
    case 'affine': {
      const base = sampler(distribution.base)
      return base === null ? null : (random) => distribution.factor * base(random) + distribution.shift
    }
    case 'orthogonal':
    case 'dirac':
    case 'eye':
    case 'sparse':
    case 'deltaOrthogonal':
    case 'mixture':
    case 'unknown':
      return null
    default:
      return distribution satisfies never
  }
}

/** Draws a model's input, one element after the other; null where elements are not drawn independently. */
export function inputSampler(distribution: InputDistribution): ((random: Random) => number) | null {
  switch (distribution.kind) {
    case 'normal':
      return (random) => distribution.mean + distribution.std * random.normal()
    case 'uniform':
      return (random) => distribution.low + (distribution.high - distribution.low) * random.uniform()
    case 'tokens':
      return (random) => Math.min(distribution.below - 1, Math.floor(distribution.below * random.uniform()))
    case 'oneHot':
      return null
    default:
      return distribution satisfies never
  }
}
