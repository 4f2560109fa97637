/** Attribute access: the class's own order, descriptors, `__getattr__`, and what every kind of value has. */
import type { Span } from '../../graph'
import { typeClass } from '../builtins/classes'
import { metaclassOf, typeOf } from '../builtins/typeOf'
import { none, str } from '../make'
import { lookUp } from '../mro'
import type { ClassValue, FunctionValue, InstanceValue, SuperValue, Value } from '../values'
import { AttributeEntries } from './attributeEntries'
import { construct } from './calls'
import { describeClass, describeFunction, describeProperty } from './description'
import { PythonError } from './errors'
import type { Evaluator } from './evaluator'
import { callSpecial, findSpecial, lookUpSpecial, unknownBaseOf } from './special'

/** undefined where Python would raise AttributeError. */
export function findAttribute(object: Value, name: string, span: Span | null, evaluator: Evaluator): Value | undefined {
  switch (object.kind) {
    case 'unknown':
      return object
    case 'instance':
      return ofInstance(object, name, span, evaluator)
    case 'module':
      return evaluator.moduleAttribute(object, name, span)
    case 'class':
      return ofClass(object, name, span, evaluator)
    case 'super':
      return ofSuper(object, name, span, evaluator)
    case 'function':
      return object.attributes.get(name) ?? describeFunction(object, name, evaluator) ?? ofValue(object, name, span, evaluator)
    case 'method':
      if (name === '__self__') return object.self
      if (name === '__func__') return object.fn
      return findAttribute(object.fn, name, span, evaluator)
    case 'builtin':
      if (name === '__name__' || name === '__qualname__') return str(object.name)
      if (name === '__doc__') return none
      return ofValue(object, name, span, evaluator)
    case 'property':
      return describeProperty(object, name) ?? ofValue(object, name, span, evaluator)
    case 'staticMethod':
    case 'classMethod':
      return name === '__func__' || name === '__wrapped__' ? object.fn : findAttribute(object.fn, name, span, evaluator)
    case 'slice':
      if (name === 'start' || name === 'stop' || name === 'step') return object[name]
      return ofValue(object, name, span, evaluator)
    default:
      return ofValue(object, name, span, evaluator)
  }
}

function ofInstance(object: InstanceValue, name: string, span: Span | null, evaluator: Evaluator): Value | undefined {
  const custom = ownGetAttribute(object.cls)
  const found = custom === null ? findDirectly(object, name, span, evaluator) : throughOwn(custom, object, name, span, evaluator)
  if (found !== undefined) return found
  const fallback = callSpecial(evaluator, object, '__getattr__', [str(name)], span)
  return fallback ?? unknownBaseOf(object.cls)
}

/** As `object.__getattribute__`: what the class and the instance have. */
export function findDirectly(object: InstanceValue, name: string, span: Span | null, evaluator: Evaluator): Value | undefined {
  const stored = lookUp(object.cls, name)
  if (stored !== undefined && isDataDescriptor(stored)) return bind(stored, name, object, object.cls, span, evaluator)
  const own = object.attributes.get(name)
  if (own !== undefined) return own
  if (stored !== undefined) return bind(stored, name, object, object.cls, span, evaluator)
  if (name === '__class__') return object.cls
  if (name === '__dict__') return { kind: 'dict', entries: new AttributeEntries(object.attributes) }
  return undefined
}

const getAttributes = new WeakMap<ClassValue, FunctionValue | null>()

/** A user's `__getattribute__`; null without one. Remembered, since every access asks. */
function ownGetAttribute(cls: ClassValue): FunctionValue | null {
  const known = getAttributes.get(cls)
  if (known !== undefined) return known
  const found = lookUpSpecial(cls, '__getattribute__')
  const own = found?.kind === 'function' ? found : null
  getAttributes.set(cls, own)
  return own
}

/** An AttributeError that it raises leads on to `__getattr__`. */
function throughOwn(
  custom: FunctionValue,
  object: InstanceValue,
  name: string,
  span: Span | null,
  evaluator: Evaluator,
): Value | undefined {
  try {
    return evaluator.call(custom, [object, str(name)], undefined, span)
  } catch (error) {
    if (error instanceof PythonError && evaluator.isException(error.value, 'AttributeError')) return undefined
    throw error
  }
}

/** Properties and user classes with `__set__` come before the instance's own attributes. */
function isDataDescriptor(stored: Value): boolean {
  if (stored.kind === 'property') return !stored.cached
  return stored.kind === 'instance' && lookUpSpecial(stored.cls, '__set__') !== undefined
}

/** What an attribute stored on a class gives when it is found through an instance of it. */
function bind(stored: Value, name: string, self: Value, cls: ClassValue, span: Span | null, evaluator: Evaluator): Value {
  switch (stored.kind) {
    case 'function':
      return { kind: 'method', self, fn: stored }
    case 'builtin':
      return stored.bindsSelf ? { kind: 'method', self, fn: stored } : stored
    case 'staticMethod':
      return stored.fn
    case 'classMethod':
      return { kind: 'method', self: cls, fn: stored.fn }
    case 'property': {
      if (stored.getter === null) return evaluator.raise('AttributeError', `unreadable attribute '${name}'`, span)
      const value = evaluator.call(stored.getter, [self], undefined, span)
      if (stored.cached && self.kind === 'instance') self.attributes.set(name, value)
      return value
    }
    case 'instance':
      return callSpecial(evaluator, stored, '__get__', [self, cls], span) ?? stored
    default:
      return stored
  }
}

function ofClass(cls: ClassValue, name: string, span: Span | null, evaluator: Evaluator): Value | undefined {
  const metaclass = metaclassOf(cls)
  const onMetaclass = metaclass === typeClass ? undefined : lookUpSpecial(metaclass, name)
  if (onMetaclass !== undefined && onMetaclass.kind === 'property') return bind(onMetaclass, name, cls, metaclass, span, evaluator)
  const stored = lookUp(cls, name)
  if (stored !== undefined && !shownByClass.has(name)) return ofClassStored(stored, cls, span, evaluator)
  const described = describeClass(cls, name)
  if (described !== undefined) return described
  if (onMetaclass !== undefined) return bind(onMetaclass, name, cls, metaclass, span, evaluator)
  const onType = lookUp(typeClass, name)
  if (onType !== undefined) return bind(onType, name, cls, metaclass, span, evaluator)
  return (metaclass === typeClass ? undefined : callSpecial(evaluator, cls, '__getattr__', [str(name)], span)) ?? unknownBaseOf(cls)
}

const shownByClass = new Set(['__name__', '__qualname__', '__class__', '__dict__', '__mro__', '__bases__', '__base__'])

function ofClassStored(stored: Value, cls: ClassValue, span: Span | null, evaluator: Evaluator): Value {
  if (stored.kind === 'classMethod') return { kind: 'method', self: cls, fn: stored.fn }
  if (stored.kind === 'staticMethod') return stored.fn
  if (stored.kind === 'instance') return callSpecial(evaluator, stored, '__get__', [none, cls], span) ?? stored
  return stored
}

function ofSuper(object: SuperValue, name: string, span: Span | null, evaluator: Evaluator): Value | undefined {
  const { self, after } = object
  const isClass = self.kind === 'class'
  // For a class method, or `__new__`, the search goes through the class itself.
  const cls = isClass && self.mro.includes(after) ? self : typeOf(self)
  const order = cls.mro
  for (const candidate of order.slice(order.indexOf(after) + 1)) {
    const stored = candidate.attributes.get(name)
    if (stored === undefined) {
      if (candidate.unknownBase !== null) return candidate.unknownBase
      continue
    }
    if (isClass && cls === self) return ofClassStored(stored, self, span, evaluator)
    return bind(stored, name, self, cls, span, evaluator)
  }
  if (after.unknownBase !== null) return after.unknownBase
  if (name === '__call__' && self.kind === 'class')
    return { kind: 'builtin', name, bindsSelf: false, call: (args) => construct(self, args, evaluator) }
  if (name === '__init__' || name === '__init_subclass__' || name === '__setattr__') return evaluator.ignoring
  return undefined
}

/** Values of Python's own types: what their class has, bound. */
function ofValue(object: Value, name: string, span: Span | null, evaluator: Evaluator): Value | undefined {
  const cls = typeOf(object)
  const stored = lookUp(cls, name)
  if (stored !== undefined) return bind(stored, name, object, cls, span, evaluator)
  if (name === '__class__') return cls
  if (findSpecial(object, '__getattr__') !== undefined) return callSpecial(evaluator, object, '__getattr__', [str(name)], span)
  return unknownBaseOf(cls)
}

export function getAttribute(object: Value, name: string, span: Span | null, evaluator: Evaluator): Value {
  const found = findAttribute(object, name, span, evaluator)
  if (found !== undefined) return found
  if (object.kind === 'module') return evaluator.raise('AttributeError', `module '${object.name}' has no attribute '${name}'`, span)
  const who = object.kind === 'class' ? `type object '${object.name}'` : `'${typeOf(object).name}' object`
  return evaluator.raise('AttributeError', `${who} has no attribute '${name}'`, span)
}

export function setAttribute(object: Value, name: string, value: Value, span: Span | null, evaluator: Evaluator): void {
  if (object.kind === 'instance' || object.kind === 'dict') {
    if (callSpecial(evaluator, object, '__setattr__', [str(name), value], span) !== undefined) return
  }
  setDirectly(object, name, value, span, evaluator)
}

/** As `object.__setattr__`: properties and descriptors are asked, a class's own `__setattr__` is not. */
export function setDirectly(object: Value, name: string, value: Value, span: Span | null, evaluator: Evaluator): void {
  switch (object.kind) {
    case 'unknown':
      return
    case 'instance': {
      const stored = lookUp(object.cls, name)
      if (stored?.kind === 'property' && !stored.cached) {
        if (stored.setter === null) evaluator.raise('AttributeError', `can't set attribute '${name}'`, span)
        else evaluator.call(stored.setter, [object, value], undefined, span)
        return
      }
      if (stored?.kind === 'instance' && callSpecial(evaluator, stored, '__set__', [object, value], span) !== undefined) return
      if (name === '__class__' || name === '__dict__') return
      object.attributes.set(name, value)
      return
    }
    case 'class':
    case 'function':
    case 'module':
      object.attributes.set(name, value)
      return
    case 'super':
      setDirectly(object.self, name, value, span, evaluator)
      return
    case 'method':
      setDirectly(object.fn, name, value, span, evaluator)
      return
    case 'staticMethod':
    case 'classMethod':
      setDirectly(object.fn, name, value, span, evaluator)
      return
    case 'builtin':
    case 'property':
      return
    default:
      evaluator.raise('AttributeError', `'${typeOf(object).name}' object has no attribute '${name}'`, span)
  }
}

export function deleteAttribute(object: Value, name: string, span: Span | null, evaluator: Evaluator): void {
  if (object.kind === 'unknown') return
  if (callSpecial(evaluator, object, '__delattr__', [str(name)], span) !== undefined) return
  const attributes =
    object.kind === 'instance' || object.kind === 'class' || object.kind === 'module' || object.kind === 'function'
      ? object.attributes
      : null
  if (attributes?.delete(name) !== true) evaluator.raise('AttributeError', name, span)
}
