/** Iterating any value, lazily; mappings spread by `**`. */
import type { Span } from '../../graph'
import { typeOf } from '../builtins/typeOf'
import { underlying } from '../guards'
import { int, str } from '../make'
import type { UnknownValue, Value } from '../values'
import { PythonError } from './errors'
import type { Evaluator } from './evaluator'
import { callSpecial, findSpecial, unknownBaseOf } from './special'

/** Gives the next item, undefined at the end. */
export type Next = () => Value | undefined

function overArray(items: readonly Value[]): Next {
  let at = 0
  // Reads the array as it is then: Python sees items appended while it iterates.
  return () => items[at++]
}

/** null: what it iterates over is not known. Raises TypeError for what Python cannot iterate. */
export function iterate(value: Value, span: Span | null, evaluator: Evaluator): Next | null {
  switch (value.kind) {
    case 'unknown':
      return null
    case 'list': {
      let at = 0
      return () => value.items[at++]
    }
    case 'tuple':
      return overArray(value.items)
    case 'range': {
      let next = value.start
      return () => {
        if (value.step > 0 ? next >= value.stop : next <= value.stop) return undefined
        const item = int(next)
        next += value.step
        return item
      }
    }
    case 'str': {
      const characters = value.value[Symbol.iterator]()
      return () => {
        const { value: character, done } = characters.next()
        return done === true ? undefined : str(character)
      }
    }
    case 'bytes': {
      let at = 0
      return () => (at < value.value.length ? int(value.value.charCodeAt(at++)) : undefined)
    }
    case 'iterator':
      return () => value.next()
    case 'dict': {
      const own = value.cls === undefined ? undefined : findSpecial(value, '__iter__')
      if (own?.kind === 'function') return overInstance(value, span, evaluator)
      return overArray([...value.entries.keys()])
    }
    case 'set':
      return overArray([...value.entries.keys()])
    case 'instance':
    case 'class':
      return overInstance(value, span, evaluator)
    default:
      return evaluator.raise('TypeError', `'${typeOf(value).name}' object is not iterable`, span)
  }
}

function overInstance(value: Value, span: Span | null, evaluator: Evaluator): Next | null {
  const made = callSpecial(evaluator, value, '__iter__', [], span)
  if (made !== undefined) {
    if (made.kind === 'instance' || made === value)
      return made.kind === 'instance' && findSpecial(made, '__next__') !== undefined
        ? stepping(made, '__next__', 'StopIteration', () => [], evaluator, span)
        : null
    return iterate(made, span, evaluator)
  }
  const plain = underlying(value)
  if (plain !== value) return iterate(plain, span, evaluator)
  if (value.kind === 'instance' && findSpecial(value, '__getitem__') !== undefined) {
    let at = 0
    return stepping(value, '__getitem__', 'IndexError', () => [int(at++)], evaluator, span)
  }
  if (value.kind === 'instance' && unknownBaseOf(value.cls) !== undefined) return null
  return evaluator.raise('TypeError', `'${typeOf(value).name}' object is not iterable`, span)
}

function stepping(value: Value, method: string, end: string, args: () => Value[], evaluator: Evaluator, span: Span | null): Next {
  return () => {
    evaluator.step()
    try {
      return callSpecial(evaluator, value, method, args(), span)
    } catch (error) {
      if (error instanceof PythonError && evaluator.isException(error.value, end)) return undefined
      throw error
    }
  }
}

/** What an iterator gives when the items from here on are not known. */
export function restOf(reason: UnknownValue): UnknownValue {
  return { ...reason, isRest: true }
}

export function isRest(item: Value): item is UnknownValue {
  return item.kind === 'unknown' && item.isRest === true
}

/** All items, bounded by the size budget; an Unknown, with the reason, when they are not known. */
export function itemsOrUnknown(value: Value, span: Span | null, evaluator: Evaluator): readonly Value[] | UnknownValue {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items
  if (value.kind === 'unknown') return value
  const next = iterate(value, span, evaluator)
  if (next === null) return evaluator.unknown(`what this ${evaluator.typeOf(value).name} holds is not known`, span)
  const found: Value[] = []
  for (let item = next(); item !== undefined; item = next()) {
    if (isRest(item)) return { kind: 'unknown', reason: item.reason, span: item.span }
    found.push(item)
    if ((found.length & 255) === 0) {
      evaluator.step(64)
      evaluator.checkSize(found.length, span)
    }
  }
  return found
}

/** The entries of a mapping given to `**`; an Unknown when they are not known. */
export function mapping(value: Value, span: Span | null, evaluator: Evaluator): (readonly [Value, Value])[] | UnknownValue {
  const plain = underlying(value)
  if (plain.kind === 'unknown') return plain
  if (plain.kind === 'dict') return [...plain.entries.entries()]
  const keys = evaluator.findAttribute(plain, 'keys', span)
  if (keys === undefined) return evaluator.raise('TypeError', `'${typeOf(plain).name}' object is not a mapping`, span)
  const names = evaluator.call(keys, [], undefined, span)
  const listed = names.kind === 'unknown' ? null : evaluator.items(names, span)
  if (listed === null) return names.kind === 'unknown' ? names : evaluator.unknown('the entries of this mapping are not known', span)
  return listed.map((key) => [key, evaluator.getItem(plain, key, span)] as const)
}
