/** Comparison, equality, containment, truth. */
import type { Span } from '../../graph'
import type { ComparisonNode } from '../ast'
import { typeOf } from '../builtins/typeOf'
import { underlying } from '../guards'
import { bool } from '../make'
import type { Scope } from '../scope'
import type { Value } from '../values'
import { isNumberValue } from './arithmetic'
import type { Evaluator } from './evaluator'
import { callSpecial, unknownBaseOf } from './special'

export function evaluateComparison(node: ComparisonNode, scope: Scope, evaluator: Evaluator): Value {
  let left = evaluator.evaluate(node.first, scope)
  let result: Value = bool(true)
  for (const { operator, operand } of node.rest) {
    const right = evaluator.evaluate(operand, scope)
    result = compare(operator, left, right, node.span, evaluator)
    if (node.rest.length > 1) {
      const truth = evaluator.truth(result, node.span)
      // An Unknown link decides nothing, but a later false one would.
      if (truth !== true) return result
    }
    left = right
  }
  return result
}

const methods: Readonly<Record<string, readonly [string, string]>> = {
  '<': ['__lt__', '__gt__'],
  '<=': ['__le__', '__ge__'],
  '>': ['__gt__', '__lt__'],
  '>=': ['__ge__', '__le__'],
  '==': ['__eq__', '__eq__'],
  '!=': ['__ne__', '__ne__'],
}

/** Any comparison operator, `in` and `is` included; usually a bool, what a class's method gives otherwise. */
export function compare(operator: string, left: Value, right: Value, span: Span | null, evaluator: Evaluator): Value {
  if (left.kind === 'unknown') return left
  if (right.kind === 'unknown') return right
  switch (operator) {
    case 'is':
      return bool(identical(left, right))
    case 'is not':
      return bool(!identical(left, right))
    case 'in':
      return contains(right, left, span, evaluator)
    case 'not in': {
      const found = contains(right, left, span, evaluator)
      const truth = evaluator.truth(found, span)
      return truth === undefined ? found : bool(!truth)
    }
    default:
      break
  }
  const special = bySpecial(operator, left, right, span, evaluator)
  if (special !== undefined) return special
  const base = [left, right]
    .map((value) => (value.kind === 'instance' && operator !== '==' && operator !== '!=' ? unknownBaseOf(value.cls) : undefined))
    .find((each) => each !== undefined)
  if (base !== undefined) return base
  if (operator === '==' || operator === '!=') {
    const same = equalBuiltins(underlying(left), underlying(right), evaluator)
    return same === undefined ? evaluator.unknown('whether these are equal is not known', span) : bool(same === (operator === '=='))
  }
  const order = orderOf(underlying(left), underlying(right), span, evaluator)
  if (order === 'unknown') return evaluator.unknown('the order of these is not known', span)
  if (order === undefined) {
    return evaluator.raise(
      'TypeError',
      `'${operator}' not supported between instances of '${typeOf(left).name}' and '${typeOf(right).name}'`,
      span,
    )
  }
  if (typeof order === 'boolean') return bool(order)
  return bool(operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0)

  function orderOf(a: Value, b: Value, at: Span | null, within: Evaluator): number | boolean | 'unknown' | undefined {
    if (a.kind === 'set' && b.kind === 'set') return ofSets(operator, a, b)
    return order3(a, b, at, within)
  }
}

function ofSets(operator: string, a: Extract<Value, { kind: 'set' }>, b: Extract<Value, { kind: 'set' }>): boolean {
  const within = (small: typeof a, large: typeof a): boolean =>
    small.entries.size <= large.entries.size && [...small.entries.keys()].every((key) => large.entries.has(key))
  switch (operator) {
    case '<':
      return within(a, b) && a.entries.size < b.entries.size
    case '<=':
      return within(a, b)
    case '>':
      return within(b, a) && b.entries.size < a.entries.size
    default:
      return within(b, a)
  }
}

/** Negative, zero, positive; NaN for numbers that do not compare; undefined where Python has no order. */
function order3(a: Value, b: Value, span: Span | null, evaluator: Evaluator): number | 'unknown' | undefined {
  if (isNumberValue(a) && isNumberValue(b)) {
    if (a.value < b.value) return -1
    if (a.value > b.value) return 1
    return Number.isNaN(a.value) || Number.isNaN(b.value) ? Number.NaN : 0
  }
  if ((a.kind === 'str' && b.kind === 'str') || (a.kind === 'bytes' && b.kind === 'bytes')) return orderOfText(a.value, b.value)
  if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'tuple' && b.kind === 'tuple')) {
    for (const [index, item] of a.items.entries()) {
      const other = b.items[index]
      if (other === undefined) return 1
      const same = equals(item, other, evaluator)
      if (same === undefined) return 'unknown'
      if (same) continue
      const less = compare('<', item, other, span, evaluator)
      const truth = evaluator.truth(less, span)
      return truth === undefined ? 'unknown' : truth ? -1 : 1
    }
    return a.items.length - b.items.length
  }
  return undefined
}

/** By code points, not by UTF-16 units. */
function orderOfText(a: string, b: string): number {
  if (a === b) return 0
  const left = Array.from(a)
  const right = Array.from(b)
  for (const [index, character] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
  }
  return left.length - right.length
}

function bySpecial(operator: string, left: Value, right: Value, span: Span | null, evaluator: Evaluator): Value | undefined {
  const pair = methods[operator]
  if (pair === undefined) return undefined
  for (const [value, method, other] of [
    [left, pair[0], right],
    [right, pair[1], left],
  ] as const) {
    const result = callSpecial(evaluator, value, method, [other], span)
    if (result !== undefined && result.kind !== 'notImplemented') return result
    if (operator !== '!=') continue
    // `__ne__` is the opposite of `__eq__` unless a class says otherwise.
    const same = callSpecial(evaluator, value, '__eq__', [other], span)
    if (same !== undefined && same.kind !== 'notImplemented') return evaluator.unary('not', same, span)
  }
  return undefined
}

/** undefined: not known. */
export function equals(left: Value, right: Value, evaluator: Evaluator): boolean | undefined {
  if (left === right && left.kind !== 'float' && left.kind !== 'unknown') return true
  return evaluator.truth(compare('==', left, right, null, evaluator), null)
}

export function identical(left: Value, right: Value): boolean {
  if (left === right) return true
  if (left.kind !== right.kind) return false
  switch (left.kind) {
    // Small numbers and strings are one object in CPython; programs that compare them by identity rely on it.
    case 'int':
    case 'bool':
    case 'str':
      return left.value === (right as typeof left).value
    case 'none':
    case 'ellipsis':
    case 'notImplemented':
      return true
    default:
      return false
  }
}

function equalBuiltins(a: Value, b: Value, evaluator: Evaluator): boolean | undefined {
  if (isNumberValue(a) && isNumberValue(b)) return a.value >= b.value && a.value <= b.value
  if (a.kind === 'complex' || b.kind === 'complex') {
    const parts = (value: Value): readonly [number, number] | undefined =>
      value.kind === 'complex' ? [value.real, value.imaginary] : isNumberValue(value) ? [Number(value.value), 0] : undefined
    const left = parts(a)
    const right = parts(b)
    return left !== undefined && right !== undefined && left[0] === right[0] && left[1] === right[1]
  }
  if (a === b) return true
  if (a.kind !== b.kind) return false
  switch (a.kind) {
    case 'str':
    case 'bytes':
      return a.value === (b as typeof a).value
    case 'list':
    case 'tuple':
      return equalItems(a.items, (b as typeof a).items, evaluator)
    case 'dict': {
      const other = b as typeof a
      if (a.entries.size !== other.entries.size) return false
      let known = true
      for (const [key, value] of a.entries.entries()) {
        const found = other.entries.get(key)
        const same = found === undefined ? false : equals(value, found, evaluator)
        if (same === false) return false
        if (same === undefined) known = false
      }
      return known ? true : undefined
    }
    case 'set': {
      const other = b as typeof a
      return a.entries.size === other.entries.size && [...a.entries.keys()].every((key) => other.entries.has(key))
    }
    case 'range': {
      const other = b as typeof a
      const length = (range: typeof a): number => Math.max(0, Math.ceil((range.stop - range.start) / range.step))
      const size = length(a)
      return size === length(other) && (size === 0 || (a.start === other.start && (size === 1 || a.step === other.step)))
    }
    case 'slice': {
      const other = b as typeof a
      return equalItems([a.start, a.stop, a.step], [other.start, other.stop, other.step], evaluator)
    }
    case 'method': {
      const other = b as typeof a
      return a.self === other.self && a.fn === other.fn
    }
    case 'none':
    case 'ellipsis':
    case 'notImplemented':
      return true
    default:
      return false
  }
}

function equalItems(a: readonly Value[], b: readonly Value[], evaluator: Evaluator): boolean | undefined {
  if (a.length !== b.length) return false
  let known = true
  for (const [index, item] of a.entries()) {
    const same = equals(item, b[index] as Value, evaluator)
    if (same === false) return false
    if (same === undefined) known = false
  }
  return known ? true : undefined
}

function contains(container: Value, item: Value, span: Span | null, evaluator: Evaluator): Value {
  const special = callSpecial(evaluator, container, '__contains__', [item], span)
  if (special !== undefined) {
    const truth = evaluator.truth(special, span)
    return truth === undefined ? special : bool(truth)
  }
  const plain = underlying(container)
  switch (plain.kind) {
    case 'str': {
      const text = underlying(item)
      if (text.kind !== 'str')
        return evaluator.raise('TypeError', `'in <string>' requires string as left operand, not ${typeOf(item).name}`, span)
      return bool(plain.value.includes(text.value))
    }
    case 'dict':
    case 'set':
      return bool(plain.entries.has(item))
    case 'range': {
      const wanted = underlying(item)
      if (!isNumberValue(wanted)) return bool(false)
      const value = Number(wanted.value)
      const inside = plain.step > 0 ? value >= plain.start && value < plain.stop : value <= plain.start && value > plain.stop
      return bool(inside && (value - plain.start) % plain.step === 0)
    }
    default: {
      const next = evaluator.iterate(container, span)
      if (next === null) return evaluator.unknown('what this contains is not known', span)
      let known = true
      for (let each = next(); each !== undefined; each = next()) {
        evaluator.step()
        const same = equals(each, item, evaluator)
        if (same === true) return bool(true)
        if (same === undefined) known = false
      }
      return known ? bool(false) : evaluator.unknown('what this contains is not known', span)
    }
  }
}

/** undefined: not known. */
export function truth(value: Value, span: Span | null, evaluator: Evaluator): boolean | undefined {
  switch (value.kind) {
    case 'unknown':
      return undefined
    case 'bool':
      return value.value
    case 'none':
      return false
    case 'int':
      return value.value !== 0
    case 'float':
      return value.value !== 0
    case 'complex':
      return value.real !== 0 || value.imaginary !== 0
    case 'str':
    case 'bytes':
      return value.value.length > 0
    case 'list':
    case 'tuple':
      return value.items.length > 0
    case 'dict':
    case 'set':
      return value.entries.size > 0
    case 'range':
      return value.step > 0 ? value.start < value.stop : value.start > value.stop
    case 'class':
    case 'instance':
      return truthOfInstance(value, span, evaluator)
    default:
      return true
  }
}

function truthOfInstance(value: Value, span: Span | null, evaluator: Evaluator): boolean | undefined {
  const said = callSpecial(evaluator, value, '__bool__', [], span) ?? callSpecial(evaluator, value, '__len__', [], span)
  if (said !== undefined) return said.kind === 'instance' ? true : truth(said, span, evaluator)
  const plain = underlying(value)
  if (plain !== value) return truth(plain, span, evaluator)
  return value.kind === 'instance' && unknownBaseOf(value.cls) !== undefined ? undefined : true
}
