/** How the library's modules are declared. */
import type { Interpreter } from '../host'
import { unknown } from '../make'
import { named, native, nativeModule } from '../native'
import type { BuiltinValue, ModuleValue, Value } from '../values'

export type ModuleFactory = (interpreter: Interpreter) => ModuleValue
export type Attributes = Iterable<readonly [string, Value]>

/** A module that is modelled; what it lacks is Unknown, and says so, except names with double underscores. */
export function libraryModule(name: string, attributes: Attributes): ModuleFactory {
  return () =>
    nativeModule(name, [['__name__', { kind: 'str', value: name }], ...attributes], (attribute) =>
      attribute.startsWith('__') ? undefined : unknown(`\`${name}.${attribute}\` is not modelled`),
    )
}

/** A module of which nothing is known but that it can be imported. */
export function unreadModule(name: string, reason: string): ModuleFactory {
  return () =>
    nativeModule(name, [['__name__', { kind: 'str', value: name }]], (attribute) =>
      attribute.startsWith('__') ? undefined : unknown(`\`${name}.${attribute}\` is not known: ${reason}`),
    )
}

/** A function whose result depends on what is outside of the program. */
export function unread(signature: string, reason: string): BuiltinValue {
  return native(signature, (args, interpreter) => interpreter.unknown(reason, args.span))
}

/** A function with nothing to do here. */
export function ignored(name: string, result: Value): BuiltinValue {
  return native(`${name}(*args, **kwargs)`, () => result)
}

/** A decorator that changes nothing of what is decorated, used as `@name` or `@name(…)`. */
export function passing(name: string): BuiltinValue {
  return native(`${name}(*args, **kwargs)`, (args) => {
    const [target] = args.rest('args')
    if (
      target?.kind === 'function' ||
      target?.kind === 'class' ||
      target?.kind === 'method' ||
      target?.kind === 'builtin' ||
      target?.kind === 'property' ||
      target?.kind === 'staticMethod' ||
      target?.kind === 'classMethod' ||
      target?.kind === 'instance' ||
      target?.kind === 'unknown'
    )
      return target
    return native(`${name}(target, /)`, (inner) => inner.value('target'))
  })
}

export { named }
