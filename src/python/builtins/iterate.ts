/** Going through any iterable lazily. */
import type { Span } from '../../graph'
import { underlying } from '../guards'
import type { Interpreter } from '../host'
import { int, iterator, str } from '../make'
import type { IteratorValue, UnknownValue, Value } from '../values'

export function fromArray(name: string, items: readonly Value[]): IteratorValue {
  let index = 0
  return iterator(name, () => {
    const item = items[index]
    index += 1
    return item
  })
}

export function fromIterable(name: string, items: Iterable<Value>): IteratorValue {
  const generator = items[Symbol.iterator]()
  return iterator(name, () => {
    const step = generator.next()
    return step.done === true ? undefined : step.value
  })
}

/** A list sees what is appended to it while it is gone through, as in Python. */
function overList(items: () => readonly Value[]): IteratorValue {
  let index = 0
  return iterator('list_iterator', () => {
    const item = items()[index]
    index += 1
    return item
  })
}

function overRange(start: number, stop: number, step: number): IteratorValue {
  let at = start
  return iterator('range_iterator', () => {
    if (step > 0 ? at >= stop : at <= stop) return undefined
    const value = int(at)
    at += step
    return value
  })
}

function overBuiltin(value: Value): IteratorValue | UnknownValue | undefined {
  switch (value.kind) {
    case 'unknown':
    case 'iterator':
      return value
    case 'list':
      return overList(() => value.items)
    case 'tuple':
      return fromArray('tuple_iterator', value.items)
    case 'range':
      return overRange(value.start, value.stop, value.step)
    case 'str':
      return fromArray('str_iterator', Array.from(value.value, str))
    case 'dict':
      return fromArray('dict_keyiterator', [...value.entries.keys()])
    case 'set':
      return fromArray('set_iterator', [...value.entries.keys()])
    default:
      return undefined
  }
}

/** `iter(value)`; Unknown when what it holds is not known. Raises TypeError for what is not iterable. */
export function iterate(value: Value, interpreter: Interpreter, span: Span | null = null): IteratorValue | UnknownValue {
  const known = overBuiltin(value)
  if (known !== undefined) return known
  const own = value.kind === 'instance' ? interpreter.findAttribute(value, '__iter__', span) : undefined
  const made = own === undefined || own.kind === 'unknown' ? own : interpreter.call(own, [], undefined, span)
  if (made?.kind === 'unknown' || made?.kind === 'iterator') return made
  const items = interpreter.itemsOrUnknown(value, span)
  return isItems(items) ? fromArray('iterator', items) : items
}

/** All items, or the Unknown that keeps them from being known. */
export function itemsOf(value: Value, interpreter: Interpreter, span: Span | null = null): readonly Value[] | UnknownValue {
  const plain = underlying(value)
  if (plain.kind === 'unknown') return plain
  if ((plain.kind === 'list' || plain.kind === 'tuple') && plain === value) return plain.items
  return interpreter.itemsOrUnknown(value, span)
}

export function isItems(found: readonly Value[] | UnknownValue): found is readonly Value[] {
  return Array.isArray(found)
}
