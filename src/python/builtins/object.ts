/** Attributes of `object`, which every class inherits. */
import { identity } from '../dict'
import type { Interpreter } from '../host'
import { bool, int, none, notImplemented, str } from '../make'
import { lookUp } from '../mro'
import { type Bound, method, named, native } from '../native'
import { objectClass } from './classes'
import { fill } from './fill'
import { formatValue } from './format'
import { reprOf } from './repr'

function hasArguments(args: Bound): boolean {
  return args.rest('args').length > 0 || args.keywords('kwargs').size > 0
}

/** `object` takes no arguments but what the other of `__new__` and `__init__`, when a class has its own, may want. */
function refuseArguments(args: Bound, interpreter: Interpreter, cls: Parameters<typeof lookUp>[0], own: '__new__' | '__init__'): void {
  if (!hasArguments(args)) return
  const other = own === '__new__' ? '__init__' : '__new__'
  if (cls.mro.some((each) => each.unknownBase !== null)) return
  if (lookUp(cls, own) !== objectClass.attributes.get(own)) {
    const what =
      own === '__new__'
        ? 'object.__new__() takes exactly one argument (the type to instantiate)'
        : 'object.__init__() takes exactly one argument (the instance to initialize)'
    interpreter.raise('TypeError', what, args.span)
  }
  if (lookUp(cls, other) === objectClass.attributes.get(other))
    interpreter.raise('TypeError', `${cls.name}() takes no arguments`, args.span)
}

fill(
  objectClass,
  named(
    native('__new__(cls, /, *args, **kwargs)', (args, interpreter) => {
      const cls = args.value('cls')
      if (cls.kind === 'unknown') return cls
      if (cls.kind !== 'class') return interpreter.raise('TypeError', 'object.__new__(X): X is not a type object', args.span)
      refuseArguments(args, interpreter, cls, '__new__')
      return interpreter.instantiate(cls, args.span)
    }),
    method('__init__(self, /, *args, **kwargs)', (args, interpreter) => {
      const self = args.value('self')
      if (self.kind === 'instance') refuseArguments(args, interpreter, self.cls, '__init__')
      return none
    }),
    method('__setattr__(self, name, value, /)', (args, interpreter) => {
      const name = args.string('name')
      if (name !== undefined) interpreter.setAttributeDirectly(args.value('self'), name, args.value('value'))
      return none
    }),
    method('__getattribute__(self, name, /)', (args, interpreter) => {
      const [self, name] = [args.value('self'), args.string('name')]
      if (name === undefined) return interpreter.unknown('the name of this attribute is not known', args.span)
      const found = interpreter.findAttributeDirectly(self, name, args.span)
      return found ?? interpreter.raise('AttributeError', `'${interpreter.typeOf(self).name}' object has no attribute '${name}'`, args.span)
    }),
    method('__delattr__(self, name, /)', (args) => {
      const [self, name] = [args.value('self'), args.string('name')]
      if (self.kind === 'instance' && name !== undefined) self.attributes.delete(name)
      return none
    }),
    method('__repr__(self, /)', (args, interpreter) => {
      const self = args.value('self')
      return str(
        self.kind === 'instance'
          ? `<${self.cls.qualifiedName} object at 0x${(0x7f0000000000 + identity(self) * 16).toString(16)}>`
          : reprOf(self, interpreter),
      )
    }),
    method('__str__(self, /)', (args, interpreter) => str(interpreter.repr(args.value('self')))),
    method('__format__(self, spec, /)', (args, interpreter) =>
      formatValue(args.value('self'), args.string('spec') ?? '', interpreter, args.span),
    ),
    method('__eq__(self, other, /)', (args) => (args.value('self') === args.value('other') ? bool(true) : notImplemented)),
    method('__ne__(self, other, /)', (args, interpreter) => {
      const same = interpreter.equals(args.value('self'), args.value('other'))
      return same === undefined ? interpreter.unknown('whether these are equal is not known', args.span) : bool(!same)
    }),
    method('__hash__(self, /)', (args) => int(identity(args.value('self')))),
    method('__sizeof__(self, /)', (args, interpreter) => interpreter.unknown('sizes in memory are not read', args.span)),
    method('__reduce__(self, /)', (args, interpreter) => interpreter.unknown('pickling is not read', args.span)),
    native('__subclasshook__(cls, /)', () => notImplemented),
  ),
)
// No keyword check: an unread metaclass may have taken them.
objectClass.attributes.set('__init_subclass__', { kind: 'classMethod', fn: method('__init_subclass__(cls, /, **kwargs)', () => none) })
