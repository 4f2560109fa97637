/** One entry an expression kind. */
import type { ConditionalNode, Expression } from '../ast'
import { bool, bytes, complex, dict, ellipsis, float, int, list, none, set, slice, str, tuple } from '../make'
import type { Scope } from '../scope'
import type { Value } from '../values'
import { evaluateCall } from './callExpression'
import { evaluateComparison } from './comparison'
import { evaluateComprehension } from './comprehensions'
import { PythonError } from './errors'
import type { Evaluator } from './evaluator'
import { evaluateFormatted } from './formatted'
import { makeFunction } from './functions'
import { loadName } from './names'

type Evaluators = {
  readonly [K in Expression['kind']]: (node: Extract<Expression, { kind: K }>, scope: Scope, evaluator: Evaluator) => Value
}

const constants = { None: none, True: bool(true), False: bool(false), Ellipsis: ellipsis } as const

const evaluators: Evaluators = {
  name: loadName,
  constant: (node) => constants[node.value],
  integer: (node) => int(node.value),
  float: (node) => float(node.value),
  imaginary: (node) => complex(0, node.value),
  string: (node) => str(node.value),
  bytes: (node) => bytes(node.value),
  formattedString: evaluateFormatted,
  tuple: (node, scope, evaluator) => {
    const items = evaluateElements(node.elements, scope, evaluator)
    return Array.isArray(items) ? tuple(items) : items
  },
  list: (node, scope, evaluator) => {
    const items = evaluateElements(node.elements, scope, evaluator)
    return Array.isArray(items) ? list(items) : items
  },
  set: (node, scope, evaluator) => {
    const items = evaluateElements(node.elements, scope, evaluator)
    return Array.isArray(items) ? set(items) : items
  },
  dict: (node, scope, evaluator) => {
    const made = dict()
    for (const { key, value } of node.entries) {
      if (key !== null) {
        const name = evaluator.evaluate(key, scope)
        evaluator.setItem(made, name, evaluator.evaluate(value, scope), node.span)
        continue
      }
      const entries = evaluator.mapping(evaluator.evaluate(value, scope), value.span)
      if (!Array.isArray(entries)) return entries
      for (const [name, item] of entries) made.entries.set(name, item)
    }
    return made
  },
  starred: (node, scope, evaluator) => evaluator.evaluate(node.value, scope),
  attribute: (node, scope, evaluator) => evaluator.getAttribute(evaluator.evaluate(node.object, scope), node.name, node.span),
  subscript: (node, scope, evaluator) =>
    evaluator.getItem(evaluator.evaluate(node.object, scope), evaluator.evaluate(node.index, scope), node.span),
  slice: (node, scope, evaluator) => {
    const part = (given: Expression | null): Value => (given === null ? none : evaluator.evaluate(given, scope))
    return slice(part(node.start), part(node.stop), part(node.step))
  },
  call: evaluateCall,
  unary: (node, scope, evaluator) => evaluator.unary(node.operator, evaluator.evaluate(node.operand, scope), node.span),
  binary: (node, scope, evaluator) =>
    evaluator.binary(node.operator, evaluator.evaluate(node.left, scope), evaluator.evaluate(node.right, scope), node.span),
  boolean: (node, scope, evaluator) => {
    const left = evaluator.evaluate(node.left, scope)
    const truth = evaluator.truth(left, node.left.span)
    if (truth === undefined) return left.kind === 'unknown' ? left : evaluator.unknown('whether this is true is not known', node.left.span)
    return truth === (node.operator === 'and') ? evaluator.evaluate(node.right, scope) : left
  },
  comparison: evaluateComparison,
  conditional: (node, scope, evaluator) => {
    const test = evaluator.evaluate(node.test, scope)
    const truth = evaluator.truth(test, node.test.span)
    if (truth === undefined) return eitherObject(node, test, scope, evaluator)
    return evaluator.evaluate(truth ? node.body : node.orElse, scope)
  },
  lambda: (node, scope, evaluator) => makeFunction(node.function, scope, evaluator),
  comprehension: evaluateComprehension,
  namedExpression: (node, scope, evaluator) => {
    const value = evaluator.evaluate(node.value, scope)
    let target = scope
    while (target.kind === 'comprehension' && target.parent !== null) target = target.parent
    target.bind(node.name, value)
    return value
  },
  await: (node, scope, evaluator) => evaluator.evaluate(node.value, scope),
  yield: (node, scope, evaluator) => sentTo(node, scope, evaluator),
  yieldFrom: (node, scope, evaluator) => sentTo(node, scope, evaluator),
  invalidExpression: (node, _scope, evaluator) => evaluator.unknown(node.message, node.span),
}

/**
 * `a if unknown else b`: numbers and texts are Unknown, since both may be meant; of objects and classes, as of branches, the first
 * that does not raise is taken, and said.
 */
function eitherObject(node: ConditionalNode, test: Value, scope: Scope, evaluator: Evaluator): Value {
  const unknown = test.kind === 'unknown' ? test : evaluator.unknown('whether this is true is not known', node.test.span)
  let value: Value
  try {
    value = evaluator.program.attempt(() => evaluator.evaluate(node.body, scope))
  } catch (error) {
    if (!(error instanceof PythonError)) throw error
    value = evaluator.evaluate(node.orElse, scope)
  }
  if (value.kind !== 'instance' && value.kind !== 'class') return unknown
  evaluator.noteChoice(node.test.span, `whether this holds is not known (${unknown.reason}): the first of both is taken`)
  return value
}

/** What a `yield` gave: the generator's own loop met it before the statement that holds it is evaluated. */
function sentTo(node: Expression, scope: Scope, evaluator: Evaluator): Value {
  return scope.activationAround()?.sent?.get(node) ?? evaluator.unknown('a `yield` here is not read', node.span)
}

/** Items of a display with its `*rest` spread out; an Unknown when a rest is. */
function evaluateElements(elements: readonly Expression[], scope: Scope, evaluator: Evaluator): Value[] | Value {
  const items: Value[] = []
  let hidden: Value | null = null
  for (const element of elements) {
    const value = evaluator.evaluate(element, scope)
    if (element.kind !== 'starred') items.push(value)
    else {
      const rest = evaluator.itemsOrUnknown(value, element.span)
      if ('kind' in rest) hidden ??= rest
      else for (const item of rest) items.push(item)
    }
  }
  return hidden ?? items
}

export function evaluate(node: Expression, scope: Scope, evaluator: Evaluator): Value {
  const run = evaluators[node.kind] as (node: Expression, scope: Scope, evaluator: Evaluator) => Value
  return run(node, scope, evaluator)
}
