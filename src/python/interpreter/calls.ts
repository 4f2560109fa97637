/** Calling any value. */
import { objectClass, superClass, typeClass } from '../builtins/classes'
import { metaclassOf, typeOf } from '../builtins/typeOf'
import type { CallArguments } from '../host'
import { none } from '../make'
import { isSubclass, lookUp } from '../mro'
import type { ClassValue, Value } from '../values'
import { callMetaclass } from './classes'
import { PythonError } from './errors'
import type { Evaluator } from './evaluator'
import { callFunction } from './functions'
import { findSpecial, lookUpSpecial, unknownBaseOf } from './special'
import { markUnfinished } from './unfinished'

/** `callee(*args)`. Calling an Unknown gives that Unknown. */
export function callValue(callee: Value, args: CallArguments, evaluator: Evaluator): Value {
  switch (callee.kind) {
    case 'unknown':
      return callee
    case 'function':
      return callFunction(callee, args, evaluator)
    case 'builtin':
      return callee.call(args, evaluator)
    case 'method':
      return callValue(callee.fn, withFirst(callee.self, args), evaluator)
    case 'class':
      return callClass(callee, args, evaluator)
    case 'staticMethod':
      return callValue(callee.fn, args, evaluator)
    default: {
      const found = findSpecial(callee, '__call__')
      if (found !== undefined) return callValue(found, found.kind === 'staticMethod' ? args : withFirst(callee, args), evaluator)
      const base = callee.kind === 'instance' ? unknownBaseOf(callee.cls) : undefined
      if (base !== undefined) return base
      return evaluator.raise('TypeError', `'${typeOf(callee).name}' object is not callable`, args.span)
    }
  }
}

export function withFirst(first: Value, args: CallArguments): CallArguments {
  return { ...args, positional: [first, ...args.positional] }
}

function callClass(cls: ClassValue, args: CallArguments, evaluator: Evaluator): Value {
  if (cls === typeClass) {
    const [only] = args.positional
    if (only !== undefined && args.positional.length === 1) return only.kind === 'unknown' ? only : typeOf(only)
  }
  if (cls === superClass) return makeSuper(args, evaluator)
  const metaclass = metaclassOf(cls)
  if (metaclass !== typeClass) {
    const own = lookUp(metaclass, '__call__')
    if (own !== undefined && own !== typeClass.attributes.get('__call__') && own !== objectClass.attributes.get('__call__'))
      return callValue(own, withFirst(cls, args), evaluator)
  }
  return construct(cls, args, evaluator)
}

/** What `type.__call__` does: `__new__`, then `__init__` when that gave an instance of the class. */
export function construct(cls: ClassValue, args: CallArguments, evaluator: Evaluator): Value {
  if (isSubclass(cls, typeClass)) return callMetaclass(cls, args, evaluator)
  const create = lookUpSpecial(cls, '__new__')
  const initialize = lookUpSpecial(cls, '__init__')
  const base = unknownBaseOf(cls)
  const made =
    create === undefined
      ? evaluator.instantiate(cls, args.span)
      : callValue(create.kind === 'staticMethod' ? create.fn : create, withFirst(cls, args), evaluator)
  if (create !== undefined && (made.kind === 'unknown' || !isSubclass(typeOf(made), cls))) return made
  if (initialize !== undefined) initializeWith(bindTo(initialize, made), made, args, evaluator)
  else if (create === undefined && base === undefined && args.unknownRest === undefined && args.positional.length + args.keyword.size > 0) {
    evaluator.raise('TypeError', `${cls.name}() takes no arguments`, args.span)
  }
  return made
}

function initializeWith(initialize: Value, made: Value, args: CallArguments, evaluator: Evaluator): void {
  const run = (): Value => evaluator.call(initialize, args.positional, args.keyword, args.span, args.unknownRest)
  try {
    if (made.kind === 'instance' && evaluator.options.earns?.(made.cls) === true) evaluator.meter.earning(run, () => true)
    else run()
  } catch (error) {
    if (!(error instanceof PythonError)) markUnfinished(evaluator, made)
    throw error
  }
}

function bindTo(fn: Value, self: Value): Value {
  if (fn.kind === 'function' || (fn.kind === 'builtin' && fn.bindsSelf)) return { kind: 'method', self, fn }
  return fn
}

function makeSuper(args: CallArguments, evaluator: Evaluator): Value {
  const [after, self] = args.positional
  if (after?.kind === 'unknown') return after
  if (self?.kind === 'unknown') return self
  if (after?.kind !== 'class' || self === undefined) return evaluator.raise('TypeError', 'super() argument 1 must be a type', args.span)
  return self.kind === 'none' ? none : { kind: 'super', after, self }
}
