/** The collections module. */
import { dictClass, isItems, itemsOf, listClass, strClass } from '../builtins'
import { newDict, updateDict } from '../builtins/dict'
import { sortValues } from '../builtins/sort'
import { asNumber, underlying } from '../guards'
import type { Interpreter } from '../host'
import { bool, dict, float, int, list, none, str, tuple } from '../make'
import { type Bound, getter, method, named, native, nativeClass } from '../native'
import type { ClassValue, DictValue, Value } from '../values'
import { abstractClasses } from './abstract'
import { deque } from './deque'
import { libraryModule, type ModuleFactory } from './module'
import { namedtuple } from './namedtuple'

function asDict(value: Value): DictValue | undefined {
  const plain = underlying(value)
  return plain.kind === 'dict' ? plain : undefined
}

export const orderedDict: ClassValue = nativeClass({
  name: 'OrderedDict',
  qualifiedName: 'collections.OrderedDict',
  bases: [dictClass],
  attributes: named(
    method('move_to_end(self, key, last=True)', (args, interpreter) => {
      const self = asDict(args.value('self'))
      const key = args.value('key')
      const value = self?.entries.get(key)
      if (self === undefined || value === undefined) return interpreter.raise('KeyError', interpreter.str(key), args.span)
      self.entries.delete(key)
      const rest = [...self.entries.entries()]
      if (interpreter.truth(args.value('last')) === false) {
        self.entries.clear()
        self.entries.set(key, value)
        for (const [each, item] of rest) self.entries.set(each, item)
      } else self.entries.set(key, value)
      return none
    }),
  ),
})

export const defaultDict: ClassValue = nativeClass({
  name: 'defaultdict',
  qualifiedName: 'collections.defaultdict',
  bases: [dictClass],
  attributes: [
    ...named(
      native('__new__(cls, default_factory=None, /, *args, **kwargs)', (args, interpreter) => {
        const made = newDict(args.value('cls'), interpreter, args.span, args.value('default_factory'))
        if (made.kind === 'dict') fill(made, args, interpreter)
        return made
      }),
      method('__init__(self, default_factory=None, /, *args, **kwargs)', (args, interpreter) => {
        const self = args.value('self')
        if (self.kind !== 'instance') return none
        const native = newDict(defaultDict, interpreter, args.span, args.value('default_factory'))
        self.payload = native
        if (native.kind === 'dict') fill(native, args, interpreter)
        return none
      }),
      method('__missing__(self, key, /)', (args, interpreter) => {
        const self = asDict(args.value('self'))
        const key = args.value('key')
        const factory = self?.defaultFactory
        if (self === undefined || factory === undefined || factory.kind === 'none')
          return interpreter.raise('KeyError', interpreter.str(key), args.span)
        const made = interpreter.call(factory, [], undefined, args.span)
        self.entries.set(key, made)
        return made
      }),
    ),
    ['default_factory', getter('default_factory', (self) => asDict(self)?.defaultFactory ?? none)],
  ],
})

function fill(target: DictValue, args: Bound, interpreter: Interpreter): void {
  for (const source of args.rest('args')) updateDict(target, source, interpreter, args)
  for (const [name, value] of args.keywords('kwargs')) target.entries.set(str(name), value)
}

/** Counts an iterable's items, or adds a mapping's counts. */
function count(target: DictValue, args: Bound, interpreter: Interpreter, sign: 1 | -1): Value {
  const add = (key: Value, amount: Value): void => {
    target.entries.set(key, interpreter.binary(sign > 0 ? '+' : '-', target.entries.get(key) ?? int(0), amount, args.span))
  }
  for (const source of args.rest('args')) {
    const mapping = asDict(source)
    if (mapping !== undefined) {
      for (const [key, amount] of [...mapping.entries.entries()]) add(key, amount)
      continue
    }
    if (source.kind === 'none') continue
    const items = itemsOf(source, interpreter, args.span)
    for (const item of isItems(items) ? items : [items]) add(item, int(1))
  }
  for (const [name, amount] of args.keywords('kwargs')) add(str(name), amount)
  return none
}

function combined(signature: string, combine: (a: number, b: number) => number): Value {
  return method(signature, (args) => {
    const [left, right] = [asDict(args.value('self')), asDict(args.value('other'))]
    if (left === undefined || right === undefined) return args.firstUnknown() ?? dict()
    const keys = [...left.entries.keys(), ...[...right.entries.keys()].filter((key) => !left.entries.has(key))]
    const result = dict()
    for (const key of keys) {
      const total = combine(asNumber(left.entries.get(key) ?? int(0)) ?? 0, asNumber(right.entries.get(key) ?? int(0)) ?? 0)
      if (total > 0) result.entries.set(key, Number.isInteger(total) ? int(total) : float(total))
    }
    return { ...result, cls: counter }
  })
}

export const counter: ClassValue = nativeClass({
  name: 'Counter',
  qualifiedName: 'collections.Counter',
  bases: [dictClass],
  attributes: [
    ...named(
      native('__new__(cls, /, *args, **kwargs)', (args, interpreter) => {
        const made = newDict(args.value('cls'), interpreter, args.span)
        if (made.kind === 'dict') count(made, args, interpreter, 1)
        return made
      }),
      method('__init__(self, /, *args, **kwargs)', (args, interpreter) => {
        const self = args.value('self')
        const plain = asDict(self)
        return self.kind === 'instance' && plain !== undefined ? count(plain, args, interpreter, 1) : none
      }),
      method('__missing__(self, key, /)', () => int(0)),
      method('update(self, /, *args, **kwargs)', (args, interpreter) => {
        const self = asDict(args.value('self'))
        return self === undefined ? none : count(self, args, interpreter, 1)
      }),
      method('subtract(self, /, *args, **kwargs)', (args, interpreter) => {
        const self = asDict(args.value('self'))
        return self === undefined ? none : count(self, args, interpreter, -1)
      }),
      method('most_common(self, n=None)', (args, interpreter) => {
        const self = asDict(args.value('self'))
        if (self === undefined) return args.value('self')
        const pairs = Array.from(self.entries.entries(), (entry) => tuple([...entry]))
        const byCount = native('key(pair, /)', (inner) => interpreter.getItem(inner.value('pair'), int(1)))
        const sorted = sortValues(pairs, byCount, true, interpreter, args.span)
        return isItems(sorted) ? list(sorted.slice(0, args.number('n') ?? sorted.length)) : sorted
      }),
      method('elements(self, /)', (args) => {
        const self = asDict(args.value('self'))
        return list(
          Array.from(self?.entries.entries() ?? [], ([key, amount]) =>
            Array.from({ length: Math.min(100_000, Math.max(0, asNumber(amount) ?? 0)) }, () => key),
          ).flat(),
        )
      }),
      method('total(self, /)', (args, interpreter) =>
        [...(asDict(args.value('self'))?.entries.values() ?? [])].reduce(
          (sum, each) => interpreter.binary('+', sum, each, args.span),
          int(0),
        ),
      ),
    ),
    ['__add__', combined('__add__(self, other, /)', (a, b) => a + b)],
    ['__sub__', combined('__sub__(self, other, /)', (a, b) => a - b)],
    ['__or__', combined('__or__(self, other, /)', Math.max)],
    ['__and__', combined('__and__(self, other, /)', Math.min)],
  ],
})

/** Looks a key up in several mappings, in order. */
const chainMap: ClassValue = nativeClass({
  name: 'ChainMap',
  qualifiedName: 'collections.ChainMap',
  attributes: named(
    method('__init__(self, *maps)', (args) => {
      const self = args.value('self')
      if (self.kind === 'instance') self.attributes.set('maps', list(args.rest('maps').length === 0 ? [dict()] : [...args.rest('maps')]))
      return none
    }),
    method('__getitem__(self, key, /)', (args, interpreter) => {
      for (const map of mapsOf(args.value('self'))) {
        const found = asDict(map)?.entries.get(args.value('key'))
        if (found !== undefined) return found
      }
      return interpreter.raise('KeyError', interpreter.str(args.value('key')), args.span)
    }),
    method('get(self, key, default=None)', (args) => {
      for (const map of mapsOf(args.value('self'))) {
        const found = asDict(map)?.entries.get(args.value('key'))
        if (found !== undefined) return found
      }
      return args.value('default')
    }),
    method('__setitem__(self, key, value, /)', (args) => {
      const [first] = mapsOf(args.value('self'))
      asDict(first ?? none)?.entries.set(args.value('key'), args.value('value'))
      return none
    }),
    method('__contains__(self, key, /)', (args) =>
      bool(mapsOf(args.value('self')).some((map) => asDict(map)?.entries.has(args.value('key')) === true)),
    ),
    method('__iter__(self, /)', (args, interpreter) =>
      interpreter.call(interpreter.getAttribute(merged(args.value('self')), '__iter__'), []),
    ),
    method('__len__(self, /)', (args) => int(merged(args.value('self')).entries.size)),
    method('keys(self, /)', (args, interpreter) => interpreter.call(interpreter.getAttribute(merged(args.value('self')), 'keys'), [])),
    method('values(self, /)', (args, interpreter) => interpreter.call(interpreter.getAttribute(merged(args.value('self')), 'values'), [])),
    method('items(self, /)', (args, interpreter) => interpreter.call(interpreter.getAttribute(merged(args.value('self')), 'items'), [])),
    method('new_child(self, m=None)', (args, interpreter) =>
      interpreter.call(
        chainMap,
        [args.value('m').kind === 'none' ? dict() : args.value('m'), ...mapsOf(args.value('self'))],
        undefined,
        args.span,
      ),
    ),
  ),
})

function mapsOf(self: Value): readonly Value[] {
  const maps = self.kind === 'instance' ? self.attributes.get('maps') : undefined
  return maps?.kind === 'list' ? maps.items : []
}

function merged(self: Value): DictValue {
  return dict([...mapsOf(self)].reverse().flatMap((map) => [...(asDict(map)?.entries.entries() ?? [])]))
}

const userDict = nativeClass({
  name: 'UserDict',
  qualifiedName: 'collections.UserDict',
  bases: [dictClass],
  attributes: [['data', getter('data', underlying)]],
})
const userList = nativeClass({
  name: 'UserList',
  qualifiedName: 'collections.UserList',
  bases: [listClass],
  attributes: [['data', getter('data', underlying)]],
})
const userString = nativeClass({
  name: 'UserString',
  qualifiedName: 'collections.UserString',
  bases: [strClass],
  attributes: [['data', getter('data', underlying)]],
})

export const collectionsAbc = libraryModule('collections.abc', abstractClasses)

const itself = libraryModule('collections', [
  ...[orderedDict, defaultDict, counter, deque, chainMap, userDict, userList, userString].map((cls): [string, Value] => [cls.name, cls]),
  ...named(namedtuple),
  // Until Python 3.9 these could be had from here too.
  ...abstractClasses,
])

export const collections: ModuleFactory = (interpreter) => {
  const module = itself(interpreter)
  module.attributes.set('abc', collectionsAbc(interpreter))
  return module
}
