/** property, staticmethod, classmethod, super. */
import { method, named, native } from '../native'
import type { PropertyValue, Value } from '../values'
import { classMethodClass, propertyClass, staticMethodClass, superClass } from './classes'
import { fill, methodOf } from './fill'

function orNull(value: Value): Value | null {
  return value.kind === 'none' ? null : value
}

fill(propertyClass, [
  [
    '__new__',
    native(
      '__new__(cls, fget=None, fset=None, fdel=None, doc=None)',
      (args): PropertyValue => ({
        kind: 'property',
        getter: orNull(args.value('fget')),
        setter: orNull(args.value('fset')),
        cached: false,
      }),
    ),
  ],
  methodOf('property', 'getter(self, fget, /)', (self, args) => ({ ...self, getter: args.value('fget') })),
  methodOf('property', 'setter(self, fset, /)', (self, args) => ({ ...self, setter: args.value('fset') })),
  methodOf('property', 'deleter(self, fdel, /)', (self) => self),
  methodOf('property', '__get__(self, instance, owner=None, /)', (self, args, interpreter) =>
    self.getter === null || args.value('instance').kind === 'none'
      ? self
      : interpreter.call(self.getter, [args.value('instance')], undefined, args.span),
  ),
])

fill(
  staticMethodClass,
  named(
    native('__new__(cls, fn, /)', (args) => ({ kind: 'staticMethod', fn: args.value('fn') })),
    method('__call__(self, /, *args, **kwargs)', (args, interpreter) => {
      const self = args.value('self')
      return self.kind === 'staticMethod' ? interpreter.call(self.fn, args.rest('args'), args.keywords('kwargs'), args.span) : self
    }),
  ),
)

fill(classMethodClass, named(native('__new__(cls, fn, /)', (args) => ({ kind: 'classMethod', fn: args.value('fn') }))))

// Without arguments super() needs the function that it stands in, which the interpreter knows.
fill(
  superClass,
  named(
    native('__new__(cls, after, self=None, /)', (args, interpreter) => {
      const after = args.value('after')
      if (after.kind === 'class') return { kind: 'super', after, self: args.value('self') }
      return (
        args.firstUnknown() ??
        interpreter.raise('TypeError', `super() argument 1 must be a type, not ${interpreter.typeOf(after).name}`, args.span)
      )
    }),
  ),
)
