/** Binary and unary operators on any values, with the methods of classes and their reflected forms. */
import type { Span } from '../../graph'
import { formatPercent } from '../builtins/percent'
import { typeOf } from '../builtins/typeOf'
import { asInteger, underlying } from '../guards'
import { bool, bytes, complex, dict, float, int, list, set, str, tuple } from '../make'
import { isSubclass } from '../mro'
import type { Value } from '../values'
import { arithmetic, asComplex, complexArithmetic, integerOf, isNumberValue } from './arithmetic'
import type { Evaluator } from './evaluator'
import { callSpecial, findSpecial, unknownBaseOf } from './special'

const methods: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'lshift',
  '>>': 'rshift',
}

/** `left operator right`. An Unknown operand gives that Unknown. */
export function binary(operator: string, left: Value, right: Value, span: Span | null, evaluator: Evaluator): Value {
  if (isNumberValue(left) && isNumberValue(right)) {
    const result = bitwiseOfBools(operator, left, right) ?? arithmetic(operator, left, right, span, evaluator)
    return result ?? refuse(operator, left, right, span, evaluator)
  }
  if (left.kind === 'unknown') return left
  if (right.kind === 'unknown') return right
  return (
    bySpecial(operator, left, right, span, evaluator) ??
    ofBuiltins(operator, underlying(left), underlying(right), span, evaluator) ??
    ofUnknownBase(left, right) ??
    refuse(operator, left, right, span, evaluator)
  )
}

/** `target operator= value`: in place where the value's type has it. */
export function inPlace(operator: string, left: Value, right: Value, span: Span | null, evaluator: Evaluator): Value {
  const name = methods[operator]
  if (left.kind === 'instance' && right.kind !== 'unknown' && name !== undefined) {
    const result = callSpecial(evaluator, left, `__i${name}__`, [right], span)
    if (result !== undefined && result.kind !== 'notImplemented') return result
  }
  if (left.kind === 'list' && operator === '+') {
    const items = evaluator.items(right, span)
    if (items === null) return right.kind === 'unknown' ? right : evaluator.unknown('the items of this value are not known', span)
    evaluator.checkSize(left.items.length + items.length, span)
    left.items.push(...items)
    return left
  }
  const made = binary(operator, left, right, span, evaluator)
  if (left.kind === 'list' && made.kind === 'list') {
    left.items = made.items
    return left
  }
  if (left.kind === 'dict' && made.kind === 'dict') {
    for (const [key, value] of made.entries.entries()) left.entries.set(key, value)
    return left
  }
  if (left.kind === 'set' && made.kind === 'set' && !left.frozen) {
    const kept = [...made.entries.keys()]
    left.entries.clear()
    for (const key of kept) left.entries.set(key, key)
    return left
  }
  return made
}

function bySpecial(operator: string, left: Value, right: Value, span: Span | null, evaluator: Evaluator): Value | undefined {
  const name = methods[operator]
  if (name === undefined) return undefined
  const attempt = (value: Value, method: string, other: Value): Value | undefined => {
    const result = callSpecial(evaluator, value, method, [other], span)
    return result === undefined || result.kind === 'notImplemented' ? undefined : result
  }
  const leftType = typeOf(left)
  const rightType = typeOf(right)
  // A subclass on the right that has its own reflected method is asked first.
  const rightFirst =
    leftType !== rightType && isSubclass(rightType, leftType) && findSpecial(right, `__r${name}__`) !== findSpecial(left, `__r${name}__`)
  if (rightFirst) return attempt(right, `__r${name}__`, left) ?? attempt(left, `__${name}__`, right)
  return attempt(left, `__${name}__`, right) ?? attempt(right, `__r${name}__`, left)
}

function ofBuiltins(operator: string, left: Value, right: Value, span: Span | null, evaluator: Evaluator): Value | undefined {
  if (isNumberValue(left) && isNumberValue(right)) return arithmetic(operator, left, right, span, evaluator)
  if (left.kind === 'complex' || right.kind === 'complex') {
    const a = asComplex(left)
    const b = asComplex(right)
    return a === undefined || b === undefined ? undefined : complexArithmetic(operator, a, b, span, evaluator)
  }
  switch (operator) {
    case '+':
      return concatenate(left, right, span, evaluator)
    case '*':
      return repeat(left, right, span, evaluator) ?? repeat(right, left, span, evaluator)
    case '%':
      return left.kind === 'str' ? formatPercent(left.value, right, evaluator, span) : undefined
    case '|':
      if (left.kind === 'dict' && right.kind === 'dict')
        return { ...dict([...left.entries.entries(), ...right.entries.entries()]), ...(left.cls === undefined ? {} : { cls: left.cls }) }
      return ofSets(operator, left, right)
    case '&':
    case '-':
    case '^':
      return ofSets(operator, left, right)
    default:
      return undefined
  }
}

function concatenate(left: Value, right: Value, span: Span | null, evaluator: Evaluator): Value | undefined {
  if (left.kind === 'str' && right.kind === 'str') {
    evaluator.checkSize(left.value.length + right.value.length, span)
    return str(left.value + right.value)
  }
  if (left.kind === 'list' && right.kind === 'list') {
    evaluator.checkSize(left.items.length + right.items.length, span)
    return list([...left.items, ...right.items])
  }
  if (left.kind === 'tuple' && right.kind === 'tuple') {
    evaluator.checkSize(left.items.length + right.items.length, span)
    return tuple([...left.items, ...right.items])
  }
  return left.kind === 'bytes' && right.kind === 'bytes' ? bytes(left.value + right.value) : undefined
}

function repeat(sequence: Value, times: Value, span: Span | null, evaluator: Evaluator): Value | undefined {
  const given = asInteger(times)
  if (given === undefined) return undefined
  const count = Math.max(0, given)
  switch (sequence.kind) {
    case 'str':
      evaluator.checkSize(sequence.value.length * count, span)
      return str(sequence.value.repeat(count))
    case 'bytes':
      evaluator.checkSize(sequence.value.length * count, span)
      return bytes(sequence.value.repeat(count))
    case 'list':
    case 'tuple': {
      evaluator.checkSize(sequence.items.length * count, span)
      const items: Value[] = []
      for (let round = 0; round < count; round++) for (const item of sequence.items) items.push(item)
      return sequence.kind === 'list' ? list(items) : tuple(items)
    }
    default:
      return undefined
  }
}

function ofSets(operator: string, left: Value, right: Value): Value | undefined {
  if (left.kind !== 'set' || right.kind !== 'set') return undefined
  const a = [...left.entries.keys()]
  const b = [...right.entries.keys()]
  const inLeft = (value: Value): boolean => left.entries.has(value)
  const inRight = (value: Value): boolean => right.entries.has(value)
  switch (operator) {
    case '|':
      return set([...a, ...b], left.frozen)
    case '&':
      return set(a.filter(inRight), left.frozen)
    case '-':
      return set(
        a.filter((value) => !inRight(value)),
        left.frozen,
      )
    case '^':
      return set([...a.filter((value) => !inRight(value)), ...b.filter((value) => !inLeft(value))], left.frozen)
    default:
      return undefined
  }
}

function bitwiseOfBools(operator: string, left: Value, right: Value): Value | undefined {
  if (left.kind !== 'bool' || right.kind !== 'bool') return undefined
  if (operator === '&') return bool(left.value && right.value)
  if (operator === '|') return bool(left.value || right.value)
  return operator === '^' ? bool(left.value !== right.value) : undefined
}

function ofUnknownBase(left: Value, right: Value): Value | undefined {
  for (const value of [left, right]) {
    const base = value.kind === 'instance' ? unknownBaseOf(value.cls) : undefined
    if (base !== undefined) return base
  }
  return undefined
}

function refuse(operator: string, left: Value, right: Value, span: Span | null, evaluator: Evaluator): never {
  if (operator === '+' && isText(left)) {
    const name = typeOf(left).name
    return evaluator.raise('TypeError', `can only concatenate ${name} (not "${typeOf(right).name}") to ${name}`, span)
  }
  const sequence = operator !== '*' ? undefined : isText(left) ? right : isText(right) ? left : undefined
  if (sequence !== undefined)
    return evaluator.raise('TypeError', `can't multiply sequence by non-int of type '${typeOf(sequence).name}'`, span)
  const written = operator === '**' ? '** or pow()' : operator
  return evaluator.raise(
    'TypeError',
    `unsupported operand type(s) for ${written}: '${typeOf(left).name}' and '${typeOf(right).name}'`,
    span,
  )
}

function isText(value: Value): boolean {
  return value.kind === 'str' || value.kind === 'list' || value.kind === 'tuple' || value.kind === 'bytes'
}

const unaryMethods: Readonly<Record<string, string>> = { '-': '__neg__', '+': '__pos__', '~': '__invert__' }

export function unary(operator: string, operand: Value, span: Span | null, evaluator: Evaluator): Value {
  if (operand.kind === 'unknown') return operand
  if (operator === 'not') {
    const truth = evaluator.truth(operand, span)
    return truth === undefined ? evaluator.unknown('whether this is true is not known', span) : bool(!truth)
  }
  const special = callSpecial(evaluator, operand, unaryMethods[operator] ?? '', [], span)
  if (special !== undefined) return special
  const plain = underlying(operand)
  switch (plain.kind) {
    case 'int':
    case 'bool': {
      const value = integerOf(plain)
      if (operator === '-') return int(-value)
      return operator === '+' ? int(value) : int(typeof value === 'bigint' ? ~value : -value - 1)
    }
    case 'float':
      if (operator === '-') return float(-plain.value)
      if (operator === '+') return plain
      break
    case 'complex':
      if (operator === '-') return complex(-plain.real, -plain.imaginary)
      if (operator === '+') return plain
      break
    default:
      break
  }
  const base = operand.kind === 'instance' ? unknownBaseOf(operand.cls) : undefined
  return base ?? evaluator.raise('TypeError', `bad operand type for unary ${operator}: '${typeOf(operand).name}'`, span)
}
