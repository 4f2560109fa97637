/** `=`, `+=`, `++` and their kind. */
import { childOfField, type SyntaxNode } from '../../syntax'
import { isFunction, isUnknown, type Value } from '../values'
import type { Evaluator } from './evaluator'
import { binary } from './operators'
import { bindPattern } from './patterns'
import type { Scope } from './scope'
import { truthOf } from './truth'

function assign(run: Evaluator, target: SyntaxNode, value: Value, scope: Scope): void {
  bindPattern(run, target, value, scope, (name, bound) => scope.assign(name, bound))
}

export function assignment(run: Evaluator, node: SyntaxNode, scope: Scope): Value {
  const left = childOfField(node, 'left')
  const right = childOfField(node, 'right')
  if (left === null || right === null) return undefined
  const value = run.evaluate(right, scope)
  if (isFunction(value) && value.name === '') value.name = run.text(left)
  assign(run, left, value, scope)
  return value
}

export function augmented(run: Evaluator, node: SyntaxNode, scope: Scope): Value {
  const left = childOfField(node, 'left')
  const right = childOfField(node, 'right')
  const operator = childOfField(node, 'operator')
  if (left === null || right === null || operator === null) return undefined
  const sign = run.text(operator).slice(0, -1)
  const before = run.evaluate(left, scope)
  if (sign === '&&' || sign === '||' || sign === '??') {
    const takes = sign === '??' ? before === undefined || before === null : truthOf(before) === (sign === '&&')
    if (!takes || isUnknown(before)) return before
    const value = run.evaluate(right, scope)
    assign(run, left, value, scope)
    return value
  }
  const value = binary(run, sign, before, run.evaluate(right, scope), node)
  assign(run, left, value, scope)
  return value
}

export function update(run: Evaluator, node: SyntaxNode, scope: Scope): Value {
  const target = childOfField(node, 'argument')
  const operator = childOfField(node, 'operator')
  if (target === null || operator === null) return undefined
  const before = run.evaluate(target, scope)
  const after = isUnknown(before) ? before : Number(before) + (run.text(operator) === '++' ? 1 : -1)
  assign(run, target, after, scope)
  return operator.start < target.start ? after : before
}
