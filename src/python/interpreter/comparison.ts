/** Comparison operators on any values, with the methods of classes and their reflected forms. */
import type { Span } from '../../graph'
import type { ComparisonNode } from '../ast'
import { typeOf } from '../builtins/typeOf'
import { underlying } from '../guards'
import { bool } from '../make'
import type { Scope } from '../scope'
import type { Value } from '../values'
import { contains } from './containment'
import { equalBuiltins, identical } from './equality'
import type { Evaluator } from './evaluator'
import { orderOf, orderSets } from './ordering'
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
  const [a, b] = [underlying(left), underlying(right)]
  if (a.kind === 'set' && b.kind === 'set') return bool(orderSets(operator, a, b))
  const order = orderOf(a, b, span, evaluator)
  if (order === 'unknown') return evaluator.unknown('the order of these is not known', span)
  if (order === undefined) {
    const kinds = `'${typeOf(left).name}' and '${typeOf(right).name}'`
    return evaluator.raise('TypeError', `'${operator}' not supported between instances of ${kinds}`, span)
  }
  return bool(operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0)
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
