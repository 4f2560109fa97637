/** How Keras and TensorFlow.js name what the layers here are set by. */
import type { LayerKind } from './scope'
import type { Naming } from './settings'

const everywhere: Readonly<Record<string, string>> = {
  kernel: 'kernel_size',
  stride: 'strides',
  dilation: 'dilation_rate',
  multiplier: 'depth_multiplier',
  bias: 'use_bias',
  init: 'kernel_initializer',
  bias_init: 'bias_initializer',
  recurrent_init: 'recurrent_initializer',
  pointwise_init: 'pointwise_initializer',
  eps: 'epsilon',
  scale_init: 'gamma_initializer',
  shift_init: 'beta_initializer',
  size: 'pool_size',
  shape: 'target_shape',
  count: 'input_dim',
  dim: 'output_dim',
  nonlinearity: 'activation',
  mode: 'interpolation',
}

const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  embedding: { init: 'embeddings_initializer' },
  depthwise_conv1d: { init: 'depthwise_initializer' },
  depthwise_conv2d: { init: 'depthwise_initializer' },
  separable_conv1d: { init: 'depthwise_initializer' },
  separable_conv2d: { init: 'depthwise_initializer' },
  upsample: { size: 'size' },
  prelu: { init: 'alpha_initializer' },
  rescale: { factor: 'scale', shift: 'offset' },
}

/** The keys that a kind's settings have in a topology. */
export function topologyNames(kind: LayerKind | null): Naming {
  const names = { ...everywhere, ...(kind === null ? {} : own[kind.type]) }
  return (name) => (Object.hasOwn(names, name) ? (names[name] ?? name) : name)
}

/** Kinds whose `activation` is applied to their result; a recurrent layer's is its cell's own. */
export function appliesActivation({ type }: LayerKind): boolean {
  return type === 'dense' || type.includes('conv')
}
