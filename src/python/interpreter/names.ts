/** Loading, binding and deleting names; targets of assignment. */
import type { Expression, NameNode } from '../ast'
import { list } from '../make'
import type { Scope } from '../scope'
import type { Value } from '../values'
import type { Evaluator } from './evaluator'

export function loadName(node: NameNode, scope: Scope, evaluator: Evaluator): Value {
  const own = scope.variables.get(node.name)
  if (own !== undefined) return own
  if (scope.isUnboundLocal(node.name)) {
    return evaluator.raise('UnboundLocalError', `local variable '${node.name}' referenced before assignment`, node.span)
  }
  const found = scope.find(node.name) ?? currentClass(node.name, scope) ?? evaluator.builtins.get(node.name) ?? scope.module.hidden()
  return found ?? evaluator.raise('NameError', `name '${node.name}' is not defined`, node.span)
}

/** `__class__` in a method: the class that it was defined in. */
function currentClass(name: string, scope: Scope): Value | undefined {
  return name === '__class__' ? (scope.activationAround()?.fn.ownerClass.cls ?? undefined) : undefined
}

export function assign(target: Expression, value: Value, scope: Scope, evaluator: Evaluator): void {
  switch (target.kind) {
    case 'name':
      scope.bind(target.name, value)
      return
    case 'attribute':
      evaluator.setAttribute(evaluator.evaluate(target.object, scope), target.name, value, target.span)
      return
    case 'subscript':
      evaluator.setItem(evaluator.evaluate(target.object, scope), evaluator.evaluate(target.index, scope), value, target.span)
      return
    case 'tuple':
    case 'list':
      unpack(target.elements, value, target, scope, evaluator)
      return
    case 'starred':
      assign(target.value, value, scope, evaluator)
      return
    default:
      return
  }
}

const neverIterable: ReadonlySet<Value['kind']> = new Set([
  'none',
  'bool',
  'int',
  'float',
  'complex',
  'function',
  'method',
  'builtin',
  'module',
  'slice',
])

function unpack(targets: readonly Expression[], value: Value, node: Expression, scope: Scope, evaluator: Evaluator): void {
  if (neverIterable.has(value.kind))
    evaluator.raise('TypeError', `cannot unpack non-iterable ${evaluator.typeOf(value).name} object`, node.span)
  const items = evaluator.itemsOrUnknown(value, node.span)
  if ('kind' in items) {
    for (const target of targets) assign(target, items, scope, evaluator)
    return
  }
  const star = targets.findIndex((target) => target.kind === 'starred')
  const wanted = star < 0 ? targets.length : targets.length - 1
  if (items.length < wanted) {
    const least = star < 0 ? '' : 'at least '
    evaluator.raise('ValueError', `not enough values to unpack (expected ${least}${wanted}, got ${items.length})`, node.span)
  }
  if (star < 0 && items.length > wanted) evaluator.raise('ValueError', `too many values to unpack (expected ${wanted})`, node.span)
  const extra = items.length - wanted
  for (const [index, target] of targets.entries()) {
    if (star >= 0 && index === star) assign(target, list(items.slice(index, index + extra)), scope, evaluator)
    else assign(target, items[star >= 0 && index > star ? index + extra - 1 : index] as Value, scope, evaluator)
  }
}

export function remove(target: Expression, scope: Scope, evaluator: Evaluator): void {
  switch (target.kind) {
    case 'name':
      if (!scope.unbind(target.name)) evaluator.raise('NameError', `name '${target.name}' is not defined`, target.span)
      return
    case 'attribute':
      evaluator.deleteAttribute(evaluator.evaluate(target.object, scope), target.name, target.span)
      return
    case 'subscript':
      evaluator.deleteItem(evaluator.evaluate(target.object, scope), evaluator.evaluate(target.index, scope), target.span)
      return
    case 'tuple':
    case 'list':
      for (const element of target.elements) remove(element, scope, evaluator)
      return
    default:
      return
  }
}
