/** iter, next, enumerate, zip, map, filter, reversed: lazy, as in Python. */
import type { Span } from '../../../graph'
import { asInteger, underlying } from '../../guards'
import type { Interpreter } from '../../host'
import { int, iterator, tuple } from '../../make'
import { lookUp } from '../../mro'
import { native } from '../../native'
import type { BuiltinValue, IteratorValue, UnknownValue, Value } from '../../values'
import { isItems, itemsOf, iterate } from '../iterate'
import { rangeLength } from '../length'
import { typeOf } from '../typeOf'

/** Iterators over all of them; the first Unknown where one is not known. */
export function iterateAll(values: readonly Value[], interpreter: Interpreter, span: Span | null): readonly IteratorValue[] | UnknownValue {
  const made: IteratorValue[] = []
  for (const value of values) {
    const each = iterate(value, interpreter, span)
    if (each.kind === 'unknown') return each
    made.push(each)
  }
  return made
}

const isIterators = (found: readonly IteratorValue[] | UnknownValue): found is readonly IteratorValue[] => Array.isArray(found)

const enumerate = native('enumerate(iterable, start=0)', (args, interpreter) => {
  const source = iterate(args.value('iterable'), interpreter, args.span)
  let count = asInteger(args.value('start'))
  if (source.kind === 'unknown') return source
  if (count === undefined) return args.firstUnknown() ?? interpreter.raise('TypeError', 'enumerate() start must be an integer', args.span)
  return iterator('enumerate', () => {
    interpreter.step()
    const item = source.next()
    if (item === undefined || count === undefined) return undefined
    count += 1
    return tuple([int(count - 1), item])
  })
})

const zip = native('zip(*iterables, strict=False)', (args, interpreter) => {
  const sources = iterateAll(args.rest('iterables'), interpreter, args.span)
  if (args.unknownRest !== undefined) return args.unknownRest
  if (!isIterators(sources)) return sources
  const strict = interpreter.truth(args.value('strict')) === true
  return iterator('zip', () => {
    interpreter.step()
    if (sources.length === 0) return undefined
    const items: Value[] = []
    for (const source of sources) {
      const item = source.next()
      if (item === undefined) {
        if (strict && (items.length > 0 || sources.slice(1).some((other) => other.next() !== undefined))) {
          const at = items.length === 0 ? 2 : items.length + 1
          interpreter.raise(
            'ValueError',
            `zip() argument ${at} is ${items.length === 0 ? 'longer' : 'shorter'} than argument ${at - 1}`,
            args.span,
          )
        }
        return undefined
      }
      items.push(item)
    }
    return tuple(items)
  })
})

const map = native('map(function, /, *iterables)', (args, interpreter) => {
  const sources = iterateAll(args.rest('iterables'), interpreter, args.span)
  if (!isIterators(sources)) return sources
  return iterator('map', () => {
    interpreter.step()
    const items: Value[] = []
    for (const source of sources) {
      const item = source.next()
      if (item === undefined) return undefined
      items.push(item)
    }
    return interpreter.call(args.value('function'), items, undefined, args.span)
  })
})

const filter = native('filter(function, iterable, /)', (args, interpreter) => {
  const source = iterate(args.value('iterable'), interpreter, args.span)
  if (source.kind === 'unknown') return source
  const test = args.value('function')
  return iterator('filter', () => {
    for (;;) {
      interpreter.step()
      const item = source.next()
      if (item === undefined) return undefined
      const kept = interpreter.truth(test.kind === 'none' ? item : interpreter.call(test, [item], undefined, args.span), args.span)
      // Which of the items pass is not known: the Unknown stands for those that may.
      if (kept === undefined) return interpreter.unknown('whether a filter keeps this is not known', args.span)
      if (kept) return item
    }
  })
})

const reversed = native('reversed(sequence, /)', (args, interpreter) => {
  const value = args.value('sequence')
  if (value.kind === 'range') {
    const length = rangeLength(value.start, value.stop, value.step)
    let index = length
    return iterator('range_iterator', () => {
      index -= 1
      return index < 0 ? undefined : int(value.start + index * value.step)
    })
  }
  const own = value.kind === 'instance' ? lookUp(value.cls, '__reversed__') : undefined
  if (own !== undefined) return interpreter.call(own, [value], undefined, args.span)
  const items = itemsOf(value, interpreter, args.span)
  if (!isItems(items)) return items
  let index = items.length
  return iterator('reversed', () => {
    index -= 1
    return items[index]
  })
})

const iter = native('iter(object, sentinel=None, /)', (args, interpreter) => {
  const object = args.value('object')
  if (!args.passed('sentinel')) {
    const own = object.kind === 'instance' ? lookUp(object.cls, '__iter__') : undefined
    return own === undefined ? iterate(object, interpreter, args.span) : interpreter.call(own, [object], undefined, args.span)
  }
  return iterator('callable_iterator', () => {
    interpreter.step()
    const item = interpreter.call(object, [], undefined, args.span)
    return interpreter.equals(item, args.value('sentinel')) === true ? undefined : item
  })
})

const next = native('next(iterator, default=None, /)', (args, interpreter) => {
  const source = underlying(args.value('iterator'))
  const missing = (): Value => (args.passed('default') ? args.value('default') : interpreter.raise('StopIteration', '', args.span))
  if (source.kind === 'unknown') return source
  if (source.kind === 'iterator') return source.next() ?? missing()
  const own = source.kind === 'instance' ? interpreter.findAttribute(source, '__next__', args.span) : undefined
  if (own === undefined) return interpreter.raise('TypeError', `'${typeOf(source).name}' object is not an iterator`, args.span)
  if (!args.passed('default')) return interpreter.call(own, [], undefined, args.span)
  const stepped = iterate(source, interpreter, args.span)
  return stepped.kind === 'unknown' ? stepped : (stepped.next() ?? args.value('default'))
})

export const iterationFunctions: readonly BuiltinValue[] = [enumerate, zip, map, filter, reversed, iter, next]
