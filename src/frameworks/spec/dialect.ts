/** What the framework that will run the layers draws by itself, and how it counts fans and names epsilons. */
import type { ModelAnalysis } from '../../analysis'
import type { Fans } from '../../graph'

export type Origin = Exclude<ModelAnalysis['framework'], 'spec'>

/** A parameter's part in its layer, by which its default differs. */
/** `separable`: the depthwise part of a separable convolution. */
export type KernelUse = 'dense' | 'conv' | 'depthwise' | 'separable' | 'pointwise' | 'attention' | 'embedding' | 'input' | 'recurrent'

export interface Dialect {
  readonly origin: Origin
  /** Name of the default initializer, as `init` would name it. */
  readonly kernel: Readonly<Record<KernelUse, string>>
  /** Default of a bias; `fanIn`: U(±1/√fan_in). */
  readonly bias: 'zeros' | 'fanIn'
  /** How `he_normal` and its kind are drawn: as a whole normal, cut at ±2σ and corrected, or cut and not corrected. */
  readonly normal: 'whole' | 'truncated' | 'uncorrected'
  readonly batchNormEps: number
  readonly layerNormEps: number
  readonly groupNormEps: number
  /** Whether one bias, or one for the input and one for the state, is added in a recurrent layer. */
  readonly unitForgetBias: boolean
  readonly resetAfter: boolean
  readonly leakySlope: number
}

const everywhere = (kernel: string, embedding: string, recurrent: string): Dialect['kernel'] => ({
  dense: kernel,
  conv: kernel,
  depthwise: kernel,
  separable: kernel,
  pointwise: kernel,
  attention: kernel,
  input: kernel,
  embedding,
  recurrent,
})

/** Read in torch.nn 2.9, keras 3, flax 0.12 and tfjs-layers 4. */
export const dialects: Readonly<Record<Origin, Dialect>> = {
  pytorch: {
    origin: 'pytorch',
    kernel: { ...everywhere('torch_default', 'standard_normal', 'by_hidden'), input: 'by_hidden', attention: 'xavier_uniform' },
    bias: 'fanIn',
    normal: 'whole',
    batchNormEps: 1e-5,
    layerNormEps: 1e-5,
    groupNormEps: 1e-5,
    unitForgetBias: false,
    resetAfter: true,
    leakySlope: 0.01,
  },
  keras: {
    origin: 'keras',
    kernel: everywhere('glorot_uniform', 'uniform', 'orthogonal'),
    bias: 'zeros',
    normal: 'truncated',
    batchNormEps: 1e-3,
    layerNormEps: 1e-3,
    groupNormEps: 1e-3,
    unitForgetBias: true,
    resetAfter: true,
    leakySlope: 0.3,
  },
  flax: {
    origin: 'flax',
    kernel: everywhere('lecun_normal', 'by_features', 'orthogonal'),
    bias: 'zeros',
    normal: 'truncated',
    batchNormEps: 1e-5,
    layerNormEps: 1e-6,
    groupNormEps: 1e-6,
    unitForgetBias: false,
    resetAfter: true,
    leakySlope: 0.01,
  },
  tensorflowjs: {
    origin: 'tensorflowjs',
    kernel: {
      ...everywhere('glorot_normal', 'uniform', 'orthogonal'),
      separable: 'glorot_uniform',
      pointwise: 'glorot_uniform',
      attention: 'glorot_uniform',
    },
    bias: 'zeros',
    normal: 'uncorrected',
    batchNormEps: 1e-3,
    layerNormEps: 1e-3,
    groupNormEps: 1e-3,
    unitForgetBias: false,
    resetAfter: false,
    leakySlope: 0.3,
  },
}

/**
 * The setting that initializes a separable convolution's 1×1 kernel: tfjs-layers (4.22) asks for `depthwiseInitializer` there as
 * well, and never looks at `pointwiseInitializer`.
 */
export function pointwiseSetting({ origin }: Dialect): 'init' | 'pointwise_init' {
  return origin === 'tensorflowjs' ? 'init' : 'pointwise_init'
}

export interface KernelSizes {
  readonly inChannels: number
  readonly outChannels: number
  readonly groups: number
  /** Product of the window's sizes. */
  readonly window: number
}

/**
 * Fans of a convolution as the framework's initializers count them. A depthwise kernel is (…, C, multiplier) in Keras and
 * TensorFlow.js, so that C counts in fan_in and the multiplier alone in fan_out.
 */
export function convFans({ origin }: Dialect, kind: 'conv' | 'depthwise' | 'transpose', sizes: KernelSizes): Fans {
  const { inChannels, outChannels, groups, window } = sizes
  const isKeras = origin === 'keras' || origin === 'tensorflowjs'
  switch (kind) {
    case 'conv':
      return { fanIn: (inChannels / groups) * window, fanOut: outChannels * window }
    case 'depthwise':
      return isKeras
        ? { fanIn: inChannels * window, fanOut: (outChannels / inChannels) * window }
        : { fanIn: (inChannels / groups) * window, fanOut: outChannels * window }
    case 'transpose':
      // PyTorch keeps (in, out/groups, …), Keras (…, out, in): both take the output's channels for fan_in. Flax keeps (…, in, out).
      return origin === 'flax'
        ? { fanIn: inChannels * window, fanOut: outChannels * window }
        : { fanIn: (outChannels / groups) * window, fanOut: inChannels * window }
  }
}
