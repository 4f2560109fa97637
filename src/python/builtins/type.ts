/** `type`: of one argument, and as the maker of classes. Attributes of classes. */
import { bool, list, none, str, stringDict, tuple } from '../make'
import { isSubclass, lookUp } from '../mro'
import { getter, method, named, native } from '../native'
import type { Value } from '../values'
import { typeClass } from './classes'
import { fill, methodOf } from './fill'
import { typeOf } from './typeOf'
import { union } from './union'

fill(typeClass, [
  [
    '__new__',
    native('__new__(cls, object, bases=(), namespace=None, /, **kwargs)', (args, interpreter) => {
      const object = args.value('object')
      if (!args.passed('bases')) {
        if (object.kind === 'unknown') return object
        return typeOf(object)
      }
      const hidden = args.firstUnknown()
      const [name, bases, namespace] = [args.string('object'), args.value('bases'), args.value('namespace')]
      if (name === undefined || bases.kind !== 'tuple' || namespace.kind !== 'dict') {
        return hidden ?? interpreter.raise('TypeError', 'type() takes a name, a tuple of bases and a dict', args.span)
      }
      const attributes = Array.from(namespace.entries.entries(), ([key, value]): [string, Value] => [interpreter.str(key), value])
      const metaclass = args.value('cls')
      return interpreter.makeClass(
        name,
        bases.items,
        new Map(attributes),
        metaclass.kind === 'class' ? metaclass : typeClass,
        args.span,
        args.keywords('kwargs'),
      )
    }),
  ],
  [
    '__call__',
    method('__call__(self, /, *args, **kwargs)', (args, interpreter) => {
      const cls = args.value('self')
      if (cls.kind !== 'class') return cls
      const pass = {
        keyword: args.keywords('kwargs'),
        span: args.span,
        ...(args.unknownRest === undefined ? {} : { unknownRest: args.unknownRest }),
      }
      const create = lookUp(cls, '__new__')
      if (create === undefined) return cls.unknownBase ?? interpreter.unknown(`how a ${cls.name} is made is not known`, args.span)
      const fn = create.kind === 'staticMethod' ? create.fn : create
      const made = interpreter.callWith(fn, { ...pass, positional: [cls, ...args.rest('args')] })
      const initialize = lookUp(typeOf(made), '__init__')
      if (initialize !== undefined && isSubclass(typeOf(made), cls))
        interpreter.callWith(initialize, { ...pass, positional: [made, ...args.rest('args')] })
      return made
    }),
  ],
  // type(x) gives a class that __init__ has nothing to add to.
  ...named(method('__init__(self, /, *args, **kwargs)', () => none)),
  methodOf('class', 'mro(self, /)', (self) => list([...self.mro])),
  methodOf('class', '__subclasses__(self, /)', (self, args, interpreter) =>
    interpreter.unknown(`the subclasses of ${self.name} are not read`, args.span),
  ),
  methodOf('class', '__instancecheck__(self, instance, /)', (self, args, interpreter) => {
    const answer = interpreter.isInstance(args.value('instance'), self)
    return answer === undefined ? interpreter.unknown(`whether this is a ${self.name} is not known`, args.span) : bool(answer)
  }),
  methodOf('class', '__subclasscheck__(self, subclass, /)', (self, args) => {
    const subclass = args.value('subclass')
    return bool(subclass.kind === 'class' && isSubclass(subclass, self))
  }),
  methodOf('class', '__or__(self, other, /)', (self, args) => union([self, args.value('other')])),
  methodOf('class', '__ror__(self, other, /)', (self, args) => union([args.value('other'), self])),
  ['__name__', getter('__name__', (self) => (self.kind === 'class' ? str(self.name) : self))],
  ['__qualname__', getter('__qualname__', (self) => (self.kind === 'class' ? str(self.name) : self))],
  [
    '__module__',
    getter('__module__', (self) =>
      self.kind === 'class' ? str(self.qualifiedName.split('.').slice(0, -1).join('.') || 'builtins') : self,
    ),
  ],
  ['__mro__', getter('__mro__', (self) => (self.kind === 'class' ? tuple([...self.mro]) : self))],
  ['__bases__', getter('__bases__', (self) => (self.kind === 'class' ? tuple([...self.bases]) : self))],
  ['__base__', getter('__base__', (self) => (self.kind === 'class' ? (self.bases[0] ?? none) : self))],
  ['__dict__', getter('__dict__', (self) => (self.kind === 'class' ? stringDict(self.attributes) : self))],
])
