/** `object[key]`: reading, writing, deleting. */
import type { Span } from '../../graph'
import { typeOf } from '../builtins/typeOf'
import { isHashable } from '../dict'
import { asInteger, isUnknown, underlying } from '../guards'
import { bytes, int, list, range, str, tuple } from '../make'
import type { DictValue, ListValue, SliceValue, Value } from '../values'
import type { Evaluator } from './evaluator'
import { indicesOf, type ResolvedSlice, resolveSlice } from './slices'
import { callSpecial, findSpecial, unknownBaseOf } from './special'

export function getItem(object: Value, key: Value, span: Span | null, evaluator: Evaluator): Value {
  if (object.kind === 'unknown') return object
  const plain = underlying(object)
  // What a subclass of list or dict inherits is done here as for the value that it stands for.
  if (plain === object || findSpecial(object, '__getitem__')?.kind !== 'builtin') {
    const special = callSpecial(evaluator, object, '__getitem__', [key], span)
    if (special !== undefined) return special
  }
  if (object.kind === 'class') return ofClass(object, key, span, evaluator)
  if (object.kind === 'function' || object.kind === 'builtin') return refuse(object, span, evaluator)
  if (plain.kind === 'dict') return ofDict(object, plain, key, span, evaluator)
  if (key.kind === 'unknown') return key
  if (!isSequence(plain)) {
    const base = object.kind === 'instance' ? unknownBaseOf(object.cls) : undefined
    return base ?? refuse(object, span, evaluator)
  }
  if (key.kind === 'slice') {
    const resolved = resolve(key, lengthOf(plain), span, evaluator)
    return 'kind' in resolved ? resolved : sliceOf(plain, resolved)
  }
  const index = indexOf(key, plain, span, evaluator)
  if (typeof index !== 'number') return index
  const found = index < 0 ? undefined : itemAt(plain, index)
  return found ?? evaluator.raise('IndexError', `${nameOf(plain)} index out of range`, span)
}

type Sequence = Extract<Value, { kind: 'list' | 'tuple' | 'str' | 'bytes' | 'range' }>

function isSequence(value: Value): value is Sequence {
  return value.kind === 'list' || value.kind === 'tuple' || value.kind === 'str' || value.kind === 'bytes' || value.kind === 'range'
}

function nameOf(value: Sequence): string {
  return value.kind === 'str' ? 'string' : value.kind === 'range' ? 'range object' : value.kind
}

function refuse(object: Value, span: Span | null, evaluator: Evaluator): never {
  return evaluator.raise('TypeError', `'${typeOf(object).name}' object is not subscriptable`, span)
}

/** `nn.Module[int]`, `Generic[T]`: the class itself unless it says otherwise. */
function ofClass(cls: Value, key: Value, span: Span | null, evaluator: Evaluator): Value {
  const hook = evaluator.findAttribute(cls, '__class_getitem__', span)
  return hook === undefined || hook.kind === 'unknown'
    ? cls
    : evaluator.call(hook, hook.kind === 'function' ? [cls, key] : [key], undefined, span)
}

function ofDict(object: Value, dict: DictValue, key: Value, span: Span | null, evaluator: Evaluator): Value {
  if (key.kind === 'unknown') return key
  if (!isHashable(key)) return evaluator.raise('TypeError', `unhashable type: '${typeOf(key).name}'`, span)
  const found = dict.entries.get(key)
  if (found !== undefined) return found
  const missing = callSpecial(evaluator, object, '__missing__', [key], span)
  if (missing !== undefined) return missing
  if (dict.defaultFactory !== undefined && dict.defaultFactory.kind !== 'none') {
    const made = evaluator.call(dict.defaultFactory, [], undefined, span)
    dict.entries.set(key, made)
    return made
  }
  return evaluator.raiseWith('KeyError', [key], span)
}

/** Characters of a str count as Python counts them; the plain case needs no splitting. */
function characters(text: string): string | readonly string[] {
  return /[\ud800-\udbff]/.test(text) ? Array.from(text) : text
}

function lengthOf(value: Sequence): number {
  switch (value.kind) {
    case 'str':
      return characters(value.value).length
    case 'bytes':
      return value.value.length
    case 'range':
      return Math.max(0, Math.ceil((value.stop - value.start) / value.step))
    default:
      return value.items.length
  }
}

function itemAt(value: Sequence, index: number): Value | undefined {
  switch (value.kind) {
    case 'str': {
      const character = characters(value.value)[index]
      return character === undefined ? undefined : str(character)
    }
    case 'bytes':
      return index < value.value.length ? int(value.value.charCodeAt(index)) : undefined
    case 'range':
      return index < lengthOf(value) ? int(value.start + index * value.step) : undefined
    default:
      return value.items[index]
  }
}

function sliceOf(value: Sequence, resolved: ResolvedSlice): Value {
  if (value.kind === 'range')
    return range(value.start + resolved.start * value.step, value.start + resolved.stop * value.step, value.step * resolved.step)
  const indices = indicesOf(resolved)
  if (value.kind === 'str') {
    const from = characters(value.value)
    return str(indices.map((index) => from[index] ?? '').join(''))
  }
  if (value.kind === 'bytes') return bytes(indices.map((index) => value.value[index] ?? '').join(''))
  const items = indices.map((index) => value.items[index] as Value)
  return value.kind === 'list' ? list(items) : tuple(items)
}

function resolve(slice: SliceValue, length: number, span: Span | null, evaluator: Evaluator): ResolvedSlice | Value {
  const parts: (number | null)[] = []
  for (const part of [slice.start, slice.stop, slice.step]) {
    if (part.kind === 'unknown') return part
    if (part.kind === 'none') parts.push(null)
    else {
      const index = asIndex(part, span, evaluator)
      if (index === undefined)
        return evaluator.raise('TypeError', 'slice indices must be integers or None or have an __index__ method', span)
      parts.push(index)
    }
  }
  const [start = null, stop = null, step = null] = parts
  if (step === 0) return evaluator.raise('ValueError', 'slice step cannot be zero', span)
  return resolveSlice({ start, stop, step }, length)
}

/** An int, or what `__index__` gives. */
function asIndex(value: Value, span: Span | null, evaluator: Evaluator): number | undefined {
  const direct = asInteger(value)
  if (direct !== undefined) return direct
  if (value.kind === 'int') return value.value < 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER
  const given = callSpecial(evaluator, value, '__index__', [], span)
  return given === undefined ? undefined : asInteger(given)
}

/** From the start, or what stands for it when it cannot be known. */
function indexOf(key: Value, value: Sequence, span: Span | null, evaluator: Evaluator): number | Value {
  const index = asIndex(key, span, evaluator)
  if (index !== undefined) return index < 0 ? index + lengthOf(value) : index
  const special = findSpecial(key, '__index__')
  if (special !== undefined) return evaluator.unknown('this index is not known', span)
  const kinds =
    value.kind === 'str'
      ? 'string indices must be integers'
      : `${nameOf(value)} indices must be integers or slices, not ${typeOf(key).name}`
  return evaluator.raise('TypeError', kinds, span)
}

export function setItem(object: Value, key: Value, value: Value, span: Span | null, evaluator: Evaluator): void {
  if (object.kind === 'unknown') return
  if (callSpecial(evaluator, object, '__setitem__', [key, value], span) !== undefined) return
  const plain = underlying(object)
  if (plain.kind === 'dict') {
    if (isUnknown(key))
      evaluator.note({ kind: 'unread', message: `an entry under a key that is not known is left out: ${key.reason}`, span })
    else if (!isHashable(key)) evaluator.raise('TypeError', `unhashable type: '${typeOf(key).name}'`, span)
    else plain.entries.set(key, value)
    return
  }
  if (plain.kind !== 'list') {
    const base = object.kind === 'instance' ? unknownBaseOf(object.cls) : undefined
    if (base === undefined) evaluator.raise('TypeError', `'${typeOf(object).name}' object does not support item assignment`, span)
    return
  }
  if (isUnknown(key)) {
    // Any of them may have been replaced.
    plain.items = plain.items.map(() => key)
    return
  }
  if (key.kind === 'slice') {
    setSlice(plain, key, value, span, evaluator)
    return
  }
  const index = indexOf(key, plain, span, evaluator)
  if (typeof index !== 'number') return
  if (index < 0 || index >= plain.items.length) evaluator.raise('IndexError', 'list assignment index out of range', span)
  plain.items[index] = value
}

function setSlice(target: ListValue, key: SliceValue, value: Value, span: Span | null, evaluator: Evaluator): void {
  const resolved = resolve(key, target.items.length, span, evaluator)
  const items = evaluator.items(value, span)
  if ('kind' in resolved || items === null) {
    const reason = 'kind' in resolved ? resolved : value.kind === 'unknown' ? value : evaluator.unknown('these items are not known', span)
    target.items = target.items.map(() => reason)
    return
  }
  if (resolved.step === 1) {
    const kept = [...target.items]
    kept.splice(resolved.start, Math.max(0, resolved.stop - resolved.start), ...items)
    target.items = kept
    return
  }
  if (items.length !== resolved.length) {
    evaluator.raise('ValueError', `attempt to assign sequence of size ${items.length} to extended slice of size ${resolved.length}`, span)
  }
  for (const [at, index] of indicesOf(resolved).entries()) target.items[index] = items[at] as Value
}

export function deleteItem(object: Value, key: Value, span: Span | null, evaluator: Evaluator): void {
  if (object.kind === 'unknown') return
  if (callSpecial(evaluator, object, '__delitem__', [key], span) !== undefined) return
  const plain = underlying(object)
  if (plain.kind === 'dict') {
    if (!plain.entries.delete(key)) evaluator.raiseWith('KeyError', [key], span)
    return
  }
  if (plain.kind !== 'list') return void evaluator.raise('TypeError', `'${typeOf(object).name}' object doesn't support item deletion`, span)
  if (isUnknown(key)) {
    plain.items = plain.items.map(() => key)
    return
  }
  if (key.kind === 'slice') {
    const resolved = resolve(key, plain.items.length, span, evaluator)
    if ('kind' in resolved) return
    const gone = new Set(indicesOf(resolved))
    plain.items = plain.items.filter((_, index) => !gone.has(index))
    return
  }
  const index = indexOf(key, plain, span, evaluator)
  if (typeof index !== 'number') return
  if (index < 0 || index >= plain.items.length) evaluator.raise('IndexError', 'list assignment index out of range', span)
  plain.items.splice(index, 1)
}
