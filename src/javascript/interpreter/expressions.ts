/** What each kind of expression gives. */
import { childOfField, childOfType, named, type SyntaxNode } from '../../syntax'
import { isArray, isFunction, isObject, isPrimitive, isUnknown, PromiseValue, Unknown, type Value } from '../values'
import { assignment, augmented, update } from './assignment'
import { callSuper, makeClass } from './classes'
import type { Evaluator } from './evaluator'
import { makeFunction } from './functions'
import { arrayLiteral, listed, numberOf, objectLiteral, stringText, template } from './literals'
import { elementOf, memberOf } from './members'
import { binary, typeOf } from './operators'
import type { Scope } from './scope'
import { truthOf } from './truth'

export type Evaluate = (run: Evaluator, node: SyntaxNode, scope: Scope) => Value

function operand(run: Evaluator, node: SyntaxNode, field: string, scope: Scope): Value {
  const child = childOfField(node, field)
  return child === null ? undefined : run.evaluate(child, scope)
}

/** The expression that stands for the whole: `(x)`, `x!`, `x as T`. */
const inner: Evaluate = (run, node, scope) => {
  const first = named(node)[0]
  return first === undefined ? undefined : run.evaluate(first, scope)
}

const name: Evaluate = (run, node, scope) => {
  const text = run.text(node)
  if (scope.has(text)) return scope.get(text)
  if (run.globals.has(text)) return run.globals.get(text)
  return text === 'undefined' ? undefined : run.unknown(`${text} is not defined in this file`, node)
}

interface Called {
  readonly callee: Value
  readonly self: Value
  /** `?.` met nothing: the whole chain is undefined. */
  readonly isAbsent: boolean
}

function called(run: Evaluator, node: SyntaxNode, scope: Scope): Called {
  const isOptional = childOfType(node, 'optional_chain') !== null
  const object = childOfField(node, 'object')
  if ((node.type !== 'member_expression' && node.type !== 'subscript_expression') || object === null)
    return { callee: run.evaluate(node, scope), self: undefined, isAbsent: false }
  const span = run.span(node)
  const key = childOfField(node, 'property') ?? childOfField(node, 'index')
  const member = (from: Value): Value => {
    if (key === null) return undefined
    return node.type === 'member_expression'
      ? memberOf(run, from, run.text(key), span)
      : elementOf(run, from, run.evaluate(key, scope), span)
  }
  if (object.type === 'super') {
    const { self, home } = scope.frame ?? { self: undefined, home: null }
    const base = home?.cls?.base
    const method = isFunction(base) && key !== null ? (base.cls?.methods.get(run.text(key)) ?? undefined) : undefined
    if (method !== undefined) return { callee: method, self, isAbsent: false }
    const fromHost = isObject(self) && key !== null ? self.host?.get(run.text(key)) : undefined
    return { callee: fromHost ?? new Unknown('its base class is not read', span), self, isAbsent: false }
  }
  const outer = called(run, object, scope)
  const self = outer.callee
  if (outer.isAbsent || (isOptional && (self === undefined || self === null))) return { callee: undefined, self: undefined, isAbsent: true }
  return { callee: member(self), self, isAbsent: false }
}

const member: Evaluate = (run, node, scope) => called(run, node, scope).callee

const call: Evaluate = (run, node, scope) => {
  const fn = childOfField(node, 'function')
  const list = childOfField(node, 'arguments')
  if (fn === null || list === null) return undefined
  const nodes = list.type === 'template_string' ? [] : named(list)
  const span = run.span(node)
  const argSpans = nodes.map((argument) => run.span(argument))
  if (fn.type === 'super') {
    const args = listed(run, nodes, scope)
    return isUnknown(args) ? args : callSuper(run, scope, { self: undefined, args, argSpans, span })
  }
  if (fn.type === 'import') return run.modules.load(sourceOf(run, nodes[0], scope), run.module, span)
  const { callee, self, isAbsent } = called(run, fn, scope)
  if (isAbsent || (childOfType(node, 'optional_chain') !== null && (callee === undefined || callee === null))) return undefined
  const args = listed(run, nodes, scope)
  if (isUnknown(args)) return args
  // What an open value's method gives is taken for what its name says.
  if (isUnknown(self) && self.member !== null && isPrimitive(callee)) return callee
  // Members that hosts and unread classes lack are functions that nobody follows.
  if (callee === undefined && !isObject(self)) return new Unknown(`${run.text(fn).slice(0, 60)} is not read`, span)
  return run.call(callee, self, args, span, argSpans)
}

function sourceOf(run: Evaluator, node: SyntaxNode | undefined, scope: Scope): string {
  const value = node === undefined ? '' : run.evaluate(node, scope)
  return typeof value === 'string' ? value : ''
}

const construct: Evaluate = (run, node, scope) => {
  const cls = childOfField(node, 'constructor')
  if (cls === null) return undefined
  const list = childOfField(node, 'arguments')
  const nodes = list === null ? [] : named(list)
  const made = run.evaluate(cls, scope)
  const args = listed(run, nodes, scope)
  if (isUnknown(args)) return args
  if (made === undefined) return new Unknown(`${run.text(cls)} is not read`, run.span(node))
  return run.construct(
    made,
    args,
    run.span(node),
    nodes.map((argument) => run.span(argument)),
  )
}

const operation: Evaluate = (run, node, scope) => {
  const operator = childOfField(node, 'operator')
  const right = childOfField(node, 'right')
  if (operator === null || right === null) return undefined
  const sign = run.text(operator)
  const left = operand(run, node, 'left', scope)
  if (sign !== '&&' && sign !== '||' && sign !== '??') return binary(run, sign, left, run.evaluate(right, scope), node)
  if (isUnknown(left)) return logicalOfUnknown(run, sign, left, right, scope)
  if (sign === '??') return left === undefined || left === null ? run.evaluate(right, scope) : left
  return truthOf(left) === (sign === '&&') ? run.evaluate(right, scope) : left
}

/** `given || 128`: the default stands in for what is not known. */
function logicalOfUnknown(run: Evaluator, sign: string, left: Unknown, right: SyntaxNode, scope: Scope): Value {
  if (sign === '&&') return left
  const fallback = run.evaluate(right, scope)
  if (!isUnknown(fallback)) run.note(`\`${run.text(right).slice(0, 40)}\` is taken, for ${left.reason}`, run.span(right))
  return fallback
}

const unary: Evaluate = (run, node, scope) => {
  const operator = childOfField(node, 'operator')
  const sign = operator === null ? '' : run.text(operator)
  const value = operand(run, node, 'argument', scope)
  if (sign === 'void') return undefined
  if (sign === 'typeof') return isUnknown(value) ? value : typeOf(value)
  if (isUnknown(value)) return value
  switch (sign) {
    case '!':
      return truthOf(value) !== true
    case '-':
      return -Number(value)
    case '+':
      return Number(value)
    case '~':
      return ~Number(value)
    default:
      return true
  }
}

const conditional: Evaluate = (run, node, scope) => {
  const condition = operand(run, node, 'condition', scope)
  const truth = truthOf(condition)
  if (truth === null && isUnknown(condition))
    run.note(`\`${conditionText(run, node)}\` is not known and taken for false: ${condition.reason}`, run.span(node))
  return operand(run, node, truth === true ? 'consequence' : 'alternative', scope)
}

export function conditionText(run: Evaluator, node: SyntaxNode): string {
  const condition = childOfField(node, 'condition')
  return condition === null
    ? ''
    : run
        .text(condition)
        .replace(/^\(|\)$/g, '')
        .slice(0, 60)
}

const awaited: Evaluate = (run, node, scope) => {
  const value = inner(run, node, scope)
  return value instanceof PromiseValue ? value.value : value
}

const given: Evaluate = (run, node, scope) => {
  const value = named(node).length === 0 ? undefined : inner(run, node, scope)
  const into = scope.frame?.given
  if (into === null || into === undefined) return undefined
  run.meter.size(into.length)
  if (node.children.some(({ type }) => type === '*') && isArray(value)) into.push(...value.items)
  else into.push(value)
  return undefined
}

const fn: Evaluate = (run, node, scope) => {
  const own = childOfField(node, 'name')
  return makeFunction(run, node, scope, {
    name: own === null ? '' : run.text(own),
    home: null,
    isArrow: node.type === 'arrow_function',
  })
}

const notRead: Evaluate = (run, node) => run.unknown(`\`${run.text(node).slice(0, 40)}\` is not read`, node)

export const expressions: Readonly<Record<string, Evaluate>> = {
  identifier: name,
  shorthand_property_identifier: name,
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  number: (run, node) => numberOf(run.text(node)),
  string: stringText,
  template_string: template,
  array: arrayLiteral,
  object: objectLiteral,
  this: (_, __, scope) => scope.frame?.self,
  super: (_, __, scope) => scope.frame?.self,
  arrow_function: fn,
  function_expression: fn,
  generator_function: fn,
  class: makeClass,
  call_expression: call,
  new_expression: construct,
  member_expression: member,
  subscript_expression: member,
  binary_expression: operation,
  unary_expression: unary,
  update_expression: update,
  ternary_expression: conditional,
  assignment_expression: assignment,
  augmented_assignment_expression: augmented,
  await_expression: awaited,
  yield_expression: given,
  parenthesized_expression: inner,
  non_null_expression: inner,
  as_expression: inner,
  satisfies_expression: inner,
  instantiation_expression: inner,
  sequence_expression: (run, node, scope) => named(node).reduce<Value>((_, child) => run.evaluate(child, scope), undefined),
  meta_property: notRead,
  regex: notRead,
  jsx_element: notRead,
  jsx_self_closing_element: notRead,
  import: notRead,
}
