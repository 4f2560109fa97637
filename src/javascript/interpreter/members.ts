/** Members of values: own ones, those of classes, and the methods that the language gives. */
import type { Span } from '../../graph'
import { arrayMember } from '../builtins/arrays'
import { functionMember } from '../builtins/functions'
import { mapMember, setMember as setsMember } from '../builtins/collections'
import { numberMember, textMember } from '../builtins/primitives'
import { objectMember } from '../builtins/objects'
import { promiseMember } from '../builtins/promises'
import { type FunctionValue, isArray, isFunction, isObject, isPrimitive, isUnknown, type ObjectValue, Unknown, type Value } from '../values'
import { Thrown } from './completion'
import type { Evaluator } from './evaluator'

function fromClass(run: Evaluator, cls: FunctionValue | null, name: string, self: Value, span: Span | null): Value {
  for (let own: Value = cls; isFunction(own); own = own.cls?.base) {
    const getter = own.cls?.getters.get(name)
    if (getter !== undefined) return run.call(getter, self, [], span)
    const method = own.cls?.methods.get(name)
    if (method !== undefined) return method
    if (isUnknown(own.cls?.base)) return own.cls?.base
  }
  return undefined
}

export function ofObject(run: Evaluator, object: ObjectValue, name: string, span: Span | null): Value {
  const own = object.properties.get(name)
  if (own?.getter !== undefined) return run.call(own.getter, object, [], span)
  if (own !== undefined) return own.value
  if (name === 'constructor') return object.cls ?? undefined
  const inherited = fromClass(run, object.cls, name, object, span)
  if (inherited !== undefined && !isUnknown(inherited)) return inherited
  return object.host?.get(name) ?? inherited ?? objectMember(name)
}

function ofFunction(fn: FunctionValue, name: string): Value {
  if (name === 'name') return fn.properties.get(name)?.value ?? fn.name
  for (let own: Value = fn; isFunction(own); own = own.cls?.base) {
    const found = own.properties.get(name)
    if (found !== undefined) return found.value
  }
  return functionMember(name)
}

/** `object.name`. Throws where JavaScript would: for members of null and undefined. */
export function memberOf(run: Evaluator, object: Value, name: string, span: Span | null): Value {
  if (object === undefined || object === null) {
    throw new Thrown('TypeError', span, `TypeError: ${String(object)} has no member ${name}`)
  }
  if (typeof object === 'string') return textMember(object, name)
  if (isPrimitive(object)) return numberMember(name)
  switch (object.kind) {
    case 'unknown':
      return object.member === null ? object : object.member(name)
    case 'object':
      return ofObject(run, object, name, span)
    case 'array':
      return arrayMember(run, object, name)
    case 'function':
      return ofFunction(object, name)
    case 'map':
      return mapMember(object, name)
    case 'set':
      return setsMember(object, name)
    case 'promise':
      return promiseMember(name)
    case 'host':
      return object.get(name)
    default:
      return object satisfies never
  }
}

/** `object[key]`. */
export function elementOf(run: Evaluator, object: Value, key: Value, span: Span | null): Value {
  if (isUnknown(object)) return object.member !== null && typeof key === 'string' ? object.member(key) : object
  if (isUnknown(key)) return isArray(object) || isObject(object) ? key : new Unknown(key.reason, span)
  if (typeof key === 'number' && isArray(object)) return object.items[key]
  if (typeof key === 'number' && typeof object === 'string') return object[key]
  return memberOf(run, object, isPrimitive(key) ? String(key) : '[object Object]', span)
}

/** `object[key] = value`. What cannot be written to is left alone. */
export function assignMember(run: Evaluator, object: Value, key: Value, value: Value, span: Span | null): void {
  if (object === undefined || object === null) throw new Thrown('TypeError', span, `TypeError: ${String(object)} has no members`)
  if (isPrimitive(object) || isUnknown(object) || isUnknown(key)) return
  const name = isPrimitive(key) ? String(key) : '[object Object]'
  switch (object.kind) {
    case 'object':
    case 'function':
      object.properties.set(name, { value, span })
      return
    case 'array':
      if (name === 'length') object.items.length = Math.min(Number(value), object.items.length)
      else if (/^\d+$/.test(name)) {
        run.meter.size(Number(name))
        object.items[Number(name)] = value
      }
      return
    case 'host':
      object.set(name, value)
      return
    case 'map':
    case 'set':
    case 'promise':
      return
    default:
      object satisfies never
  }
}
