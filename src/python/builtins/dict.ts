/** Methods of dict, which OrderedDict, defaultdict, Counter and user subclasses share. */
import { Entries } from '../dict'
import { underlying } from '../guards'
import type { Interpreter } from '../host'
import { dict, list, none, set, str, tuple } from '../make'
import { isSubclass, lookUp } from '../mro'
import { type Bound, method, named, native } from '../native'
import type { DictValue, Value } from '../values'
import { dictClass } from './classes'
import { bare, binaryMethods, fill, methodOf } from './fill'
import { isItems, itemsOf } from './iterate'
import { container } from './sequence'
import { typeOf } from './typeOf'

/** Adds a mapping's or an iterable of pairs' entries; false when they are not known (a note says so). */
export function updateDict(target: DictValue, source: Value, interpreter: Interpreter, args: Bound): boolean {
  const plain = underlying(source)
  if (plain.kind === 'dict') {
    for (const [key, value] of [...plain.entries.entries()]) target.entries.set(key, value)
    return true
  }
  const keys = plain.kind === 'instance' ? interpreter.findAttribute(plain, 'keys', args.span) : undefined
  const found = itemsOf(keys === undefined ? plain : interpreter.call(keys, [], undefined, args.span), interpreter, args.span)
  if (!isItems(found)) {
    interpreter.note({
      kind: 'assumption',
      message: `a dict keeps its entries, though it is updated with what is not known: ${found.reason}`,
      span: args.span,
    })
    return false
  }
  for (const item of found) {
    if (keys !== undefined) {
      target.entries.set(item, interpreter.getItem(plain, item, args.span))
      continue
    }
    const pair = itemsOf(item, interpreter, args.span)
    if (!isItems(pair)) return false
    const [key, value] = pair
    if (key === undefined || value === undefined || pair.length !== 2) {
      interpreter.raise('ValueError', `dictionary update sequence element has length ${pair.length}; 2 is required`, args.span)
    } else target.entries.set(key, value)
  }
  return true
}

function update(self: DictValue, args: Bound, interpreter: Interpreter): Value {
  for (const source of args.rest('args')) updateDict(self, source, interpreter, args)
  for (const [name, value] of args.keywords('kwargs')) self.entries.set(str(name), value)
  if (args.unknownRest)
    interpreter.note({
      kind: 'assumption',
      message: `a dict keeps its entries, though it is updated with what is not known: ${args.unknownRest.reason}`,
      span: args.span,
    })
  return none
}

/** The views are snapshots: code that builds a model does not hold one across a change. */
function snapshot(items: Iterable<Value>): Value {
  return list([...items])
}

/** A DictValue of a native class, or an instance of a user's subclass that stands for one. */
export function newDict(cls: Value, interpreter: Interpreter, span: Bound['span'], defaultFactory?: Value): Value {
  if (cls.kind !== 'class' || cls === dictClass || !isSubclass(cls, dictClass)) return dict()
  const native = cls.mro.find((each) => each.span === null) ?? dictClass
  const value: DictValue = {
    kind: 'dict',
    entries: new Entries(),
    ...(native === dictClass ? {} : { cls: native }),
    ...(defaultFactory ? { defaultFactory } : {}),
  }
  if (native === cls) return value
  const made = interpreter.instantiate(cls, span)
  made.payload = value
  return made
}

fill(dictClass, [
  ...container,
  [
    '__getitem__',
    method('__getitem__(self, key, /)', (args, interpreter) => {
      const [self, key] = [args.value('self'), args.value('key')]
      const plain = underlying(self)
      if (plain.kind !== 'dict' || key.kind === 'unknown') return plain.kind === 'dict' ? key : plain
      const found = plain.entries.get(key)
      if (found !== undefined) return found
      const missing = lookUp(typeOf(self), '__missing__')
      return missing === undefined
        ? interpreter.raise('KeyError', interpreter.str(key), args.span)
        : interpreter.call(missing, [self, key], undefined, args.span)
    }),
  ],
  ...named(
    native('__new__(cls, /, *args, **kwargs)', (args, interpreter) => {
      const [source] = args.rest('args')
      const made = newDict(args.value('cls'), interpreter, args.span)
      if (made.kind !== 'dict') return made
      if (source?.kind === 'unknown') return source
      update(made, args, interpreter)
      return made
    }),
    // A dict itself was filled by __new__; what has one as its payload is filled here.
    method('__init__(self, /, *args, **kwargs)', (args, interpreter) => {
      const self = args.value('self')
      const plain = underlying(self)
      return self.kind === 'instance' && plain.kind === 'dict' ? update(plain, args, interpreter) : none
    }),
    method('__setitem__(self, key, value, /)', (args, interpreter) => {
      interpreter.setItem(bare(args.value('self')), args.value('key'), args.value('value'), args.span)
      return none
    }),
  ),
  [
    'fromkeys',
    {
      kind: 'classMethod',
      fn: method('fromkeys(cls, iterable, value=None, /)', (args, interpreter) => {
        const items = itemsOf(args.value('iterable'), interpreter, args.span)
        return isItems(items) ? dict(items.map((item) => [item, args.value('value')])) : items
      }),
    },
  ],
  methodOf('dict', 'update(self, /, *args, **kwargs)', update),
  methodOf('dict', '__delitem__(self, key, /)', (self, args, interpreter) =>
    self.entries.delete(args.value('key')) ? none : interpreter.raise('KeyError', interpreter.str(args.value('key')), args.span),
  ),
  methodOf('dict', 'get(self, key, default=None, /)', (self, args) => {
    const key = args.value('key')
    return key.kind === 'unknown' ? key : (self.entries.get(key) ?? args.value('default'))
  }),
  methodOf('dict', 'setdefault(self, key, default=None, /)', (self, args) => {
    const found = self.entries.get(args.value('key'))
    if (found !== undefined) return found
    self.entries.set(args.value('key'), args.value('default'))
    return args.value('default')
  }),
  methodOf('dict', 'pop(self, key, default=None, /)', (self, args, interpreter) => {
    const key = args.value('key')
    if (key.kind === 'unknown') return key
    const found = self.entries.get(key)
    if (found === undefined)
      return args.passed('default') ? args.value('default') : interpreter.raise('KeyError', interpreter.str(key), args.span)
    self.entries.delete(key)
    return found
  }),
  methodOf('dict', 'popitem(self, last=True)', (self, args, interpreter) => {
    const entries = [...self.entries.entries()]
    const taken = interpreter.truth(args.value('last')) === false ? entries[0] : entries.at(-1)
    if (taken === undefined) return interpreter.raise('KeyError', 'popitem(): dictionary is empty', args.span)
    self.entries.delete(taken[0])
    return tuple([...taken])
  }),
  methodOf('dict', 'keys(self, /)', (self) => set(self.entries.keys())),
  methodOf('dict', 'values(self, /)', (self) => snapshot(self.entries.values())),
  methodOf('dict', 'items(self, /)', (self) => snapshot(Array.from(self.entries.entries(), (entry) => tuple([...entry])))),
  methodOf('dict', 'clear(self, /)', (self) => {
    self.entries.clear()
    return none
  }),
  methodOf('dict', 'copy(self, /)', (self) => ({ ...self, entries: new Entries(self.entries.entries()) })),
  ...binaryMethods({ __or__: '|' }),
])
