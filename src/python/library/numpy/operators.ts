/** Arithmetic and comparisons of arrays and numbers. */
import type { Interpreter } from '../../host'
import type { Bound } from '../../native'
import type { Value } from '../../values'
import { type ArrayType, type Compute, elementwise } from './array'
import { result, toArray, wider } from './convert'

interface Operator {
  readonly compute: Compute
  readonly type: (left: ArrayType, right: ArrayType) => ArrayType
}

const asWider = (left: ArrayType, right: ArrayType): ArrayType => wider(wider(left, right), 'int')
const truth = (): ArrayType => 'bool'

/** Python's `%`: the sign of the divisor. */
const modulo: Compute = (x, y) => x - Math.floor(x / y) * y

export const operators: Readonly<Record<string, Operator>> = {
  '+': { compute: (x, y) => x + y, type: asWider },
  '-': { compute: (x, y) => x - y, type: asWider },
  '*': { compute: (x, y) => x * y, type: asWider },
  '/': { compute: (x, y) => x / y, type: () => 'float' },
  '//': { compute: (x, y) => Math.floor(x / y), type: asWider },
  '%': { compute: modulo, type: asWider },
  '**': { compute: (x, y) => x ** y, type: asWider },
  '<': { compute: (x, y) => Number(x < y), type: truth },
  '<=': { compute: (x, y) => Number(x <= y), type: truth },
  '>': { compute: (x, y) => Number(x > y), type: truth },
  '>=': { compute: (x, y) => Number(x >= y), type: truth },
  '==': { compute: (x, y) => Number(x === y), type: truth },
  '!=': { compute: (x, y) => Number(x !== y), type: truth },
  '&': { compute: (x, y) => x & y, type: wider },
  '|': { compute: (x, y) => x | y, type: wider },
  maximum: { compute: (x, y) => Math.max(x, y), type: wider },
  minimum: { compute: (x, y) => Math.min(x, y), type: wider },
}

/** undefined: one of the two is no array and no number. Raises ValueError where the shapes do not fit. */
export function operate(name: string, left: Value, right: Value, args: Bound, interpreter: Interpreter): Value | undefined {
  const operator = operators[name]
  const [a, b] = [toArray(left, interpreter), toArray(right, interpreter)]
  if (a?.kind === 'unknown') return a
  if (b?.kind === 'unknown') return b
  if (a === undefined || b === undefined || operator === undefined) return undefined
  const made = elementwise(a, b, operator.type(a.type, b.type), name, operator.compute)
  if (made !== undefined) return result(made, interpreter, args)
  const shapes = [a, b].map(({ shape }) => `(${shape.join(',')}${shape.length === 1 ? ',' : ''})`).join(' ')
  return interpreter.raise('ValueError', `operands could not be broadcast together with shapes ${shapes}`, args.span)
}
