/** `torch.nn.init`: each initializer with its arguments, the distribution that it draws and the label that people read. */
import type { Distribution, Fans, ScalingCall } from '../../../graph'
import type { Call } from '../functions/call'
import { fansOf } from '../parameter-id'
import { runtimeError, type Site, valueError } from '../site'
import type { TensorValue } from '../tensor'
import { shortNumber } from '../tensor/distribution'
import { calculateGain } from './gain'

export interface Drawn {
  readonly distribution: Distribution
  readonly label: string
  readonly scaling?: ScalingCall
}

export interface InitializerEntry {
  readonly name: string
  /** Parameters after the tensor. */
  readonly parameters: string
  readonly draw: (call: Call, tensor: TensorValue) => Drawn
}

/** torch's fans of a tensor; raises below two axes as torch does. */
export function requiredFans(at: Site, shape: readonly number[]): Fans {
  return fansOf(shape) ?? valueError(at, 'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions')
}

export function normal(mean: number, std: number): Distribution {
  return { kind: 'normal', mean, std }
}

/** Uniform on ±√3·std. */
function uniformOf(std: number): Distribution {
  const bound = Math.sqrt(3) * std
  return { kind: 'uniform', low: -bound, high: bound }
}

/** gain·√(2/(fan_in + fan_out)); Glorot & Bengio 2010. */
function xavier(call: Call, tensor: TensorValue, name: string, make: (std: number) => Distribution): Drawn {
  const { fanIn, fanOut } = requiredFans(call, tensor.payload.shape)
  const gain = call.number('gain')
  return {
    distribution: make(gain * Math.sqrt(2 / (fanIn + fanOut))),
    label: gain === 1 ? name : `${name}(gain=${gainText(gain)})`,
    scaling: { scheme: 'xavier', mode: 'fan_avg', nonlinearity: null, slope: 0, gain },
  }
}

/** gain/√fan; He et al. 2015. */
function kaiming(call: Call, tensor: TensorValue, name: string, make: (std: number) => Distribution): Drawn {
  const { shape } = tensor.payload
  if (shape.includes(0)) return { distribution: { kind: 'constant', value: 0 }, label: name }
  const mode = (call.text('mode') ?? '').toLowerCase()
  if (mode !== 'fan_in' && mode !== 'fan_out') valueError(call, `Mode ${mode} not supported, please use one of ['fan_in', 'fan_out']`)
  const { fanIn, fanOut } = requiredFans(call, shape)
  const nonlinearity = call.text('nonlinearity') ?? 'leaky_relu'
  const slope = call.number('a')
  const gain = calculateGain(call, nonlinearity, slope)
  const described = [
    ...(mode === 'fan_in' ? [] : ['fan_out']),
    ...(nonlinearity === 'leaky_relu' ? [`a=${gainText(slope)}`] : [nonlinearity]),
  ]
  return {
    distribution: make(gain / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut)),
    label: `${name}(${described.join(', ')})`,
    scaling: { scheme: 'kaiming', mode, nonlinearity, slope, gain },
  }
}

/** √2 and √5 by name, other numbers in four digits. */
function gainText(value: number): string {
  const square = Math.round(value * value)
  const isRoot = Math.abs(value * value - square) < 1e-9 && !Number.isInteger(value) && value > 0
  return isRoot ? `√${square}` : shortNumber(value)
}

function matrixOnly(call: Call, tensor: TensorValue, least: number): void {
  if (tensor.payload.shape.length < least) valueError(call, 'Only tensors with 2 or more dimensions are supported')
}

function constantOf(value: number, label: string): Drawn {
  return { distribution: { kind: 'constant', value }, label }
}

export const initializers: readonly InitializerEntry[] = [
  {
    name: 'uniform_',
    parameters: 'a=0.0, b=1.0, generator=None',
    draw: (call) => {
      const [low, high] = [call.number('a'), call.number('b')]
      return { distribution: { kind: 'uniform', low, high }, label: `uniform_(${shortNumber(low)}, ${shortNumber(high)})` }
    },
  },
  {
    name: 'normal_',
    parameters: 'mean=0.0, std=1.0, generator=None',
    draw: (call) => {
      const [mean, std] = [call.number('mean'), call.number('std')]
      return { distribution: normal(mean, std), label: `normal_(${shortNumber(mean)}, ${shortNumber(std)})` }
    },
  },
  {
    name: 'trunc_normal_',
    parameters: 'mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None',
    draw: (call) => {
      const [mean, std, low, high] = [call.number('mean'), call.number('std'), call.number('a'), call.number('b')]
      const bounds = low === -2 && high === 2 ? '' : `, a=${shortNumber(low)}, b=${shortNumber(high)}`
      return {
        distribution: { kind: 'truncatedNormal', mean, std, low, high },
        label: `trunc_normal_(std=${shortNumber(std)}${mean === 0 ? '' : `, mean=${shortNumber(mean)}`}${bounds})`,
      }
    },
  },
  { name: 'constant_', parameters: 'val', draw: (call) => constantOf(call.number('val'), `constant_(${shortNumber(call.number('val'))})`) },
  { name: 'ones_', parameters: '', draw: () => constantOf(1, 'ones_') },
  { name: 'zeros_', parameters: '', draw: () => constantOf(0, 'zeros_') },
  {
    name: 'eye_',
    parameters: '',
    draw: (call, tensor) => {
      if (tensor.payload.shape.length !== 2) valueError(call, 'Only tensors with 2 dimensions are supported')
      return { distribution: { kind: 'eye' }, label: 'eye_' }
    },
  },
  {
    name: 'dirac_',
    parameters: 'groups=1',
    draw: (call, tensor) => {
      const { shape } = tensor.payload
      const groups = call.integer('groups')
      if (shape.length < 3 || shape.length > 5) valueError(call, 'Only tensors with 3, 4, or 5 dimensions are supported')
      if ((shape[0] as number) % groups !== 0) valueError(call, 'dim 0 must be divisible by groups')
      return { distribution: { kind: 'dirac', groups }, label: groups === 1 ? 'dirac_' : `dirac_(groups=${groups})` }
    },
  },
  {
    name: 'xavier_uniform_',
    parameters: 'gain=1.0, generator=None',
    draw: (call, tensor) => xavier(call, tensor, 'xavier_uniform_', uniformOf),
  },
  {
    name: 'xavier_normal_',
    parameters: 'gain=1.0, generator=None',
    draw: (call, tensor) => xavier(call, tensor, 'xavier_normal_', (std) => normal(0, std)),
  },
  {
    name: 'kaiming_uniform_',
    parameters: "a=0, mode='fan_in', nonlinearity='leaky_relu', generator=None",
    draw: (call, tensor) => kaiming(call, tensor, 'kaiming_uniform_', uniformOf),
  },
  {
    name: 'kaiming_normal_',
    parameters: "a=0, mode='fan_in', nonlinearity='leaky_relu', generator=None",
    draw: (call, tensor) => kaiming(call, tensor, 'kaiming_normal_', (std) => normal(0, std)),
  },
  {
    name: 'orthogonal_',
    parameters: 'gain=1, generator=None',
    draw: (call, tensor) => {
      matrixOnly(call, tensor, 2)
      const gain = call.number('gain')
      return { distribution: { kind: 'orthogonal', gain }, label: gain === 1 ? 'orthogonal_' : `orthogonal_(gain=${gainText(gain)})` }
    },
  },
  {
    name: 'sparse_',
    parameters: 'sparsity, std=0.01, generator=None',
    draw: (call, tensor) => {
      if (tensor.payload.shape.length !== 2) valueError(call, 'Only tensors with 2 dimensions are supported')
      const [sparsity, std] = [call.number('sparsity'), call.number('std')]
      if (sparsity < 0 || sparsity > 1) runtimeError(call, 'sparsity must be between 0 and 1')
      return { distribution: { kind: 'sparse', sparsity, std }, label: `sparse_(${shortNumber(sparsity)}, std=${shortNumber(std)})` }
    },
  },
]

/** In-place draws that only tensors have as methods. */
export const methodInitializers: readonly InitializerEntry[] = [
  {
    name: 'uniform_',
    parameters: '_from=0.0, to=1.0, *, generator=None',
    draw: (call) => {
      const [low, high] = [call.number('_from'), call.number('to')]
      return { distribution: { kind: 'uniform', low, high }, label: `uniform_(${shortNumber(low)}, ${shortNumber(high)})` }
    },
  },
  {
    name: 'normal_',
    parameters: 'mean=0.0, std=1.0, *, generator=None',
    draw: (call) => {
      const [mean, std] = [call.number('mean'), call.number('std')]
      return { distribution: normal(mean, std), label: `normal_(${shortNumber(mean)}, ${shortNumber(std)})` }
    },
  },
  { name: 'fill_', parameters: 'value', draw: (call) => constantOf(call.number('value'), `fill_(${shortNumber(call.number('value'))})`) },
  { name: 'zero_', parameters: '', draw: () => constantOf(0, 'zero_') },
  {
    name: 'exponential_',
    parameters: 'lambd=1.0, *, generator=None',
    draw: () => ({ distribution: { kind: 'unknown', reason: 'exponential_ is not modelled' }, label: 'exponential_' }),
  },
  {
    name: 'bernoulli_',
    parameters: 'p=0.5, *, generator=None',
    draw: (call) => {
      const p = call.number('p')
      const parts = [
        { share: p, value: 1 },
        { share: 1 - p, value: 0 },
      ].filter(({ share }) => share > 0)
      return {
        distribution: { kind: 'mixture', parts: parts.map(({ share, value }) => ({ share, distribution: { kind: 'constant', value } })) },
        label: `bernoulli_(${shortNumber(p)})`,
      }
    },
  },
  {
    name: 'random_',
    parameters: '*args, **kwargs',
    draw: () => ({ distribution: { kind: 'unknown', reason: 'random_ draws integers' }, label: 'random_' }),
  },
  {
    name: 'cauchy_',
    parameters: '*args, **kwargs',
    draw: () => ({ distribution: { kind: 'unknown', reason: 'a Cauchy distribution has no variance' }, label: 'cauchy_' }),
  },
  {
    name: 'log_normal_',
    parameters: '*args, **kwargs',
    draw: () => ({ distribution: { kind: 'unknown', reason: 'log_normal_ is not modelled' }, label: 'log_normal_' }),
  },
]
