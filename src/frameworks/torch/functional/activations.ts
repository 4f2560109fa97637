/** Every elementwise nonlinearity of torch: the names it goes by, its arguments, the function it computes. */
import type { ActivationFunction } from '../../../graph'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'

/** Reads a number or flag of the call by parameter name; undefined when it is not known. */
export interface ActivationArguments {
  number(name: string): number | undefined
  boolean(name: string): boolean | undefined
  string(name: string): string | undefined
}

export interface ActivationEntry {
  /** Function names in `torch.nn.functional`, `torch` and on Tensor. */
  readonly names: readonly string[]
  /** The nn class made of it; null where there is none. */
  readonly module: string | null
  /** Parameters of the function after the input, as Python writes them. */
  readonly parameters: string
  /** Parameters of the class where they differ. */
  readonly moduleParameters?: string
  /** null when an argument is not known. */
  readonly fn: (args: ActivationArguments) => ActivationFunction | null
  /** False where torch has no `torch.name` of it. */
  readonly inTorch: boolean
}

export type PlainName = Exclude<
  ActivationFunction,
  | { readonly slope: number }
  | { readonly lower: number }
  | { readonly alpha: number }
  | { readonly beta: number }
  | { readonly low: number }
  | { readonly lambda: number }
  | { readonly threshold: number }
>['name']

const plain = (
  names: readonly string[],
  module: string | null,
  name: PlainName,
  inTorch: boolean,
  parameters = 'inplace=False',
): ActivationEntry => ({
  names,
  module,
  parameters,
  inTorch,
  fn: () => ({ name }),
})

const withNumbers = (
  args: ActivationArguments,
  names: readonly string[],
  make: (...values: number[]) => ActivationFunction,
): ActivationFunction | null => {
  const values = names.map((name) => args.number(name))
  return values.every((value) => value !== undefined) ? make(...values) : null
}

export const activations: readonly ActivationEntry[] = [
  plain(['relu'], 'ReLU', 'relu', true),
  plain(['relu6'], 'ReLU6', 'relu6', false),
  plain(['sigmoid', 'expit'], 'Sigmoid', 'sigmoid', true, ''),
  plain(['tanh'], 'Tanh', 'tanh', true, ''),
  plain(['silu', 'swish'], 'SiLU', 'silu', false),
  plain(['mish'], 'Mish', 'mish', false),
  plain(['selu'], 'SELU', 'selu', true),
  plain(['softsign'], 'Softsign', 'softsign', false, ''),
  plain(['tanhshrink'], 'Tanhshrink', 'tanhshrink', false, ''),
  plain(['logsigmoid'], 'LogSigmoid', 'logSigmoid', false, ''),
  plain(['hardswish'], 'Hardswish', 'hardSwish', false),
  plain(['hardsigmoid'], 'Hardsigmoid', 'hardSigmoid', false),
  {
    names: ['gelu'],
    module: 'GELU',
    parameters: "approximate='none'",
    inTorch: false,
    fn: (args) => {
      const approximate = args.string('approximate')
      if (approximate === undefined) return null
      return { name: approximate === 'tanh' ? 'geluTanh' : 'gelu' }
    },
  },
  {
    names: ['leaky_relu'],
    module: 'LeakyReLU',
    parameters: 'negative_slope=0.01, inplace=False',
    inTorch: false,
    fn: (args) => withNumbers(args, ['negative_slope'], (slope) => ({ name: 'leakyRelu', slope: slope as number, learned: false })),
  },
  {
    names: ['rrelu'],
    module: 'RReLU',
    parameters: 'lower=0.125, upper=0.3333333333333333, training=False, inplace=False',
    inTorch: true,
    moduleParameters: 'lower=0.125, upper=0.3333333333333333, inplace=False',
    fn: (args) =>
      withNumbers(args, ['lower', 'upper'], (lower, upper) => ({
        name: 'randomLeakyRelu',
        lower: lower as number,
        upper: upper as number,
      })),
  },
  {
    names: ['elu'],
    module: 'ELU',
    parameters: 'alpha=1.0, inplace=False',
    inTorch: false,
    fn: (args) => withNumbers(args, ['alpha'], (alpha) => ({ name: 'elu', alpha: alpha as number })),
  },
  {
    names: ['celu'],
    module: 'CELU',
    parameters: 'alpha=1.0, inplace=False',
    inTorch: true,
    fn: (args) => withNumbers(args, ['alpha'], (alpha) => ({ name: 'celu', alpha: alpha as number })),
  },
  {
    names: ['softplus'],
    module: 'Softplus',
    parameters: 'beta=1.0, threshold=20.0',
    inTorch: false,
    fn: (args) =>
      withNumbers(args, ['beta', 'threshold'], (beta, threshold) => ({
        name: 'softplus',
        beta: beta as number,
        threshold: threshold as number,
      })),
  },
  {
    names: ['hardtanh'],
    module: 'Hardtanh',
    parameters: 'min_val=-1.0, max_val=1.0, inplace=False',
    inTorch: false,
    fn: (args) =>
      withNumbers(args, ['min_val', 'max_val'], (low, high) => ({ name: 'hardTanh', low: low as number, high: high as number })),
  },
  {
    names: ['hardshrink'],
    module: 'Hardshrink',
    parameters: 'lambd=0.5',
    inTorch: true,
    fn: (args) => withNumbers(args, ['lambd'], (lambda) => ({ name: 'hardShrink', lambda: lambda as number })),
  },
  {
    names: ['softshrink'],
    module: 'Softshrink',
    parameters: 'lambd=0.5',
    inTorch: false,
    fn: (args) => withNumbers(args, ['lambd'], (lambda) => ({ name: 'softShrink', lambda: lambda as number })),
  },
  {
    names: ['threshold'],
    module: 'Threshold',
    parameters: 'threshold, value, inplace=False',
    inTorch: true,
    fn: (args) =>
      withNumbers(args, ['threshold', 'value'], (threshold, value) => ({
        name: 'threshold',
        threshold: threshold as number,
        value: value as number,
      })),
  },
]

/** Elementwise functions that are no layer's nonlinearity by custom, but compute one all the same. */
export const elementaryFunctions: readonly ActivationEntry[] = [
  plain(['exp'], null, 'exp', true, ''),
  plain(['log'], null, 'log', true, ''),
  plain(['abs', 'absolute'], null, 'abs', true, ''),
  plain(['square'], null, 'square', true, ''),
  plain(['sqrt'], null, 'sqrt', true, ''),
  plain(['rsqrt'], null, 'rsqrt', true, ''),
  plain(['reciprocal'], null, 'reciprocal', true, ''),
  plain(['sin'], null, 'sin', true, ''),
  plain(['cos'], null, 'cos', true, ''),
  plain(['erf'], null, 'erf', true, ''),
  plain(['sign', 'sgn'], null, 'sign', true, ''),
]

/** φ(x). Integers become floats, except where φ keeps them whole. */
export function activation(at: Site, input: TensorValue, fn: ActivationFunction): TensorValue {
  const { shape, dtype } = input.payload
  const keepsIntegers = fn.name === 'relu' || fn.name === 'abs' || fn.name === 'square' || fn.name === 'sign' || fn.name === 'identity'
  return emit(at, { op: { kind: 'activation', fn }, inputs: [input], output: { shape, dtype: keepsIntegers ? dtype : 'float' } })
}
