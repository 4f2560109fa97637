/** Elementwise functions of `jax.numpy`, `jax.nn` and `jax.lax`. */
import type { ActivationFunction, CompareOp } from '../../../graph'
import { elementary as shared } from '../../elementary'
import { activation, type PlainName } from '../../torch/functional/activations'
import { add, affine, divide, multiply, type Operand, power } from '../../torch/functional/arithmetic'
import { cast, detach } from '../../torch/functional/cast'
import { clamp, extremum } from '../../torch/functional/clamp'
import { compare, logic, not, where } from '../../torch/functional/compare'
import { glu } from '../../torch/functional/softmax'
import { emit } from '../../torch/tensor/emit'
import { constantTensor } from '../../torch/tensor/make'
import type { Site } from '../../torch/site'
import type { TensorValue } from '../../torch/tensor'
import type { ArrayCall } from './call'
import type { ArrayFunction } from './declare'

const plain = (name: PlainName, ...names: readonly string[]): ArrayFunction => ({
  names,
  parameters: 'x',
  body: (call) => activation(call, call.tensor('x'), { name }),
})

const shaped = (names: readonly string[], parameters: string, fn: (call: ArrayCall) => ActivationFunction): ArrayFunction => ({
  names,
  parameters: `x, ${parameters}`,
  body: (call) => activation(call, call.tensor('x'), fn(call)),
})

/** Nonlinearities of `jax.nn`, which `flax.linen` and `flax.nnx` show too. */
export const nonlinearities: readonly ArrayFunction[] = [
  plain('relu', 'relu'),
  plain('relu6', 'relu6'),
  plain('sigmoid', 'sigmoid', 'logistic', 'expit'),
  plain('tanh', 'tanh'),
  plain('silu', 'silu', 'swish'),
  plain('mish', 'mish'),
  plain('selu', 'selu'),
  plain('softsign', 'soft_sign'),
  plain('logSigmoid', 'log_sigmoid'),
  plain('hardSwish', 'hard_silu', 'hard_swish'),
  plain('hardSigmoid', 'hard_sigmoid'),
  {
    names: ['softplus'],
    parameters: 'x',
    body: (call) => activation(call, call.tensor('x'), { name: 'softplus', beta: 1, threshold: Number.POSITIVE_INFINITY }),
  },
  { names: ['hard_tanh'], parameters: 'x', body: (call) => activation(call, call.tensor('x'), { name: 'hardTanh', low: -1, high: 1 }) },
  { names: ['squareplus'], parameters: 'x, b=4', body: () => null },
  shaped(['gelu'], 'approximate=True', (call) => ({ name: call.flag('approximate') ? 'geluTanh' : 'gelu' })),
  shaped(['leaky_relu'], 'negative_slope=0.01', (call) => ({ name: 'leakyRelu', slope: call.number('negative_slope'), learned: false })),
  shaped(['elu'], 'alpha=1.0', (call) => ({ name: 'elu', alpha: call.number('alpha') })),
  shaped(['celu'], 'alpha=1.0', (call) => ({ name: 'celu', alpha: call.number('alpha') })),
  {
    names: ['glu'],
    parameters: 'x, axis=-1',
    body: (call) => {
      const x = call.tensor('x')
      return glu(call, x, call.axis('axis', x))
    },
  },
]

const elementary: readonly ArrayFunction[] = [
  ...shared.map(([fn, names]) => plain(fn, ...names)),
  plain('abs', 'fabs'),
  { names: ['positive'], parameters: 'x', body: (call) => call.tensor('x') },
  { names: ['negative', 'neg'], parameters: 'x', body: (call) => affine(call, call.tensor('x'), -1, 0) },
  {
    names: ['log1p'],
    parameters: 'x',
    body: (call) => activation(call, affine(call, cast(call, call.tensor('x'), 'float'), 1, 1), { name: 'log' }),
  },
  {
    names: ['expm1'],
    parameters: 'x',
    body: (call) => affine(call, activation(call, call.tensor('x'), { name: 'exp' }), 1, -1),
  },
  { names: ['stop_gradient'], parameters: 'x', body: (call) => detach(call, call.tensor('x')) },
  ...(
    [
      [Math.floor, 'floor'],
      [Math.ceil, 'ceil'],
      [Math.trunc, 'trunc'],
      [Math.sinh, 'sinh'],
      [Math.cosh, 'cosh'],
      [Math.tan, 'tan'],
      [Math.atan, 'arctan', 'atan'],
      [Math.asin, 'arcsin', 'asin'],
      [Math.acos, 'arccos', 'acos'],
      [Math.atanh, 'arctanh', 'atanh'],
      [Math.asinh, 'arcsinh', 'asinh'],
      [Math.acosh, 'arccosh', 'acosh'],
      [Math.cbrt, 'cbrt'],
      [(x) => 2 ** x, 'exp2'],
      [Math.log2, 'log2'],
      [Math.log10, 'log10'],
    ] as readonly (readonly [(x: number) => number, string, ...string[]])[]
  ).map(
    ([f, ...names]): ArrayFunction => ({
      names,
      parameters: 'x',
      body: (call) => opaque(call, names[0], call.tensor('x'), f),
    }),
  ),
  {
    names: ['round', 'around', 'rint'],
    parameters: 'x, decimals=0',
    body: (call) => {
      const scale = 10 ** call.number('decimals')
      return opaque(call, 'round', call.tensor('x'), (x) => toEven(x * scale) / scale)
    },
  },
]

/** The nearest integer, of two the even one. */
function toEven(x: number): number {
  const below = Math.floor(x)
  const isHalf = x - below === 0.5
  return isHalf ? below + Math.abs(below % 2) : Math.round(x)
}

/** Computed on data; of what the model computes only the shape is known. */
function opaque(at: Site, name: string, input: TensorValue, f: (x: number) => number): TensorValue {
  return emit(at, {
    op: { kind: 'opaque', name, reason: `the moments of ${name} are not modelled` },
    inputs: [input],
    output: { shape: input.payload.shape, dtype: 'float' },
    fold: ([elements]) => (elements === undefined ? null : (index) => f(elements(index))),
  })
}

const binary = (names: readonly string[], two: (call: ArrayCall, a: Operand, b: Operand) => TensorValue): ArrayFunction => ({
  names,
  parameters: 'x1, x2',
  body: (call) => {
    const [a, b] = [call.operand('x1'), call.operand('x2')]
    if (a.kind === 'number' && b.kind === 'number') return two(call, constantTensor(call, [], a.dtype, a.value, String(a.value)), b)
    return two(call, a, b)
  },
})

const relation = (name: CompareOp['relation'], ...names: readonly string[]): ArrayFunction =>
  binary(names, (call, a, b) => compare(call, name, a, b))

const logical = (which: 'and' | 'or' | 'xor', ...names: readonly string[]): ArrayFunction => ({
  names,
  parameters: 'x1, x2',
  body: (call) => logic(call, which, asMask(call, 'x1'), asMask(call, 'x2')),
})

function asMask(call: ArrayCall, name: string): TensorValue {
  return cast(call, call.tensor(name), 'bool')
}

function bounded(call: ArrayCall, which: 'max' | 'min', a: Operand, b: Operand): TensorValue {
  if (a.kind !== 'number' && b.kind !== 'number') return extremum(call, which, a, b)
  const [x, bound] = a.kind === 'number' ? [b, a] : [a, b]
  if (x.kind === 'number') return constantTensor(call, [], 'float', Math[which](x.value, bound.kind === 'number' ? bound.value : 0), which)
  return which === 'max' ? clamp(call, x, bound, null) : clamp(call, x, null, bound)
}

const binaries: readonly ArrayFunction[] = [
  binary(['add'], add),
  binary(['subtract', 'sub'], (call, a, b) => add(call, a, b, -1)),
  binary(['multiply', 'mul'], multiply),
  binary(['divide', 'true_divide', 'div'], divide),
  binary(['power', 'pow', 'float_power'], power),
  binary(['maximum', 'fmax'], (call, a, b) => bounded(call, 'max', a, b)),
  binary(['minimum', 'fmin'], (call, a, b) => bounded(call, 'min', a, b)),
  relation('eq', 'equal', 'eq'),
  relation('ne', 'not_equal', 'ne'),
  relation('lt', 'less', 'lt'),
  relation('le', 'less_equal', 'le'),
  relation('gt', 'greater', 'gt'),
  relation('ge', 'greater_equal', 'ge'),
  logical('and', 'logical_and', 'bitwise_and'),
  logical('or', 'logical_or', 'bitwise_or'),
  logical('xor', 'logical_xor', 'bitwise_xor'),
  { names: ['logical_not', 'invert', 'bitwise_not'], parameters: 'x', body: (call) => not(call, asMask(call, 'x')) },
  {
    names: ['where'],
    parameters: 'condition, x=None, y=None',
    body: (call) =>
      call.isNone('x') || call.isNone('y') ? null : where(call, asMask(call, 'condition'), call.tensor('x'), call.tensor('y')),
  },
  {
    names: ['select'],
    parameters: 'pred, on_true, on_false=None',
    body: (call) => (call.isNone('on_false') ? null : where(call, asMask(call, 'pred'), call.tensor('on_true'), call.tensor('on_false'))),
  },
  {
    names: ['clip'],
    parameters: 'arr, min=None, max=None, a_min=None, a_max=None',
    body: (call) => {
      const bound = (first: string, second: string) => {
        const name = call.isNone(first) ? second : first
        return call.isNone(name) ? null : call.operand(name)
      }
      return clamp(call, call.tensor('arr'), bound('min', 'a_min'), bound('max', 'a_max'))
    },
  },
]

export const elementwiseFunctions: readonly ArrayFunction[] = [...nonlinearities, ...elementary, ...binaries]
