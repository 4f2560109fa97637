/** The types module. */
import * as classes from '../builtins/classes'
import { fill } from '../builtins/fill'
import { unionClass } from '../builtins/union'
import { bool, none, str } from '../make'
import { method, named, native, nativeClass } from '../native'
import type { InstanceValue, Value } from '../values'
import { libraryModule } from './module'

const namespaceClass = nativeClass({
  name: 'SimpleNamespace',
  qualifiedName: 'types.SimpleNamespace',
  attributes: named(
    method('__init__(self, mapping=None, /, **kwargs)', (args, interpreter) => {
      const self = args.value('self')
      const mapping = args.value('mapping')
      if (self.kind !== 'instance') return none
      if (mapping.kind === 'dict') for (const [key, value] of mapping.entries.entries()) self.attributes.set(interpreter.str(key), value)
      for (const [name, value] of args.keywords('kwargs')) self.attributes.set(name, value)
      return none
    }),
    method('__repr__(self, /)', (args, interpreter) => {
      const self = args.value('self')
      const shown = self.kind === 'instance' ? Array.from(self.attributes, ([name, value]) => `${name}=${interpreter.repr(value)}`) : []
      return str(`namespace(${shown.join(', ')})`)
    }),
    method('__eq__(self, other, /)', (args, interpreter) => {
      const [self, other] = [args.value('self'), args.value('other')]
      if (self.kind !== 'instance' || other.kind !== 'instance' || self.attributes.size !== other.attributes.size) return bool(false)
      return bool(
        Array.from(self.attributes).every(([name, value]) => {
          const there = other.attributes.get(name)
          return there !== undefined && interpreter.equals(value, there) === true
        }),
      )
    }),
  ),
})

export function simpleNamespace(attributes: Iterable<readonly [string, Value]>): InstanceValue {
  return { kind: 'instance', cls: namespaceClass, attributes: new Map(attributes), payload: null, span: null }
}

classes.methodClass.attributes.set(
  '__new__',
  native('__new__(cls, fn, self, /)', (args) => ({ kind: 'method', self: args.value('self'), fn: args.value('fn') })),
)
fill(
  classes.moduleClass,
  named(
    native('__new__(cls, name="", doc=None, /, *args, **kwargs)', (args, interpreter) => {
      const cls = args.value('cls')
      if (cls.kind === 'class' && cls !== classes.moduleClass) return interpreter.instantiate(cls, args.span)
      return {
        kind: 'module',
        name: args.string('name') ?? '',
        attributes: new Map<string, Value>([['__name__', args.value('name')]]),
        file: null,
      }
    }),
    method('__init__(self, name="", doc=None)', (args) => {
      const self = args.value('self')
      if (self.kind === 'instance') self.attributes.set('__name__', args.value('name'))
      return none
    }),
  ),
)

export const types = libraryModule('types', [
  ['SimpleNamespace', namespaceClass],
  ['FunctionType', classes.functionClass],
  ['LambdaType', classes.functionClass],
  ['MethodType', classes.methodClass],
  ['BuiltinFunctionType', classes.builtinFunctionClass],
  ['BuiltinMethodType', classes.builtinFunctionClass],
  ['ModuleType', classes.moduleClass],
  ['GeneratorType', classes.iteratorClass],
  ['NoneType', classes.noneClass],
  ['EllipsisType', classes.ellipsisClass],
  ['UnionType', unionClass],
  ['GenericAlias', classes.typeClass],
  ['CodeType', nativeClass({ name: 'code' })],
  ['TracebackType', nativeClass({ name: 'traceback' })],
  ...named(
    native('MappingProxyType(mapping, /)', (args) => args.value('mapping')),
    native('DynamicClassAttribute(fget, /)', (args) => ({ kind: 'property', getter: args.value('fget'), setter: null, cached: false })),
    native('coroutine(fn, /)', (args) => args.value('fn')),
  ),
])
