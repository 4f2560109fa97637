/** Methods of set and frozenset. */
import { Entries } from '../dict'
import type { Interpreter } from '../host'
import { bool, none, set } from '../make'
import { type Bound, native } from '../native'
import type { SetValue, UnknownValue, Value } from '../values'
import { frozensetClass, setClass } from './classes'
import { binaryMethods, comparisonMethods, fill, methodOf, ordering } from './fill'
import { isItems, itemsOf } from './iterate'
import { standFor } from './list'
import { container } from './sequence'

type Combine = (left: SetValue, right: Entries) => Iterable<Value>

const union: Combine = (left, right) => [...left.entries.keys(), ...right.keys()]
const intersection: Combine = (left, right) => [...left.entries.keys()].filter((item) => right.has(item))
const difference: Combine = (left, right) => [...left.entries.keys()].filter((item) => !right.has(item))
const symmetric: Combine = (left, right) => [...difference(left, right), ...[...right.keys()].filter((item) => !left.entries.has(item))]

function entriesOf(value: Value, args: Bound, interpreter: Interpreter): Entries | UnknownValue {
  const items = itemsOf(value, interpreter, args.span)
  return isItems(items) ? new Entries(items.map((item) => [item, none])) : items
}

function combined(self: SetValue, args: Bound, interpreter: Interpreter, combine: Combine): SetValue | UnknownValue {
  let result = set(self.entries.keys(), self.frozen)
  for (const other of args.rest('others')) {
    const entries = entriesOf(other, args, interpreter)
    if (!(entries instanceof Entries)) return entries
    result = set(combine(result, entries), self.frozen)
  }
  return result
}

function pure(name: string, combine: Combine): [string, Value] {
  return methodOf('set', `${name}(self, *others)`, (self, args, interpreter) => combined(self, args, interpreter, combine))
}

function inPlace(name: string, combine: Combine): [string, Value] {
  return methodOf('set', `${name}(self, *others)`, (self, args, interpreter) => {
    const result = combined(self, args, interpreter, combine)
    if (result.kind === 'unknown') {
      self.entries.set(result, none)
      return none
    }
    const items = [...result.entries.keys()]
    self.entries.clear()
    for (const item of items) self.entries.set(item, none)
    return none
  })
}

function relation(name: string, holds: (left: SetValue, right: Entries) => boolean): [string, Value] {
  return methodOf('set', `${name}(self, other, /)`, (self, args, interpreter) => {
    const entries = entriesOf(args.value('other'), args, interpreter)
    return entries instanceof Entries ? bool(holds(self, entries)) : entries
  })
}

const within = (left: SetValue, right: Entries): boolean => [...left.entries.keys()].every((item) => right.has(item))
const covers = (left: SetValue, right: Entries): boolean => [...right.keys()].every((item) => left.entries.has(item))

const shared: readonly [string, Value][] = [
  ...container,
  pure('union', union),
  pure('intersection', intersection),
  pure('difference', difference),
  pure('symmetric_difference', symmetric),
  relation('issubset', within),
  relation('issuperset', covers),
  relation('isdisjoint', (left, right) => [...right.keys()].every((item) => !left.entries.has(item))),
  methodOf('set', 'copy(self, /)', (self) => set(self.entries.keys(), self.frozen)),
  ...binaryMethods({ __sub__: '-', __and__: '&', __or__: '|', __xor__: '^' }),
  ...comparisonMethods(ordering),
]

function ofClass(frozen: boolean): [string, Value] {
  const own = frozen ? frozensetClass : setClass
  return [
    '__new__',
    native('__new__(cls, iterable=(), /)', (args, interpreter) => {
      const items = itemsOf(args.value('iterable'), interpreter, args.span)
      return isItems(items) ? standFor(args.value('cls'), own, set(items, frozen), interpreter, args.span) : items
    }),
  ]
}

fill(frozensetClass, [...shared, ofClass(true)])
fill(setClass, [
  ...shared,
  ofClass(false),
  inPlace('update', union),
  inPlace('intersection_update', intersection),
  inPlace('difference_update', difference),
  inPlace('symmetric_difference_update', symmetric),
  methodOf('set', 'add(self, item, /)', (self, args) => {
    self.entries.set(args.value('item'), none)
    return none
  }),
  methodOf('set', 'discard(self, item, /)', (self, args) => {
    self.entries.delete(args.value('item'))
    return none
  }),
  methodOf('set', 'remove(self, item, /)', (self, args, interpreter) =>
    self.entries.delete(args.value('item')) ? none : interpreter.raise('KeyError', interpreter.str(args.value('item')), args.span),
  ),
  methodOf('set', 'pop(self, /)', (self, args, interpreter) => {
    const [first] = self.entries.keys()
    if (first === undefined) return interpreter.raise('KeyError', 'pop from an empty set', args.span)
    self.entries.delete(first)
    return first
  }),
  methodOf('set', 'clear(self, /)', (self) => {
    self.entries.clear()
    return none
  }),
])
