/** bisect, heapq and statistics: what code that builds models asks of sorted lists. */
import { builtinNamespace } from '../builtins'
import { asInteger, asNumber } from '../guards'
import type { Interpreter } from '../host'
import { bool, float, int, list, none } from '../make'
import { type Bound, native } from '../native'
import type { BuiltinValue, ListValue, UnknownValue, Value } from '../values'
import { libraryModule, named } from './module'

/** `left < right`, or the Unknown that it is. */
function isLess(left: Value, right: Value, args: Bound, interpreter: Interpreter): boolean | UnknownValue {
  const less = interpreter.compare('<', left, right, args.span)
  const truth = interpreter.truth(less, args.span)
  if (truth !== undefined) return truth
  return less.kind === 'unknown' ? less : interpreter.unknown('which of two values is smaller is not known', args.span)
}

function listOf(args: Bound, name: string, interpreter: Interpreter): ListValue | UnknownValue {
  const value = args.value(name)
  if (value.kind === 'list' || value.kind === 'unknown') return value
  return interpreter.raise('TypeError', `${name} must be a list, not ${interpreter.typeOf(value).name}`, args.span)
}

/** One end of the part of a list that is searched; null where it is not given. */
function end(args: Bound, name: 'lo' | 'hi', interpreter: Interpreter): number | null | UnknownValue {
  const value = args.value(name)
  if (value.kind === 'none' || value.kind === 'unknown') return value.kind === 'none' ? null : value
  const { name: type } = interpreter.typeOf(value)
  return asInteger(value) ?? interpreter.raise('TypeError', `'${type}' object cannot be interpreted as an integer`, args.span)
}

const ranked = (item: Value, args: Bound, interpreter: Interpreter): Value => {
  const key = args.value('key')
  return key.kind === 'none' ? item : interpreter.call(key, [item], undefined, args.span)
}

/** Where what ranks as `x` goes in a sorted list: before the items that equal it, or behind them. An end of -1 is that of the list, as in CPython. */
function place(x: Value, args: Bound, interpreter: Interpreter, isBehind: boolean): number | UnknownValue {
  const sorted = args.value('a')
  const items = interpreter.itemsOrUnknown(sorted, args.span)
  if ('kind' in items) return items
  const [lo, hi] = [end(args, 'lo', interpreter) ?? 0, end(args, 'hi', interpreter) ?? -1]
  if (typeof lo !== 'number') return lo
  if (typeof hi !== 'number') return hi
  if (lo < 0) return interpreter.raise('ValueError', 'lo must be non-negative', args.span)
  let low = lo
  let high = hi === -1 ? items.length : hi
  while (low < high) {
    interpreter.step()
    const middle = Math.floor((low + high) / 2)
    const found = items[middle] ?? interpreter.raise('IndexError', `${interpreter.typeOf(sorted).name} index out of range`, args.span)
    const item = ranked(found, args, interpreter)
    const less = isBehind ? isLess(x, item, args, interpreter) : isLess(item, x, args, interpreter)
    if (typeof less !== 'boolean') return less
    if (less !== isBehind) low = middle + 1
    else high = middle
  }
  return low
}

const placing = (name: string, isBehind: boolean): BuiltinValue =>
  native(`${name}(a, x, lo=0, hi=None, *, key=None)`, (args, interpreter) => {
    const at = place(args.value('x'), args, interpreter, isBehind)
    return typeof at === 'number' ? int(at) : at
  })

/** Where it goes may not be known: then any item may be anywhere behind. */
const inserting = (name: string, isBehind: boolean): BuiltinValue =>
  native(`${name}(a, x, lo=0, hi=None, *, key=None)`, (args, interpreter) => {
    const into = listOf(args, 'a', interpreter)
    const x = args.value('x')
    const at = place(ranked(x, args, interpreter), args, interpreter, isBehind)
    if (into.kind !== 'list') return none
    if (typeof at === 'number') into.items.splice(at, 0, x)
    else into.items.push(x)
    if (typeof at !== 'number') into.items.fill(at)
    return none
  })

export const bisect = libraryModule(
  'bisect',
  named(
    placing('bisect_left', false),
    placing('bisect_right', true),
    placing('bisect', true),
    inserting('insort_left', false),
    inserting('insort_right', true),
    inserting('insort', true),
  ),
)

/** Moves an item towards the root until its parent is no larger; the Unknown that a comparison is where one is. */
function towardsRoot(items: Value[], start: number, from: number, args: Bound, interpreter: Interpreter): UnknownValue | null {
  const item = items[from] as Value
  let at = from
  while (at > start) {
    interpreter.step()
    const parent = (at - 1) >> 1
    const less = isLess(item, items[parent] as Value, args, interpreter)
    if (typeof less !== 'boolean') return less
    if (!less) break
    items[at] = items[parent] as Value
    at = parent
  }
  items[at] = item
  return null
}

/** As CPython does it: the smaller children move up all the way, then the item is moved back towards the root. */
function towardsLeaves(items: Value[], from: number, args: Bound, interpreter: Interpreter): UnknownValue | null {
  const item = items[from] as Value
  let at = from
  for (let child = 2 * at + 1; child < items.length; child = 2 * at + 1) {
    interpreter.step()
    const right = child + 1
    if (right < items.length) {
      const less = isLess(items[child] as Value, items[right] as Value, args, interpreter)
      if (typeof less !== 'boolean') return less
      if (!less) child = right
    }
    items[at] = items[child] as Value
    at = child
  }
  items[at] = item
  return towardsRoot(items, from, at, args, interpreter)
}

/** Which item is where is not known any more once a comparison was not. */
function settle(items: Value[], unknown: UnknownValue | null): void {
  if (unknown !== null) items.fill(unknown)
}

function heapify(items: Value[], args: Bound, interpreter: Interpreter): UnknownValue | null {
  for (let at = (items.length >> 1) - 1; at >= 0; at--) {
    const unknown = towardsLeaves(items, at, args, interpreter)
    if (unknown !== null) return unknown
  }
  return null
}

/** The first item, whatever the order of the others. */
function pop(items: Value[], args: Bound, interpreter: Interpreter): Value {
  const last = items.pop() ?? interpreter.raise('IndexError', 'index out of range', args.span)
  const first = items[0]
  if (first === undefined) return last
  items[0] = last
  settle(items, towardsLeaves(items, 0, args, interpreter))
  return first
}

const onHeap = (signature: string, body: (items: Value[], args: Bound, interpreter: Interpreter) => Value): BuiltinValue =>
  native(signature, (args, interpreter) => {
    const heap = listOf(args, 'heap', interpreter)
    return heap.kind === 'list' ? body(heap.items, args, interpreter) : heap
  })

const extreme = (name: string, isLargest: boolean): BuiltinValue =>
  native(`${name}(n, iterable, key=None)`, (args, interpreter) => {
    const sorted = interpreter.call(
      builtinNamespace().get('sorted') ?? none,
      [args.value('iterable')],
      new Map<string, Value>([
        ['key', args.value('key')],
        ['reverse', bool(isLargest)],
      ]),
      args.span,
    )
    const count = asInteger(args.value('n'))
    if (sorted.kind !== 'list') return sorted
    return count === undefined
      ? interpreter.unknown('how many are asked for is not known', args.span)
      : list(sorted.items.slice(0, Math.max(0, count)))
  })

export const heapq = libraryModule(
  'heapq',
  named(
    onHeap('heappush(heap, item, /)', (items, args, interpreter) => {
      items.push(args.value('item'))
      settle(items, towardsRoot(items, 0, items.length - 1, args, interpreter))
      return none
    }),
    onHeap('heappop(heap, /)', pop),
    onHeap('heapify(heap, /)', (items, args, interpreter) => {
      settle(items, heapify(items, args, interpreter))
      return none
    }),
    extreme('nlargest', true),
    extreme('nsmallest', false),
  ),
)

/** A function of numbers, at least `least` of them. */
const ofNumbers = (name: string, least: number, body: (numbers: readonly number[], areInts: boolean) => Value): BuiltinValue =>
  native(`${name}(data, *args, **kwargs)`, (args, interpreter) => {
    const items = interpreter.itemsOrUnknown(args.value('data'), args.span)
    if ('kind' in items) return items
    const numbers = items.map(asNumber)
    if (!numbers.every((each) => each !== undefined))
      return interpreter.unknown(`the numbers of \`statistics.${name}\` are not known`, args.span)
    if (numbers.length < least)
      return interpreter.raise('ValueError', `${name} requires at least ${least === 1 ? 'one data point' : 'two data points'}`, args.span)
    return body(
      numbers,
      items.every(({ kind }) => kind === 'int' || kind === 'bool'),
    )
  })

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

/** Of whole numbers it is whole where it can be. */
const number = (value: number, isInt: boolean): Value => (isInt && Number.isInteger(value) ? int(value) : float(value))

function spread(numbers: readonly number[], lost: number): number {
  const mean = sum(numbers) / numbers.length
  return sum(numbers.map((each) => (each - mean) ** 2)) / (numbers.length - lost)
}

function median(numbers: readonly number[], areInts: boolean): Value {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? number(upper, areInts) : float(((sorted[middle - 1] as number) + upper) / 2)
}

export const statistics = libraryModule(
  'statistics',
  named(
    ofNumbers('mean', 1, (numbers, areInts) => number(sum(numbers) / numbers.length, areInts)),
    ofNumbers('fmean', 1, (numbers) => float(sum(numbers) / numbers.length)),
    ofNumbers('median', 1, median),
    ofNumbers('pvariance', 1, (numbers, areInts) => number(spread(numbers, 0), areInts)),
    ofNumbers('variance', 2, (numbers, areInts) => number(spread(numbers, 1), areInts)),
    ofNumbers('pstdev', 1, (numbers) => float(Math.sqrt(spread(numbers, 0)))),
    ofNumbers('stdev', 2, (numbers) => float(Math.sqrt(spread(numbers, 1)))),
  ),
)
