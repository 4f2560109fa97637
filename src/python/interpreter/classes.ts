/** Class statements: bases, metaclass, body, hooks. */

import type { Span } from '../../graph'
import type { ClassNode } from '../ast'
import { objectClass, typeClass } from '../builtins/classes'
import { metaclassOf } from '../builtins/typeOf'
import { asString } from '../guards'
import type { CallArguments } from '../host'
import { none, str, stringDict, tuple } from '../make'
import { isSubclass, linearize, lookUp } from '../mro'
import { type ClassCell, Scope } from '../scope'
import type { ClassValue, UnknownValue, Value } from '../values'
import { evaluateArguments } from './callExpression'
import { callValue } from './calls'
import type { Evaluator } from './evaluator'
import { qualified } from './functions'
import { callSpecial } from './special'

/** Runs a class body and makes the class; decorators are the caller's. */
export function makeClass(node: ClassNode, scope: Scope, evaluator: Evaluator): Value {
  const given = evaluateArguments(node.arguments, node, scope, evaluator)
  const keyword = new Map(given.keyword)
  const asked = keyword.get('metaclass')
  keyword.delete('metaclass')
  const { bases, hidden } = knownBases(given, evaluator)
  const metaclass = mostDerived(asked?.kind === 'class' ? asked : undefined, bases)
  const cell: ClassCell = { cls: null }
  const path = qualified(node.name, scope)
  const variables = new Map<string, Value>([
    ['__module__', str(scope.module.name)],
    ['__qualname__', str(path)],
    ...prepared(metaclass, node.name, bases, keyword, evaluator),
  ])
  const body = new Scope('class', variables, scope.kind === 'class' ? scope.closure() : scope, scope.module, null, null, cell, path)
  evaluator.execute(node.body, body)
  const first = node.body[0]
  if (!variables.has('__doc__'))
    variables.set('__doc__', first?.kind === 'expression' && first.value.kind === 'string' ? str(first.value.value) : none)
  const assumed = hidden === null ? undefined : evaluator.options.assumeBase?.(node, variables, hidden)
  const description: ClassDescription = {
    name: node.name,
    module: scope.module.name,
    path,
    bases: assumed === undefined ? bases : [assumed, ...bases],
    namespace: variables,
    span: node.span,
    unknownBase: assumed === undefined ? hidden : null,
    ...(asked?.kind === 'unknown' ? { unknownMetaclass: asked } : {}),
    keyword,
  }
  const created = createThrough(metaclass, description, evaluator)
  if (created.kind === 'class') cell.cls = created
  return created
}

export interface ClassDescription {
  readonly name: string
  readonly module: string
  /** Qualified within its module. */
  readonly path: string
  readonly bases: readonly ClassValue[]
  readonly namespace: Map<string, Value>
  readonly span: Span | null
  readonly unknownBase: UnknownValue | null
  readonly unknownMetaclass?: UnknownValue
  readonly keyword: ReadonlyMap<string, Value>
}

/** What the metaclass's `__prepare__` puts into the namespace before the body runs. A mapping of a class of its own is not followed. */
function prepared(
  metaclass: ClassValue,
  name: string,
  bases: readonly ClassValue[],
  keyword: ReadonlyMap<string, Value>,
  evaluator: Evaluator,
): readonly (readonly [string, Value])[] {
  if (metaclass === typeClass) return []
  const prepare = lookUp(metaclass, '__prepare__')
  if (prepare?.kind !== 'classMethod' && prepare?.kind !== 'staticMethod') return []
  const first = prepare.kind === 'classMethod' ? [metaclass] : []
  const namespace = evaluator.call(prepare.fn, [...first, str(name), tuple(bases)], keyword)
  return namespace.kind === 'dict'
    ? [...namespace.entries.entries()].flatMap(([key, value]) => (key.kind === 'str' ? [[key.value, value] as const] : []))
    : []
}

/** Bases that are classes; one that is not known leaves the class with unknown attributes. */
function knownBases(given: CallArguments, evaluator: Evaluator): { bases: ClassValue[]; hidden: UnknownValue | null } {
  const bases: ClassValue[] = []
  let hidden: UnknownValue | null = given.unknownRest ?? null
  const queue = [...given.positional]
  for (let base = queue.shift(); base !== undefined; base = queue.shift()) {
    if (base.kind === 'class') bases.push(base)
    else if (base.kind === 'unknown') hidden ??= base
    else {
      // `Generic[T]`, `NamedTuple` and the like say what stands in for them.
      const entries = evaluator.findAttribute(base, '__mro_entries__')
      const replaced = entries === undefined ? null : evaluator.items(evaluator.call(entries, [tuple(given.positional)]), given.span)
      if (replaced === null) hidden ??= evaluator.unknown('a base class is not a class', given.span)
      else queue.unshift(...replaced)
    }
  }
  return { bases, hidden }
}

function mostDerived(asked: ClassValue | undefined, bases: readonly ClassValue[]): ClassValue {
  let winner = asked ?? typeClass
  for (const base of bases) {
    const own = metaclassOf(base)
    if (isSubclass(own, winner)) winner = own
  }
  return winner
}

function createThrough(metaclass: ClassValue, description: ClassDescription, evaluator: Evaluator): Value {
  if (metaclass === typeClass) return createClass(description, undefined, evaluator)
  const args: CallArguments = {
    positional: [str(description.name), tuple(description.bases), stringDict(description.namespace)],
    keyword: description.keyword,
    span: description.span,
  }
  const custom = lookUp(metaclass, '__new__')
  const isCustom =
    custom !== undefined && custom !== typeClass.attributes.get('__new__') && custom !== objectClass.attributes.get('__new__')
  evaluator.pendingClass = description
  let made: Value
  if (isCustom)
    made = callValue(
      custom.kind === 'staticMethod' ? custom.fn : custom,
      { ...args, positional: [metaclass, ...args.positional] },
      evaluator,
    )
  else made = createClass(description, metaclass, evaluator)
  evaluator.pendingClass = null
  const initialize = lookUp(metaclass, '__init__')
  const plain =
    initialize === undefined || initialize === typeClass.attributes.get('__init__') || initialize === objectClass.attributes.get('__init__')
  if (!plain && made.kind === 'class') callValue({ kind: 'method', self: made, fn: initialize }, args, evaluator)
  return made
}

/** `metaclass(name, bases, namespace)`, written as a call. */
export function callMetaclass(metaclass: ClassValue, args: CallArguments, evaluator: Evaluator): Value {
  const [name, bases, namespace] = args.positional
  const label = name === undefined ? undefined : asString(name)
  if (label === undefined || bases === undefined || namespace === undefined)
    return evaluator.unknown('a class made by `type()` is not read', args.span)
  const { bases: known, hidden } = knownBases({ ...args, positional: evaluator.items(bases, args.span) ?? [] }, evaluator)
  const attributes = new Map<string, Value>()
  if (namespace.kind === 'dict') for (const [key, value] of namespace.entries.entries()) attributes.set(asString(key) ?? '', value)
  const description = {
    name: label,
    module: '',
    path: label,
    bases: known,
    namespace: attributes,
    span: args.span,
    unknownBase: hidden,
    keyword: args.keyword,
  }
  return createThrough(mostDerived(metaclass, known), description, evaluator)
}

/** `type.__new__`, which a metaclass's own `__new__` ends in: keeps what the class statement said. */
export function makeClassOf(
  name: string,
  bases: readonly Value[],
  attributes: ReadonlyMap<string, Value>,
  metaclass: ClassValue,
  span: Span | null,
  keyword: ReadonlyMap<string, Value>,
  evaluator: Evaluator,
): Value {
  const { bases: known, hidden } = knownBases({ positional: bases, keyword, span }, evaluator)
  const pending = evaluator.pendingClass
  const said = pending !== null && pending.name === name ? pending : { name, module: '', path: name, span, unknownBase: hidden }
  return createClass(
    { ...said, bases: known, namespace: new Map(attributes), keyword },
    metaclass === typeClass ? undefined : metaclass,
    evaluator,
  )
}

/** Makes the class and calls `__set_name__` and `__init_subclass__`. */
export function createClass(description: ClassDescription, metaclass: ClassValue | undefined, evaluator: Evaluator): Value {
  const bases = description.bases.length === 0 ? [objectClass] : description.bases
  const order = linearize(bases)
  if (order === undefined)
    return evaluator.raise('TypeError', 'Cannot create a consistent method resolution order (MRO) for bases', description.span)
  for (const name of ['__init_subclass__', '__class_getitem__']) {
    // Class methods without saying so.
    const hook = description.namespace.get(name)
    if (hook?.kind === 'function') description.namespace.set(name, { kind: 'classMethod', fn: hook })
  }
  const mro: ClassValue[] = []
  const cls: ClassValue = {
    kind: 'class',
    name: description.name,
    qualifiedName: description.module === '' ? description.path : `${description.module}.${description.path}`,
    bases,
    mro,
    attributes: description.namespace,
    span: description.span,
    unknownBase: description.unknownBase,
    ...(description.unknownMetaclass === undefined ? {} : { unknownMetaclass: description.unknownMetaclass }),
    ...(metaclass === undefined ? {} : { metaclass }),
  }
  mro.push(cls, ...order)
  for (const [name, value] of [...cls.attributes]) {
    if (value.kind === 'instance') callSpecial(evaluator, value, '__set_name__', [cls, str(name)], description.span)
  }
  for (const base of order) {
    const hook = base === objectClass ? undefined : base.attributes.get('__init_subclass__')
    if (hook === undefined) continue
    callValue(
      hook.kind === 'classMethod' ? hook.fn : hook,
      { positional: [cls], keyword: description.keyword, span: description.span },
      evaluator,
    )
    break
  }
  return cls
}
