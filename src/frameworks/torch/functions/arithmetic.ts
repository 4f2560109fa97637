/** Arithmetic as functions and methods: `torch.add`, `x.mul_(2)`. */

import { activation } from '../functional/activations'
import { add, divide, elementwise, multiply, type Operand, power } from '../functional/arithmetic'
import { clamp, extremum } from '../functional/clamp'
import type { TensorValue } from '../tensor'
import { constantTensor } from '../tensor/make'
import { promoted } from '../tensor/promote'
import type { Call } from './call'
import type { TorchFunction } from './declare'

const places = ['torch', 'method'] as const

/** A number as a tensor, for functions that have no form for numbers. */
function tensorOperand(call: Call, operand: Operand): TensorValue {
  return operand.kind === 'number' ? constantTensor(call, [], operand.dtype, operand.value, String(operand.value)) : operand
}

/** An elementwise function of two operands that the graph has no op for. */
function pairwise(names: readonly string[], f: (a: number, b: number) => number): TorchFunction {
  return {
    names,
    parameters: 'input, other',
    places,
    inPlace: true,
    body: (call) => {
      const inputs = [call.operand('input'), call.operand('other')].map((operand) => tensorOperand(call, operand))
      return elementwise(call, call.name, inputs, promoted(...inputs.map((input) => input.payload.dtype)), (a, b) =>
        f(a as number, b as number),
      )
    },
  }
}

export function roundedDivision(call: Call, rounding: string | null): TensorValue {
  const [a, b] = [call.operand('input'), call.operand('other')]
  if (rounding === null) return divide(call, a, b)
  const [x, y] = [tensorOperand(call, a), tensorOperand(call, b)]
  const round = rounding === 'floor' ? Math.floor : Math.trunc
  return elementwise(call, 'floor_divide', [x, y], promoted(x.payload.dtype, y.payload.dtype), (u, v) =>
    round((u as number) / (v as number)),
  )
}

export const arithmeticFunctions: readonly TorchFunction[] = [
  {
    names: ['add'],
    parameters: 'input, other, *, alpha=1',
    places,
    inPlace: true,
    listed: true,
    body: (call) => add(call, call.operand('input'), call.operand('other'), call.number('alpha')),
  },
  {
    names: ['sub', 'subtract'],
    parameters: 'input, other, *, alpha=1',
    places,
    inPlace: true,
    listed: true,
    body: (call) => add(call, call.operand('input'), call.operand('other'), -call.number('alpha')),
  },
  {
    names: ['rsub'],
    parameters: 'input, other, *, alpha=1',
    places,
    body: (call) => add(call, call.operand('other'), call.operand('input'), -call.number('alpha')),
  },
  {
    names: ['mul', 'multiply'],
    parameters: 'input, other',
    places,
    inPlace: true,
    listed: true,
    body: (call) => multiply(call, call.operand('input'), call.operand('other')),
  },
  {
    names: ['div', 'divide', 'true_divide'],
    parameters: 'input, other, *, rounding_mode=None',
    places,
    inPlace: true,
    listed: true,
    body: (call) => roundedDivision(call, call.text('rounding_mode')),
  },
  { names: ['floor_divide'], parameters: 'input, other', places, inPlace: true, body: (call) => roundedDivision(call, 'floor') },
  {
    names: ['pow', 'float_power'],
    parameters: 'input, exponent',
    places,
    inPlace: true,
    listed: true,
    body: (call) => power(call, call.operand('input'), call.operand('exponent')),
  },
  {
    names: ['addcmul'],
    parameters: 'input, tensor1, tensor2, *, value=1',
    places,
    inPlace: true,
    body: (call) => add(call, call.tensor('input'), multiply(call, call.operand('tensor1'), call.operand('tensor2')), call.number('value')),
  },
  {
    names: ['addcdiv'],
    parameters: 'input, tensor1, tensor2, *, value=1',
    places,
    inPlace: true,
    body: (call) => add(call, call.tensor('input'), divide(call, call.operand('tensor1'), call.operand('tensor2')), call.number('value')),
  },
  {
    // start + weight·(end − start)
    names: ['lerp'],
    parameters: 'input, end, weight',
    places,
    inPlace: true,
    body: (call) =>
      add(call, call.tensor('input'), multiply(call, call.operand('weight'), add(call, call.operand('end'), call.tensor('input'), -1))),
  },
  {
    names: ['clamp', 'clip'],
    parameters: 'input, min=None, max=None',
    places,
    inPlace: true,
    listed: true,
    body: (call) =>
      clamp(call, call.tensor('input'), call.isNone('min') ? null : call.operand('min'), call.isNone('max') ? null : call.operand('max')),
  },
  {
    names: ['clamp_min'],
    parameters: 'input, min',
    places,
    inPlace: true,
    body: (call) => clamp(call, call.tensor('input'), call.operand('min'), null),
  },
  {
    names: ['clamp_max'],
    parameters: 'input, max',
    places,
    inPlace: true,
    body: (call) => clamp(call, call.tensor('input'), null, call.operand('max')),
  },
  {
    names: ['maximum', 'fmax'],
    parameters: 'input, other',
    places,
    listed: true,
    body: (call) => extremum(call, 'max', call.tensor('input'), call.tensor('other')),
  },
  {
    names: ['minimum', 'fmin'],
    parameters: 'input, other',
    places,
    listed: true,
    body: (call) => extremum(call, 'min', call.tensor('input'), call.tensor('other')),
  },
  {
    // The value at 0 itself has no weight in a continuous distribution.
    names: ['heaviside'],
    parameters: 'input, values',
    places,
    body: (call) => activation(call, call.tensor('input'), { name: 'step' }),
  },
  pairwise(['remainder'], (a, b) => a - b * Math.floor(a / b)),
  pairwise(['fmod'], (a, b) => a % b),
  pairwise(['atan2', 'arctan2'], Math.atan2),
  pairwise(['hypot'], Math.hypot),
  pairwise(['xlogy'], (a, b) => (a === 0 ? 0 : a * Math.log(b))),
]
