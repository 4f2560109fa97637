import { type Distribution, distributionMoments, type Fans } from '../../graph'
import { type ByFan, byFanAs, number, scaledTo, schemeOf, type VarianceScaling } from './varianceScaling'

function scaling({ scale, mode, distribution }: VarianceScaling): string {
  return `keras.initializers.VarianceScaling(scale=${scale}, mode="${mode}", distribution="${distribution}")`
}

/**
 * The value of `kernel_initializer=` that draws with this variance around 0: `"he_normal"` where a scheme of Keras' does,
 * by the fans that Keras counts; else `keras.initializers.VarianceScaling(…)` with the scale that gives it, exactly.
 * Without fans: `keras.initializers.RandomNormal(…)` or `RandomUniform(…)`.
 */
export function kerasScaled(kind: 'normal' | 'uniform', variance: number, fans: Fans | null): string {
  if (fans === null) {
    const bound = number(Math.sqrt(3 * variance))
    return kind === 'normal'
      ? `keras.initializers.RandomNormal(stddev=${number(Math.sqrt(variance))})`
      : `keras.initializers.RandomUniform(minval=-${bound}, maxval=${bound})`
  }
  const scheme = schemeOf(kind, variance, fans)
  return scheme === null ? scaling(scaledTo(kind, variance, fans)) : `"${scheme}"`
}

/** A scheme with a gain of its own; null where Keras has a name for it, or counts its fan otherwise. */
export const kerasByFan: ByFan = byFanAs(scaling)

/** The value of an initializer argument that draws a distribution; null where Keras has none for it. */
export function kerasInitializer(distribution: Distribution, fans: Fans | null): string | null {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value === 0
        ? '"zeros"'
        : distribution.value === 1
          ? '"ones"'
          : `keras.initializers.Constant(${number(distribution.value)})`
    case 'normal':
      return distribution.mean === 0
        ? kerasScaled('normal', distribution.std ** 2, fans)
        : `keras.initializers.RandomNormal(mean=${number(distribution.mean)}, stddev=${number(distribution.std)})`
    case 'uniform': {
      const { low, high } = distribution
      if (low === -high) return kerasScaled('uniform', high ** 2 / 3, fans)
      return `keras.initializers.RandomUniform(minval=${number(low)}, maxval=${number(high)})`
    }
    case 'truncatedNormal': {
      const { mean, std, low, high } = distribution
      // Keras cuts at two standard deviations and nowhere else.
      if (Math.abs(low - (mean - 2 * std)) > 1e-6 * std || Math.abs(high - (mean + 2 * std)) > 1e-6 * std) return null
      const moments = distributionMoments(distribution, [])
      if (mean === 0 && fans !== null && moments !== null) return kerasScaled('normal', moments.secondMoment, fans)
      return `keras.initializers.TruncatedNormal(mean=${number(mean)}, stddev=${number(std)})`
    }
    case 'orthogonal':
      return distribution.gain === 1 ? '"orthogonal"' : `keras.initializers.Orthogonal(gain=${number(distribution.gain)})`
    case 'eye':
      return 'keras.initializers.Identity()'
    case 'dirac':
    case 'sparse':
    case 'deltaOrthogonal':
    case 'affine':
    case 'mixture':
    case 'unknown':
      return null
  }
}

const byWeight: ReadonlyMap<string, string> = new Map([
  ['kernel', 'kernel_initializer'],
  ['recurrent_kernel', 'recurrent_initializer'],
  ['depthwise_kernel', 'depthwise_initializer'],
  ['pointwise_kernel', 'pointwise_initializer'],
  ['embeddings', 'embeddings_initializer'],
  ['bias', 'bias_initializer'],
])

/** The constructor argument that initializes the weight of this name in a layer of this class; null where none is known. */
export function kerasArgument(layer: string, weight: string): string | null {
  const last = weight.slice(weight.lastIndexOf('.') + 1)
  if (last === 'kernel' && layer.startsWith('DepthwiseConv')) return 'depthwise_initializer'
  return byWeight.get(last) ?? null
}
