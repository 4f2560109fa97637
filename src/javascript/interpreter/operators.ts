/** Operators on two values. */
import type { SyntaxNode } from '../../syntax'
import { isArray, isFunction, isObject, isPrimitive, isUnknown, type Primitive, type Unknown, type Value } from '../values'
import { toText } from './text'
import type { Evaluator } from './evaluator'

/** `typeof`. */
export function typeOf(value: Value): string {
  if (value === null) return 'object'
  if (isPrimitive(value)) return typeof value
  return isFunction(value) ? 'function' : 'object'
}

function primitiveOf(value: Value): Primitive {
  return isPrimitive(value) ? value : toText(value)
}

function arithmetic(operator: string, a: number, b: number): number | boolean | undefined {
  switch (operator) {
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case '**':
      return a ** b
    case '|':
      return a | b
    case '&':
      return a & b
    case '^':
      return a ^ b
    case '<<':
      return a << b
    case '>>':
      return a >> b
    case '>>>':
      return a >>> b
    default:
      return undefined
  }
}

function compared(operator: string, a: Primitive, b: Primitive): boolean | undefined {
  const [left, right] = typeof a === 'string' && typeof b === 'string' ? [a, b] : [Number(a), Number(b)]
  switch (operator) {
    case '<':
      return left < right
    case '>':
      return left > right
    case '<=':
      return left <= right
    case '>=':
      return left >= right
    default:
      return undefined
  }
}

export function looselyEqual(a: Value, b: Value): boolean {
  if ((a === null || a === undefined) && (b === null || b === undefined)) return true
  if (a === null || a === undefined || b === null || b === undefined) return false
  if (typeof a === typeof b || !isPrimitive(a) || !isPrimitive(b)) return a === b
  return Number(a) === Number(b)
}

/** What an open parameter is compared to is one of its choices. */
function noteChoice(run: Evaluator, open: Unknown, other: Value): void {
  if (open.parameter === null || typeof other !== 'string') return
  const known = run.choices.get(open.parameter) ?? new Set<string>()
  run.choices.set(open.parameter, known.add(other))
}

function equality(run: Evaluator, operator: string, a: Value, b: Value): Value {
  const unknown = isUnknown(a) ? a : isUnknown(b) ? b : null
  if (unknown !== null) {
    noteChoice(run, unknown, unknown === a ? b : a)
    return unknown
  }
  const same = operator.length === 3 ? a === b : looselyEqual(a, b)
  return operator.startsWith('!') ? !same : same
}

export function binary(run: Evaluator, operator: string, a: Value, b: Value, node: SyntaxNode): Value {
  if (operator === '===' || operator === '!==' || operator === '==' || operator === '!=') return equality(run, operator, a, b)
  if (isUnknown(a)) return a
  if (isUnknown(b)) return b
  if (operator === 'instanceof') return isInstance(a, b)
  if (operator === 'in') {
    if (isObject(b)) return b.properties.has(toText(a))
    return isArray(b) ? typeof a === 'number' && a in b.items : run.unknown('`in` of something that is not an object', node)
  }
  const [left, right] = [primitiveOf(a), primitiveOf(b)]
  if (operator === '+') {
    if (typeof left !== 'string' && typeof right !== 'string') return Number(left) + Number(right)
    const text = String(left) + String(right)
    run.meter.size(text.length)
    return text
  }
  return (
    arithmetic(operator, Number(left), Number(right)) ??
    compared(operator, left, right) ??
    run.unknown(`the operator ${operator} is not read`, node)
  )
}

function isInstance(value: Value, cls: Value): boolean {
  if (!isObject(value) || !isFunction(cls)) return isArray(value) && isFunction(cls) && cls.name === 'Array'
  for (let own: Value = value.cls; isFunction(own); own = own.cls?.base) if (own === cls) return true
  return false
}
