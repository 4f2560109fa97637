/** `with`: what `__enter__` gives, and `__exit__` in any case. Managers that are not known enter as Unknown and pass exceptions on. */
import type { WithNode } from '../ast'
import { none } from '../make'
import type { Scope } from '../scope'
import type { Value } from '../values'
import type { Completion } from './completion'
import { PythonError } from './errors'
import type { Evaluator } from './evaluator'
import { assign } from './names'

export function executeWith(node: WithNode, scope: Scope, evaluator: Evaluator): Completion {
  return enter(node, 0, scope, evaluator)
}

function enter(node: WithNode, at: number, scope: Scope, evaluator: Evaluator): Completion {
  const item = node.items[at]
  if (item === undefined) return evaluator.execute(node.body, scope)
  const manager = evaluator.evaluate(item.context, scope)
  const entered = enterManager(manager, node, evaluator)
  if (item.target !== null) assign(item.target, entered, scope, evaluator)
  let completion: Completion = null
  let hasExited = false
  try {
    if (scope.kind === 'module' && at === node.items.length - 1) {
      completion = evaluator.program.executeEach(node.body, scope, (error) => {
        hasExited = exitManager(manager, error, node, evaluator)
        return hasExited
      })
    } else completion = enter(node, at + 1, scope, evaluator)
  } catch (error) {
    if (error instanceof PythonError && exitManager(manager, error, node, evaluator)) return null
    throw error
  }
  if (!hasExited) exitManager(manager, null, node, evaluator)
  return completion
}

export function enterManager(manager: Value, node: WithNode, evaluator: Evaluator): Value {
  if (manager.kind === 'unknown') return manager
  const method = evaluator.findAttribute(manager, '__enter__', node.span) ?? evaluator.findAttribute(manager, '__aenter__', node.span)
  return method === undefined ? evaluator.raise('AttributeError', '__enter__', node.span) : evaluator.call(method, [], undefined, node.span)
}

/** Whether the manager swallows the exception. */
export function exitManager(manager: Value, error: PythonError | null, node: WithNode, evaluator: Evaluator): boolean {
  if (manager.kind === 'unknown') return false
  const method = evaluator.findAttribute(manager, '__exit__', node.span) ?? evaluator.findAttribute(manager, '__aexit__', node.span)
  if (method === undefined) return false
  const args = error === null ? [none, none, none] : [evaluator.typeOf(error.value), error.value, none]
  return evaluator.truth(evaluator.call(method, args, undefined, node.span), node.span) === true
}
