/** Python's operators on tensors. */
import { notImplemented } from '../../../python/make'
import { method } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { activation } from '../functional/activations'
import { add, affine, divide, elementwise, multiply, type Operand, power } from '../functional/arithmetic'
import { compare, logic, not } from '../functional/compare'
import { matmul } from '../functional/matmul'
import { operandOf } from '../functions/call'
import type { Site } from '../site'
import { isTensor, type TensorValue } from '../tensor'
import { constantTensor } from './make'
import { promoted } from './promote'
import { assign } from './write'

type Binary = (at: Site, a: Operand, b: Operand) => TensorValue

const asTensorOperand = (at: Site, operand: Operand): TensorValue =>
  operand.kind === 'number' ? constantTensor(at, [], operand.dtype, operand.value, String(operand.value)) : operand

/** A function of two tensors from one of their elements. */
function pairwise(name: string, f: (a: number, b: number) => number): Binary {
  return (at, a, b) => {
    const inputs = [asTensorOperand(at, a), asTensorOperand(at, b)]
    return elementwise(at, name, inputs, promoted(...inputs.map(({ payload }) => payload.dtype)), (x, y) => f(x as number, y as number))
  }
}

function logicOf(which: 'and' | 'or' | 'xor'): Binary {
  return (at, a, b) => logic(at, which, asTensorOperand(at, a), asTensorOperand(at, b))
}

const arithmetic: readonly (readonly [name: string, f: Binary])[] = [
  ['add', (at, a, b) => add(at, a, b)],
  ['sub', (at, a, b) => add(at, a, b, -1)],
  ['mul', multiply],
  ['truediv', divide],
  ['floordiv', pairwise('floor_divide', (a, b) => Math.floor(a / b))],
  ['mod', pairwise('remainder', (a, b) => a - b * Math.floor(a / b))],
  ['pow', power],
  ['matmul', (at, a, b) => matmul(at, asTensorOperand(at, a), asTensorOperand(at, b))],
  ['and', logicOf('and')],
  ['or', logicOf('or')],
  ['xor', logicOf('xor')],
  ['lshift', pairwise('lshift', (a, b) => a * 2 ** b)],
  ['rshift', pairwise('rshift', (a, b) => Math.floor(a / 2 ** b))],
]

const comparisons = ['lt', 'le', 'gt', 'ge', 'eq', 'ne'] as const

/** `__name__(self, other)`; NotImplemented for values that are neither tensors nor numbers. */
function binary(name: string, body: (at: Site, self: TensorValue, other: Operand) => Value): BuiltinValue {
  return method(`__${name}__(self, other, /)`, (args, interpreter) => {
    const other = args.value('other')
    if (other.kind === 'unknown') return other
    const self = args.value('self')
    const operand = operandOf(other)
    if (!isTensor(self) || operand === null) return notImplemented
    return body({ interpreter, span: args.span }, self, operand)
  })
}

function unary(name: string, body: (at: Site, self: TensorValue) => Value): BuiltinValue {
  return method(`__${name}__(self, /)`, (args, interpreter) => {
    const self = args.value('self')
    return isTensor(self) ? body({ interpreter, span: args.span }, self) : notImplemented
  })
}

export const operators: readonly BuiltinValue[] = [
  ...arithmetic.flatMap(([name, f]) => [
    binary(name, (at, self, other) => f(at, self, other)),
    binary(`r${name}`, (at, self, other) => f(at, other, self)),
    binary(`i${name}`, (at, self, other) => {
      assign(self, f(at, self, other), true)
      return self
    }),
  ]),
  ...comparisons.map((relation) => binary(relation, (at, self, other) => compare(at, relation, self, other))),
  unary('neg', (at, self) => affine(at, self, -1, 0)),
  unary('pos', (_, self) => self),
  unary('abs', (at, self) => activation(at, self, { name: 'abs' })),
  unary('invert', (at, self) => not(at, self)),
]

/** The same for arrays that no operator changes: `x += y` names a new one. By name. */
export const pureOperators: ReadonlyMap<string, BuiltinValue> = new Map(
  operators.map((operator) => {
    const plain = operators.find(({ name }) => name === operator.name.replace(/^__i/, '__'))
    return [operator.name, plain ?? operator] as const
  }),
)
