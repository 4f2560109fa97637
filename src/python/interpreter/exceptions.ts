/** `raise` and `try`. */
import type { HandlerNode, RaiseNode, TryNode } from '../ast'
import type { Scope } from '../scope'
import type { Value } from '../values'
import { bindUnknown } from './branches'
import type { Completion } from './completion'
import { PythonError } from './errors'
import type { Evaluator } from './evaluator'
import { assign } from './names'

export function executeRaise(node: RaiseNode, scope: Scope, evaluator: Evaluator): Completion {
  if (node.exception === null) {
    const current = evaluator.program.handled[evaluator.program.handled.length - 1]
    if (current !== undefined) throw current
    return evaluator.raise('RuntimeError', 'No active exception to reraise', node.span)
  }
  const given = evaluator.evaluate(node.exception, scope)
  const value = given.kind === 'class' ? evaluator.call(given, [], undefined, node.span) : given
  if (node.cause !== null) {
    const cause = evaluator.evaluate(node.cause, scope)
    if (value.kind === 'instance') value.attributes.set('__cause__', cause)
  }
  throw evaluator.exception(value, node.span)
}

export function executeTry(node: TryNode, scope: Scope, evaluator: Evaluator): Completion {
  let completion: Completion
  try {
    completion = executeHandled(node, scope, evaluator)
  } catch (error) {
    // Only the program's own exceptions unwind through `finally`; a used-up budget ends the statement.
    if (error instanceof PythonError) {
      const last = evaluator.execute(node.finalBody, scope)
      if (last !== null) return last
    }
    throw error
  }
  return evaluator.execute(node.finalBody, scope) ?? completion
}

function executeHandled(node: TryNode, scope: Scope, evaluator: Evaluator): Completion {
  let completion: Completion
  try {
    if (node.handlers.length > 0) evaluator.program.importsMayFail++
    completion =
      node.handlers.length > 0 ? evaluator.program.attempt(() => evaluator.execute(node.body, scope)) : evaluator.execute(node.body, scope)
    if (node.handlers.length > 0) evaluator.program.importsMayFail--
  } catch (error) {
    if (node.handlers.length > 0) evaluator.program.importsMayFail--
    if (!(error instanceof PythonError)) throw error
    return handle(node, error, scope, evaluator)
  }
  return completion ?? evaluator.execute(node.orElse, scope)
}

function handle(node: TryNode, error: PythonError, scope: Scope, evaluator: Evaluator): Completion {
  const handler = enterHandler(node, error, scope, evaluator)
  evaluator.program.handled.push(error)
  try {
    const completion = evaluator.execute(handler.body, scope)
    // The name lives as long as the handler.
    if (handler.target?.kind === 'name') scope.unbind(handler.target.name)
    return completion
  } finally {
    evaluator.program.handled.pop()
  }
}

/** The handler that takes an exception, its name bound; throws the exception on when none does. */
export function enterHandler(node: TryNode, error: PythonError, scope: Scope, evaluator: Evaluator): HandlerNode {
  const handler = matchingHandler(node, error, scope, evaluator)
  if (handler === undefined) throw error
  bindUnknown(node.body, evaluator.unknown(error.message, error.span), scope)
  if (handler.target !== null) assign(handler.target, error.value, scope, evaluator)
  return handler
}

/** An Unknown exception is taken by the first handler, and a handler of unknown class takes any. */
function matchingHandler(node: TryNode, error: PythonError, scope: Scope, evaluator: Evaluator): HandlerNode | undefined {
  return node.handlers.find((handler) => {
    if (handler.exception === null || error.value.kind === 'unknown') return true
    return matches(error.value, evaluator.evaluate(handler.exception, scope), evaluator)
  })
}

function matches(value: Value, wanted: Value, evaluator: Evaluator): boolean {
  if (wanted.kind === 'unknown') return true
  if (wanted.kind === 'tuple') return wanted.items.some((each) => matches(value, each, evaluator))
  return wanted.kind === 'class' && evaluator.isInstance(value, wanted) !== false
}
