/** Methods of list. */
import { asInteger } from '../guards'
import type { Interpreter } from '../host'
import { list, none } from '../make'
import { isSubclass } from '../mro'
import { method, named, native } from '../native'
import type { ClassValue, Value } from '../values'
import { listClass } from './classes'
import { bare, binaryMethods, comparisonMethods, fill, methodOf, ordering } from './fill'
import { isItems, itemsOf } from './iterate'
import { container, reversing, searching } from './sequence'
import { sortValues } from './sort'

/** `cls.__new__` for a class whose values are of a builtin kind: the bare value, or an instance of a subclass that stands for it. */
export function standFor(
  cls: Value,
  own: ClassValue,
  value: Value,
  interpreter: Interpreter,
  span: Parameters<Interpreter['instantiate']>[1],
): Value {
  if (cls.kind !== 'class' || cls === own || !isSubclass(cls, own)) return value
  const made = interpreter.instantiate(cls, span)
  made.payload = value
  return made
}

function position(index: number, length: number): number {
  return index < 0 ? Math.max(0, index + length) : Math.min(index, length)
}

fill(listClass, [
  ...container,
  ...searching,
  ...reversing,
  ...named(
    native('__new__(cls, iterable=(), /, *args, **kwargs)', (args, interpreter) => {
      const cls = args.value('cls')
      if (cls !== listClass) return standFor(cls, listClass, list(), interpreter, args.span)
      const items = itemsOf(args.value('iterable'), interpreter, args.span)
      return isItems(items) ? list([...items]) : items
    }),
    // A list itself was filled by __new__; what has one as its payload is filled here.
    method('__init__(self, iterable=(), /)', (args, interpreter) => {
      const self = args.value('self')
      if (self.kind !== 'instance') return none
      const items = itemsOf(args.value('iterable'), interpreter, args.span)
      self.payload = isItems(items) ? list([...items]) : items
      return none
    }),
    method('__setitem__(self, key, value, /)', (args, interpreter) => {
      interpreter.setItem(bare(args.value('self')), args.value('key'), args.value('value'), args.span)
      return none
    }),
  ),
  methodOf('list', 'append(self, item, /)', (self, args) => {
    self.items.push(args.value('item'))
    return none
  }),
  methodOf('list', 'extend(self, iterable, /)', (self, args, interpreter) => {
    const items = itemsOf(args.value('iterable'), interpreter, args.span)
    // How many there are is not known either: the Unknown stands for them all.
    for (const item of isItems(items) ? [...items] : [items]) self.items.push(item)
    return none
  }),
  methodOf('list', '__iadd__(self, iterable, /)', (self, args, interpreter) => {
    const items = itemsOf(args.value('iterable'), interpreter, args.span)
    if (!isItems(items)) return items
    for (const item of [...items]) self.items.push(item)
    return args.value('self')
  }),
  methodOf('list', 'insert(self, index, item, /)', (self, args) => {
    self.items.splice(position(asInteger(args.value('index')) ?? 0, self.items.length), 0, args.value('item'))
    return none
  }),
  methodOf('list', 'pop(self, index=-1, /)', (self, args, interpreter) => {
    const index = asInteger(args.value('index'))
    if (index === undefined) return interpreter.unknown('which item is taken is not known', args.span)
    if (self.items.length === 0) return interpreter.raise('IndexError', 'pop from empty list', args.span)
    const at = index < 0 ? index + self.items.length : index
    const [taken] = at < 0 ? [] : self.items.splice(at, 1)
    return taken ?? interpreter.raise('IndexError', 'pop index out of range', args.span)
  }),
  methodOf('list', 'remove(self, item, /)', (self, args, interpreter) => {
    const index = self.items.findIndex((item) => interpreter.equals(item, args.value('item')) === true)
    if (index < 0) return interpreter.raise('ValueError', 'list.remove(x): x not in list', args.span)
    self.items.splice(index, 1)
    return none
  }),
  methodOf('list', 'clear(self, /)', (self) => {
    self.items = []
    return none
  }),
  methodOf('list', 'copy(self, /)', (self) => list([...self.items])),
  methodOf('list', 'reverse(self, /)', (self) => {
    self.items.reverse()
    return none
  }),
  methodOf('list', 'sort(self, *, key=None, reverse=False)', (self, args, interpreter) => {
    const sorted = sortValues(self.items, args.value('key'), interpreter.truth(args.value('reverse')) === true, interpreter, args.span)
    self.items = isItems(sorted) ? [...sorted] : self.items.map(() => sorted)
    return none
  }),
  ...binaryMethods({ __add__: '+', __mul__: '*' }),
  ...comparisonMethods(ordering),
])
