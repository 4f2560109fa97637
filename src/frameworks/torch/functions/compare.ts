/** Comparisons, logic and selection: `torch.eq`, `x.masked_fill`, `torch.where`. */
import type { CompareOp } from '../../../graph'
import { elementwise, type Operand } from '../functional/arithmetic'
import { compare, logic, not, where } from '../functional/compare'
import { opaqueReduce } from '../functional/reduce'
import { allAxes } from '../shapes/axes'
import { sameShape } from '../shapes/broadcast'
import type { TensorValue } from '../tensor'
import { constantTensor } from '../tensor/make'
import type { Call } from './call'
import type { TorchFunction } from './declare'

const both = ['torch', 'method'] as const

function relation(names: readonly string[], which: CompareOp['relation']): TorchFunction {
  return {
    names,
    parameters: 'input, other',
    places: both,
    inPlace: true,
    body: (call) => compare(call, which, call.operand('input'), call.operand('other')),
  }
}

function asTensorOperand(call: Call, operand: Operand): TensorValue {
  return operand.kind === 'number' ? constantTensor(call, [], operand.dtype, operand.value, String(operand.value)) : operand
}

function logical(names: readonly string[], which: 'and' | 'or' | 'xor'): TorchFunction {
  return {
    names,
    parameters: 'input, other',
    places: both,
    inPlace: true,
    body: (call) => logic(call, which, asTensorOperand(call, call.operand('input')), asTensorOperand(call, call.operand('other'))),
  }
}

function elementTest(name: string, f: (value: number) => boolean): TorchFunction {
  return {
    names: [name],
    parameters: 'input',
    places: both,
    body: (call) => elementwise(call, name, [call.tensor('input')], 'bool', (value) => (f(value as number) ? 1 : 0)),
  }
}

export const compareFunctions: readonly TorchFunction[] = [
  relation(['lt', 'less'], 'lt'),
  relation(['le', 'less_equal'], 'le'),
  relation(['gt', 'greater'], 'gt'),
  relation(['ge', 'greater_equal'], 'ge'),
  relation(['eq'], 'eq'),
  relation(['ne', 'not_equal'], 'ne'),
  logical(['logical_and', 'bitwise_and'], 'and'),
  logical(['logical_or', 'bitwise_or'], 'or'),
  logical(['logical_xor', 'bitwise_xor'], 'xor'),
  {
    names: ['logical_not', 'bitwise_not'],
    parameters: 'input',
    places: both,
    inPlace: true,
    body: (call) => not(call, call.tensor('input')),
  },
  elementTest('isnan', Number.isNaN),
  elementTest('isinf', (value) => Math.abs(value) === Number.POSITIVE_INFINITY),
  elementTest('isfinite', Number.isFinite),
  {
    names: ['where'],
    parameters: 'condition, input=None, other=None',
    places: ['torch'],
    listed: true,
    body: (call) => {
      if (call.isNone('input')) return call.interpreter.unknown('how many elements torch.where picks is not known', call.span)
      return where(
        call,
        call.tensor('condition'),
        asTensorOperand(call, call.operand('input')),
        asTensorOperand(call, call.operand('other')),
      )
    },
  },
  {
    names: ['where'],
    parameters: 'input, condition, other',
    places: ['method'],
    listed: true,
    body: (call) => where(call, call.tensor('condition'), call.tensor('input'), asTensorOperand(call, call.operand('other'))),
  },
  {
    names: ['masked_fill'],
    parameters: 'input, mask, value',
    places: both,
    listed: true,
    inPlace: true,
    body: (call) => {
      const value = asTensorOperand(call, call.operand('value'))
      return where(call, call.tensor('mask'), value, call.tensor('input'))
    },
  },
  {
    names: ['masked_select', 'nonzero', 'argwhere', 'bincount'],
    parameters: 'input, *args, **kwargs',
    places: both,
    body: (call) => call.interpreter.unknown(`how many elements ${call.name} gives is not known`, call.span),
  },
  {
    names: ['equal', 'allclose'],
    parameters: 'input, other, *args, **kwargs',
    places: both,
    body: (call) => {
      const [a, b] = [call.tensor('input'), call.tensor('other')]
      if (!sameShape(a.payload.shape, b.payload.shape)) return { kind: 'bool', value: false }
      return call.interpreter.unknown('whether two tensors are equal is not known', call.span)
    },
  },
  {
    names: ['isclose'],
    parameters: 'input, other, rtol=1e-05, atol=1e-08',
    places: both,
    body: (call) =>
      elementwise(call, 'isclose', [call.tensor('input'), call.tensor('other')], 'bool', (a, b) =>
        Math.abs((a as number) - (b as number)) <= 1e-8 + 1e-5 * Math.abs(b as number) ? 1 : 0,
      ),
  },
  {
    names: ['dist'],
    parameters: 'input, other, p=2',
    places: both,
    body: (call) =>
      opaqueReduce(
        call,
        'dist',
        elementwise(call, 'difference', [call.tensor('input'), call.tensor('other')], 'float', (a, b) => (a as number) - (b as number)),
        allAxes(call.tensor('input').payload.shape.length),
        false,
        'float',
        (values) => Math.hypot(...values),
      ),
  },
]
