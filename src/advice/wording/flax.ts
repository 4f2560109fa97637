import { type Distribution, distributionMoments, type Fans } from '../../graph'
import { type ByFan, byFanAs, number, scaledTo, schemeOf, type VarianceScaling } from './varianceScaling'

/** How the initializers are named where no file says; a fix puts the file's own way in its place. */
export const flaxInitializers = 'nn.initializers.'

function call(name: string, ...values: readonly string[]): string {
  return `${flaxInitializers}${name}(${values.join(', ')})`
}

function scaling({ scale, mode, distribution }: VarianceScaling): string {
  return call('variance_scaling', scale, `"${mode}"`, `"${distribution}"`)
}

/**
 * The value of `kernel_init=` that draws with this variance around 0: `nn.initializers.he_normal()` where a scheme does, by the fans
 * that JAX counts; else `variance_scaling(…)` with the scale that gives it, exactly. Without fans `normal(stddev)`; null for a uniform.
 */
export function flaxScaled(kind: 'normal' | 'uniform', variance: number, fans: Fans | null): string | null {
  if (fans === null) return kind === 'normal' ? call('normal', `stddev=${number(Math.sqrt(variance))}`) : null
  const scheme = schemeOf(kind, variance, fans)
  return scheme === null ? scaling(scaledTo(kind, variance, fans)) : call(scheme)
}

/** A scheme with a gain of its own; null where a name has it, or JAX counts its fan otherwise. */
export const flaxByFan: ByFan = byFanAs(scaling)

/** The value of an initializer argument that draws a distribution; null where JAX has none for it. */
export function flaxInitializer(distribution: Distribution, fans: Fans | null): string | null {
  switch (distribution.kind) {
    case 'constant':
      if (distribution.value === 0) return `${flaxInitializers}zeros`
      return distribution.value === 1 ? `${flaxInitializers}ones` : call('constant', number(distribution.value))
    case 'normal':
      return distribution.mean === 0 ? flaxScaled('normal', distribution.std ** 2, fans) : null
    case 'uniform': {
      const { low, high } = distribution
      if (low === -high) return flaxScaled('uniform', high ** 2 / 3, fans)
      return low === 0 ? call('uniform', `scale=${number(high)}`) : null
    }
    case 'truncatedNormal': {
      const { mean, std, low, high } = distribution
      if (mean !== 0) return null
      // Variance scaling cuts at two standard deviations.
      const isUsual = Math.abs(low + 2 * std) < 1e-6 * std && Math.abs(high - 2 * std) < 1e-6 * std
      const moments = distributionMoments(distribution, [])
      if (isUsual && fans !== null && moments !== null) return flaxScaled('normal', moments.secondMoment, fans)
      return call(
        'truncated_normal',
        `stddev=${number(std)}`,
        ...(isUsual ? [] : [`lower=${number(low / std)}`, `upper=${number(high / std)}`]),
      )
    }
    case 'orthogonal':
      return distribution.gain === 1 ? call('orthogonal') : call('orthogonal', `scale=${number(distribution.gain)}`)
    case 'mixture': {
      // One initializer draws each gate's matrix.
      const [first, ...rest] = distribution.parts.map((part) => part.distribution)
      const isAlike = first?.kind === 'orthogonal' && rest.every((each) => each.kind === 'orthogonal' && each.gain === first.gain)
      return isAlike ? flaxInitializer(first, fans) : null
    }
    case 'deltaOrthogonal':
      return distribution.gain === 1 ? call('delta_orthogonal') : call('delta_orthogonal', `scale=${number(distribution.gain)}`)
    case 'eye':
    case 'dirac':
    case 'sparse':
    case 'affine':
    case 'unknown':
      return null
  }
}

const byWeight: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)(h|dense_h)\.kernel$/, 'recurrent_kernel_init'],
  [/(^|\.)kernel$/, 'kernel_init'],
  [/(^|\.)embedding$/, 'embedding_init'],
  [/(^|\.)bias$/, 'bias_init'],
  [/(^|\.)scale$/, 'scale_init'],
]

/** The field or constructor argument that initializes the weight of this name; null where none is known. */
export function flaxArgument(weight: string): string | null {
  return byWeight.find(([pattern]) => pattern.test(weight))?.[1] ?? null
}
