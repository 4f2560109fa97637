/** Elementwise functions of `keras.activations`, `keras.ops` and `tf.nn`: names, arguments and what they compute. */
import type { ActivationFunction } from '../../../graph'
import { elementary } from '../../elementary'
import type { Bound } from '../../../python/native'
import type { PlainName } from '../../torch/functional/activations'

export interface ActivationEntry {
  readonly names: readonly string[]
  /** After the input, as Python writes them. */
  readonly parameters: string
  /** null when an argument is not known. */
  readonly fn: (args: Bound) => ActivationFunction | null
}

const plain = (name: PlainName, ...names: readonly string[]): ActivationEntry => ({ names, parameters: '', fn: () => ({ name }) })

function reluOf(args: Bound): ActivationFunction | null {
  const slope = args.number('negative_slope')
  const threshold = args.number('threshold') ?? 0
  const max = args.value('max_value').kind === 'none' ? null : args.number('max_value')
  return rectifier(slope, max, threshold)
}

/** max(x, 0) with a slope below 0, a ceiling and a threshold; null for combinations that are not one known function. */
export function rectifier(
  slope: number | undefined,
  max: number | null | undefined,
  threshold: number | undefined,
): ActivationFunction | null {
  if (slope === undefined || max === undefined || threshold === undefined) return null
  if (threshold !== 0) return slope === 0 && max === null ? { name: 'threshold', threshold, value: 0 } : null
  if (max === null) return slope === 0 ? { name: 'relu' } : { name: 'leakyRelu', slope, learned: false }
  if (slope !== 0) return null
  return max === 6 ? { name: 'relu6' } : { name: 'clippedLinear', slope: 1, shift: 0, low: 0, high: max }
}

function alphaOf(name: 'elu' | 'celu'): (args: Bound) => ActivationFunction | null {
  return (args) => {
    const alpha = args.number('alpha')
    return alpha === undefined ? null : { name, alpha }
  }
}

const gelu = (names: readonly string[], approximate: 'True' | 'False'): ActivationEntry => ({
  names,
  parameters: `approximate=${approximate}`,
  fn: (args) => {
    const flag = args.boolean('approximate')
    return flag === undefined ? null : { name: flag ? 'geluTanh' : 'gelu' }
  },
})

const leaky = (slope: number): ActivationEntry => ({
  names: ['leaky_relu'],
  parameters: `negative_slope=${slope}, alpha=None`,
  fn: (args) => {
    const own = args.number('alpha') ?? args.number('negative_slope')
    return own === undefined ? null : { name: 'leakyRelu', slope: own, learned: false }
  },
})

const shrink = (name: 'hardShrink' | 'softShrink', ...names: readonly string[]): ActivationEntry => ({
  names,
  parameters: 'threshold=0.5',
  fn: (args) => {
    const lambda = args.number('threshold')
    return lambda === undefined ? null : { name, lambda }
  },
})

const common: readonly ActivationEntry[] = [
  plain('relu6', 'relu6'),
  plain('sigmoid', 'sigmoid'),
  plain('tanh', 'tanh'),
  plain('silu', 'silu', 'swish'),
  plain('mish', 'mish'),
  plain('selu', 'selu'),
  plain('softsign', 'softsign', 'soft_sign'),
  plain('logSigmoid', 'log_sigmoid', 'logsigmoid'),
  plain('hardSwish', 'hard_silu', 'hard_swish'),
  plain('hardSigmoid', 'hard_sigmoid'),
  plain('tanhshrink', 'tanh_shrink'),
  plain('identity', 'linear'),
  { names: ['hard_tanh'], parameters: '', fn: () => ({ name: 'hardTanh', low: -1, high: 1 }) },
  { names: ['softplus'], parameters: '', fn: () => ({ name: 'softplus', beta: 1, threshold: Number.POSITIVE_INFINITY }) },
  { names: ['elu'], parameters: 'alpha=1.0', fn: alphaOf('elu') },
  { names: ['celu'], parameters: 'alpha=1.0', fn: alphaOf('celu') },
  shrink('hardShrink', 'hard_shrink'),
  shrink('softShrink', 'soft_shrink'),
  leaky(0.2),
]

/** `keras.activations`. */
export const activationEntries: readonly ActivationEntry[] = [
  ...common,
  { names: ['relu'], parameters: 'negative_slope=0.0, max_value=None, threshold=0.0', fn: reluOf },
  gelu(['gelu'], 'False'),
  plain('exp', 'exponential'),
]

/** Elementwise functions of `keras.ops`, `tf` and `tf.nn`; `gelu` is the tanh approximation in `keras.ops` only. */
export const elementwiseEntries = (approximateGelu: boolean): readonly ActivationEntry[] => [
  ...common,
  plain('relu', 'relu'),
  gelu(['gelu'], approximateGelu ? 'True' : 'False'),
  ...elementary.map(([fn, names]) => plain(fn, ...names)),
]
