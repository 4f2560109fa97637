/** A call as written: callee, arguments spread out, and the zero-argument super(). */
import type { ArgumentNode, CallNode } from '../ast'
import { superClass } from '../builtins/classes'
import { asString } from '../guards'
import type { CallArguments } from '../host'
import { stringDict } from '../make'
import type { Scope } from '../scope'
import type { SuperValue, UnknownValue, Value } from '../values'
import { AttributeEntries } from './attributeEntries'
import type { Evaluator } from './evaluator'
import { ModuleEntries } from './moduleEntries'
import { evaluateText } from './text'

const noKeywords: ReadonlyMap<string, Value> = new Map()

export function evaluateCall(node: CallNode, scope: Scope, evaluator: Evaluator): Value {
  evaluator.meter.span = node.span
  evaluator.step()
  const callee = evaluator.evaluate(node.callee, scope)
  if (callee === superClass && node.arguments.length === 0) return currentSuper(scope, evaluator, node)
  if (callee.kind === 'builtin' && node.arguments.length === 0) {
    const names = namesInScope(callee, scope, evaluator)
    if (names !== undefined) return names
  }
  const args = evaluateArguments(node.arguments, node, scope, evaluator, callee)
  if (callee.kind === 'builtin' && (callee === evaluator.builtins.get('eval') || callee === evaluator.builtins.get('exec'))) {
    return evaluateText(args, callee.name === 'exec', scope, evaluator)
  }
  return evaluator.callWith(callee, args)
}

function currentSuper(scope: Scope, evaluator: Evaluator, node: CallNode): Value {
  const activation = scope.activationAround()
  const after = activation?.fn.ownerClass.cls
  if (activation === null || after === null || after === undefined || activation.self === null)
    return evaluator.raise('RuntimeError', 'super(): no arguments', node.span)
  if (activation.self.kind === 'unknown') return activation.self
  const made: SuperValue = { kind: 'super', after, self: activation.self }
  return made
}

/** `globals()`, `locals()` and `vars()`, which depend on where they are called. */
function namesInScope(callee: Value, scope: Scope, evaluator: Evaluator): Value | undefined {
  const { builtins } = evaluator
  if (callee === builtins.get('globals')) return { kind: 'dict', entries: new ModuleEntries(scope.module) }
  if (callee !== builtins.get('locals') && callee !== builtins.get('vars')) return undefined
  // A function's is a copy: `locals().pop('self')` leaves the names alone.
  return scope.kind === 'function' ? stringDict(scope.variables) : { kind: 'dict', entries: new AttributeEntries(scope.variables) }
}

export function evaluateArguments(
  nodes: readonly ArgumentNode[],
  node: { readonly span: CallNode['span'] },
  scope: Scope,
  evaluator: Evaluator,
  callee: Value | null = null,
): CallArguments {
  const positional: Value[] = []
  let keyword: Map<string, Value> | null = null
  let unknownRest: UnknownValue | undefined
  // Behind a `*` of unknown length no position is known.
  let isOpen = false
  for (const argument of nodes) {
    const value = evaluator.evaluate(argument.value, scope)
    switch (argument.kind) {
      case 'positional':
        if (!isOpen) positional.push(value)
        break
      case 'keyword':
        keyword ??= new Map()
        keyword.set(argument.name ?? '', value)
        break
      case 'star': {
        const items = evaluator.itemsOrUnknown(value, argument.span)
        if ('kind' in items) {
          unknownRest ??= items
          isOpen = true
        } else if (!isOpen) for (const item of items) positional.push(item)
        break
      }
      case 'doubleStar': {
        const entries = evaluator.mapping(value, argument.span)
        if (!Array.isArray(entries)) {
          unknownRest ??= entries
          break
        }
        keyword ??= new Map()
        for (const [key, item] of entries) {
          const name = asString(key)
          if (name === undefined) evaluator.raise('TypeError', 'keywords must be strings', argument.span)
          else if (keyword.has(name))
            evaluator.raise(
              'TypeError',
              `${callee === null ? '' : `${nameOf(callee)}() `}got multiple values for keyword argument '${name}'`,
              argument.span,
            )
          else keyword.set(name, item)
        }
        break
      }
      default: {
        const never: never = argument.kind
        return never
      }
    }
  }
  const args = { positional, keyword: keyword ?? noKeywords, span: node.span }
  return unknownRest === undefined ? args : { ...args, unknownRest }
}

/** With the module, as Python names what is called in some of its messages. */
function nameOf(callee: Value): string {
  switch (callee.kind) {
    case 'function':
      return `${callee.closure.module.name}.${callee.qualifiedName}`
    case 'class':
      return callee.qualifiedName
    case 'method':
      return nameOf(callee.fn)
    case 'builtin':
      return callee.name
    default:
      return callee.kind
  }
}
