/** What list, tuple, range and str have in common. */
import { int, iterator, str } from '../make'
import { method, named } from '../native'
import type { Value } from '../values'
import { bare, comparisonMethods, equality } from './fill'
import { isItems, itemsOf, iterate } from './iterate'
import { lengthOf } from './length'
import { reprOf } from './repr'

export const container: readonly [string, Value][] = [
  ...named(
    method('__len__(self, /)', (args, interpreter) => lengthOf(bare(args.value('self')), interpreter, args.span)),
    method('__getitem__(self, key, /)', (args, interpreter) => interpreter.getItem(bare(args.value('self')), args.value('key'), args.span)),
    method('__iter__(self, /)', (args, interpreter) => iterate(bare(args.value('self')), interpreter, args.span)),
    method('__contains__(self, item, /)', (args, interpreter) =>
      interpreter.compare('in', args.value('item'), bare(args.value('self')), args.span),
    ),
    method('__repr__(self, /)', (args, interpreter) => str(reprOf(bare(args.value('self')), interpreter))),
  ),
  ...comparisonMethods(equality),
]

/** `index` and `count`. */
export const searching: readonly [string, Value][] = named(
  method('index(self, value, start=0, stop=9223372036854775807, /)', (args, interpreter) => {
    const items = itemsOf(bare(args.value('self')), interpreter, args.span)
    if (!isItems(items)) return items
    const [start, stop] = [args.number('start') ?? 0, args.number('stop') ?? items.length]
    const value = args.value('value')
    const last = Math.min(items.length, stop < 0 ? stop + items.length : stop)
    for (let index = Math.max(0, start < 0 ? start + items.length : start); index < last; index++) {
      const same = interpreter.equals(items[index] as Value, value)
      if (same === undefined) return interpreter.unknown('where the value stands is not known', args.span)
      if (same) return int(index)
    }
    return interpreter.raise('ValueError', `${interpreter.repr(value)} is not in list`, args.span)
  }),
  method('count(self, value, /)', (args, interpreter) => {
    const items = itemsOf(bare(args.value('self')), interpreter, args.span)
    if (!isItems(items)) return items
    let count = 0
    for (const item of items) {
      const same = interpreter.equals(item, args.value('value'))
      if (same === undefined) return interpreter.unknown('how often the value occurs is not known', args.span)
      if (same) count += 1
    }
    return int(count)
  }),
)

export const reversing: readonly [string, Value][] = named(
  method('__reversed__(self, /)', (args, interpreter) => {
    const items = itemsOf(bare(args.value('self')), interpreter, args.span)
    if (!isItems(items)) return items
    let index = items.length
    return iterator('reversed', () => {
      index -= 1
      return items[index]
    })
  }),
)
