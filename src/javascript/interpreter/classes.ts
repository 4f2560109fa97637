/** Classes that the file writes. */
import { childOfField, childOfType, named, type SyntaxNode } from '../../syntax'
import { type ClassBody, FunctionValue, type Invocation, isFunction, isHost, isObject, ObjectValue, type Value } from '../values'
import { Thrown } from './completion'
import type { Evaluator } from './evaluator'
import { makeFunction } from './functions'
import { propertyName } from './literals'
import { Scope } from './scope'

function baseOf(run: Evaluator, node: SyntaxNode, scope: Scope): Value {
  const heritage = childOfType(node, 'class_heritage')
  const clause = heritage === null ? null : (childOfType(heritage, 'extends_clause') ?? heritage)
  const written =
    clause === null ? undefined : (childOfField(clause, 'value') ?? named(clause).find(({ type }) => type !== 'implements_clause'))
  return written === undefined || written === null ? null : run.evaluate(written, scope)
}

/** Runs what makes an instance of `base` on an instance of a class that extends it. */
export function initializeAs(run: Evaluator, base: Value, instance: ObjectValue, invocation: Invocation): void {
  if (!isFunction(base)) return
  const { cls } = base
  if (cls === null) {
    const made = run.construct(base, invocation.args, invocation.span, invocation.argSpans)
    if (isHost(made)) {
      instance.host = made
      made.adoptedBy(instance)
    } else if (isObject(made)) for (const [name, property] of made.properties) instance.properties.set(name, property)
    return
  }
  if (cls.initialize === null) {
    initializeAs(run, cls.base, instance, invocation)
    cls.fields(instance)
    return
  }
  if (!isFunction(cls.base)) cls.fields(instance)
  cls.initialize.invoke({ ...invocation, self: instance })
}

export function makeClass(run: Evaluator, node: SyntaxNode, around: Scope): FunctionValue {
  const nameNode = childOfField(node, 'name')
  const name = nameNode === null ? '' : run.text(nameNode)
  const scope = new Scope(around)
  const base = baseOf(run, node, around)
  const methods = new Map<string, FunctionValue>()
  const getters = new Map<string, FunctionValue>()
  const fields: SyntaxNode[] = []
  let initialize: FunctionValue | null = null
  const construct = (invocation: Invocation): Value => {
    const instance = new ObjectValue(made, null)
    initializeAs(run, made, instance, invocation)
    return instance
  }
  const made: FunctionValue = new FunctionValue(
    name,
    ({ span }) => {
      throw new Thrown('TypeError', span, `TypeError: the class ${name} is called without new`)
    },
    construct,
    node,
    run.span(node),
  )
  if (name !== '') scope.declare(name, made)
  const body = childOfField(node, 'body')
  const { module } = run
  const define = (member: SyntaxNode, target: ObjectValue | FunctionValue): void => {
    const key = childOfField(member, 'name') ?? childOfField(member, 'property')
    if (key === null) return
    const value = childOfField(member, 'value')
    const own = new Scope(scope, { self: target, home: made, given: null })
    const before = run.module
    run.module = module
    const property = { value: value === null ? undefined : run.evaluate(value, own), span: value === null ? null : run.span(value) }
    target.properties.set(propertyName(run, key, own), property)
    run.module = before
  }
  const cls: ClassBody = {
    base,
    methods,
    getters,
    fields: (instance) => {
      for (const field of fields) define(field, instance)
    },
    get initialize() {
      return initialize
    },
  }
  made.cls = cls
  if (!run.written.has(node)) run.written.set(node, made)
  for (const member of body === null ? [] : named(body)) {
    const isStatic = member.children.some(({ type }) => type === 'static')
    if (member.type === 'public_field_definition' || member.type === 'field_definition') {
      if (isStatic) define(member, made)
      else fields.push(member)
    } else if (member.type === 'method_definition') {
      const key = childOfField(member, 'name')
      if (key === null) continue
      const own = propertyName(run, key, scope)
      const method = makeFunction(run, member, scope, { name: own, home: made, isArrow: false })
      if (member.children.some(({ type }) => type === 'set')) continue
      const isGetter = member.children.some(({ type }) => type === 'get')
      if (isStatic)
        made.properties.set(own, isGetter ? { value: run.call(method, made, [], null), span: null } : { value: method, span: null })
      else if (own === 'constructor') initialize = method
      else (isGetter ? getters : methods).set(own, method)
    }
  }
  return made
}

/** Calls `super(…)`, or gives a method of the class above. */
export function callSuper(run: Evaluator, scope: Scope, invocation: Invocation): Value {
  const { frame } = scope
  const { self, home } = frame ?? { self: undefined, home: null }
  if (!isObject(self) || home?.cls === null || home?.cls === undefined) return undefined
  initializeAs(run, home.cls.base, self, invocation)
  home.cls.fields(self)
  return undefined
}
