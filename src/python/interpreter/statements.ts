/** One entry a statement kind. */
import type { Statement } from '../ast'
import { dict, none, str } from '../make'
import type { Scope } from '../scope'
import type { Value } from '../values'
import { executeIf } from './branches'
import { makeClass } from './classes'
import { breakLoop, type Completion, continueLoop } from './completion'
import { PythonError } from './errors'
import type { Evaluator } from './evaluator'
import { executeRaise, executeTry } from './exceptions'
import { makeFunction } from './functions'
import { executeImport, executeImportFrom } from './imports'
import { executeFor, executeWhile } from './loops'
import { assign, loadName, remove } from './names'
import { inPlace } from './operators'
import { executeMatch } from './patterns'
import { executeWith } from './with'

type Executors = {
  readonly [K in Statement['kind']]: (node: Extract<Statement, { kind: K }>, scope: Scope, evaluator: Evaluator) => Completion
}

const executors: Executors = {
  expression: (node, scope, evaluator) => {
    evaluator.evaluate(node.value, scope)
    return null
  },
  assign: (node, scope, evaluator) => {
    const value = evaluator.evaluate(node.value, scope)
    for (const target of node.targets) assign(target, value, scope, evaluator)
    return null
  },
  augmentedAssign: (node, scope, evaluator) => {
    const { target } = node
    switch (target.kind) {
      case 'name':
        scope.bind(
          target.name,
          inPlace(node.operator, loadName(target, scope, evaluator), evaluator.evaluate(node.value, scope), node.span, evaluator),
        )
        return null
      case 'attribute': {
        const object = evaluator.evaluate(target.object, scope)
        const before = evaluator.getAttribute(object, target.name, target.span)
        evaluator.setAttribute(
          object,
          target.name,
          inPlace(node.operator, before, evaluator.evaluate(node.value, scope), node.span, evaluator),
          target.span,
        )
        return null
      }
      case 'subscript': {
        const object = evaluator.evaluate(target.object, scope)
        const index = evaluator.evaluate(target.index, scope)
        const before = evaluator.getItem(object, index, target.span)
        evaluator.setItem(
          object,
          index,
          inPlace(node.operator, before, evaluator.evaluate(node.value, scope), node.span, evaluator),
          target.span,
        )
        return null
      }
      default:
        return null
    }
  },
  annotatedAssign: (node, scope, evaluator) => {
    if (node.value !== null) assign(node.target, evaluator.evaluate(node.value, scope), scope, evaluator)
    if (node.target.kind === 'name' && (scope.kind === 'class' || scope.kind === 'module')) {
      const known = scope.variables.get('__annotations__')
      const annotations = known?.kind === 'dict' ? known : dict()
      scope.variables.set('__annotations__', annotations)
      annotations.entries.set(str(node.target.name), evaluator.annotation(node.annotation, scope))
    }
    return null
  },
  return: (node, scope, evaluator) => ({ kind: 'return', value: node.value === null ? none : evaluator.evaluate(node.value, scope) }),
  raise: executeRaise,
  assert: (node, scope, evaluator) => {
    if (evaluator.truth(evaluator.evaluate(node.test, scope), node.span) !== false) return null
    const message = node.message === null ? [] : [evaluator.evaluate(node.message, scope)]
    return evaluator.raiseWith('AssertionError', message, node.span)
  },
  delete: (node, scope, evaluator) => {
    for (const target of node.targets) remove(target, scope, evaluator)
    return null
  },
  pass: () => null,
  break: () => breakLoop,
  continue: () => continueLoop,
  global: () => null,
  nonlocal: () => null,
  import: executeImport,
  importFrom: executeImportFrom,
  if: executeIf,
  for: executeFor,
  while: executeWhile,
  try: executeTry,
  with: executeWith,
  match: executeMatch,
  functionDefinition: (node, scope, evaluator) => {
    const decorators = node.decorators.map((decorator) => evaluator.evaluate(decorator, scope))
    scope.bind(node.function.name, evaluator.decorate(makeFunction(node.function, scope, evaluator), decorators, node.span))
    return null
  },
  class: (node, scope, evaluator) => {
    const decorators = node.decorators.map((decorator) => evaluator.evaluate(decorator, scope))
    scope.bind(node.name, evaluator.decorate(makeClass(node, scope, evaluator), decorators, node.span))
    return null
  },
  typeAlias: (node, scope, evaluator) => {
    scope.bind(node.name, evaluator.annotation(node.value, scope))
    return null
  },
  invalidStatement: (node, _scope, evaluator) => {
    evaluator.note({ kind: 'unread', message: node.message, span: node.span })
    return null
  },
}

export function executeStatement(node: Statement, scope: Scope, evaluator: Evaluator): Completion {
  evaluator.meter.span = node.span
  evaluator.step()
  const run = executors[node.kind] as (node: Statement, scope: Scope, evaluator: Evaluator) => Completion
  return run(node, scope, evaluator)
}

/**
 * Decorators from the innermost out. One that is not known leaves what it decorates as it is, and so does one from another file that
 * raises: the program runs, so that it was not read right.
 */
export function decorate(value: Value, decorators: readonly Value[], span: Statement['span'], evaluator: Evaluator): Value {
  let result = value
  for (let index = decorators.length - 1; index >= 0; index--) {
    const decorator = decorators[index] as Value
    const given = decorated(decorator, result, span, evaluator)
    if (given.kind !== 'unknown') result = given
  }
  return result
}

function decorated(decorator: Value, value: Value, span: Statement['span'], evaluator: Evaluator): Value {
  const isImported = decorator.kind === 'function' && decorator.span.file !== span.file
  if (!isImported || evaluator.isWithinTry) return evaluator.call(decorator, [value], undefined, span)
  try {
    return evaluator.program.attempt(() => evaluator.call(decorator, [value], undefined, span))
  } catch (error) {
    if (!(error instanceof PythonError)) throw error
    evaluator.note({ kind: 'unread', message: `this decorator is not read: ${error.message}`, span })
    return value
  }
}
