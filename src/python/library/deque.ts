/** `collections.deque`: an instance that stands for a list, with an optional greatest length. */
import { isItems, itemsOf, listClass } from '../builtins'
import { asInteger, underlying } from '../guards'
import type { Interpreter } from '../host'
import { list, none, str } from '../make'
import { type Bound, method, named, native, nativeClass } from '../native'
import type { ClassValue, InstanceValue, Value } from '../values'

/** Drops from the far end what is too much. */
function trim(self: InstanceValue, items: Value[], fromLeft: boolean): void {
  const most = asInteger(self.attributes.get('maxlen') ?? none)
  if (most === undefined) return
  while (items.length > most) {
    if (fromLeft) items.shift()
    else items.pop()
  }
}

function deques(signature: string, body: (items: Value[], self: InstanceValue, args: Bound, interpreter: Interpreter) => Value): Value {
  return method(signature, (args, interpreter) => {
    const self = args.value('self')
    const plain = underlying(self)
    return self.kind === 'instance' && plain.kind === 'list' ? body(plain.items, self, args, interpreter) : plain
  })
}

function adding(name: string, left: boolean): [string, Value] {
  return [
    name,
    deques(`${name}(self, item, /)`, (items, self, args) => {
      if (left) items.unshift(args.value('item'))
      else items.push(args.value('item'))
      trim(self, items, !left)
      return none
    }),
  ]
}

function extending(name: string, left: boolean): [string, Value] {
  return [
    name,
    deques(`${name}(self, iterable, /)`, (items, self, args, interpreter) => {
      const more = itemsOf(args.value('iterable'), interpreter, args.span)
      for (const item of isItems(more) ? [...more] : [more]) {
        if (left) items.unshift(item)
        else items.push(item)
      }
      trim(self, items, !left)
      return none
    }),
  ]
}

function taking(name: string, left: boolean): [string, Value] {
  return [
    name,
    deques(
      `${name}(self, /)`,
      (items, _, args, interpreter) =>
        (left ? items.shift() : items.pop()) ?? interpreter.raise('IndexError', 'pop from an empty deque', args.span),
    ),
  ]
}

const shared = [
  '__len__',
  '__getitem__',
  '__setitem__',
  '__iter__',
  '__contains__',
  '__reversed__',
  '__eq__',
  '__ne__',
  'index',
  'count',
  'insert',
  'remove',
  'clear',
  'reverse',
]

export const deque: ClassValue = nativeClass({
  name: 'deque',
  qualifiedName: 'collections.deque',
  attributes: [
    ...shared.flatMap((name): [string, Value][] => {
      const found = listClass.attributes.get(name)
      return found === undefined ? [] : [[name, found]]
    }),
    ...named(
      native('__new__(cls, /, *args, **kwargs)', (args, interpreter) => {
        const made = interpreter.instantiate(args.value('cls') as ClassValue, args.span)
        made.payload = list()
        return made
      }),
      method('__init__(self, iterable=(), maxlen=None)', (args, interpreter) => {
        const self = args.value('self')
        const items = itemsOf(args.value('iterable'), interpreter, args.span)
        if (self.kind !== 'instance') return none
        self.attributes.set('maxlen', args.value('maxlen'))
        if (!isItems(items)) self.payload = items
        else {
          const kept = [...items]
          trim(self, kept, true)
          self.payload = list(kept)
        }
        return none
      }),
      method('__repr__(self, /)', (args, interpreter) => str(`deque(${interpreter.repr(underlying(args.value('self')))})`)),
      method('copy(self, /)', (args, interpreter) => interpreter.call(deque, [args.value('self')], undefined, args.span)),
    ),
    adding('append', false),
    adding('appendleft', true),
    extending('extend', false),
    extending('extendleft', true),
    taking('pop', false),
    taking('popleft', true),
    [
      'rotate',
      deques('rotate(self, n=1, /)', (items, _, args) => {
        const by = asInteger(args.value('n')) ?? 1
        if (items.length > 0) {
          const shift = ((by % items.length) + items.length) % items.length
          items.unshift(...items.splice(items.length - shift, shift))
        }
        return none
      }),
    ],
  ],
})
