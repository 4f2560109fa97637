/** Parts of Keras, TensorFlow, Flax and JAX that decide nothing about a model's signal: optimizers, losses, callbacks, data. */
import { none, unknown } from '../../python/make'
import { method, nativeClass, nativeModule } from '../../python/native'
import type { ModuleValue, Value } from '../../python/values'

function idleClass(name: string, qualifiedName: string): Value {
  return nativeClass({
    name,
    qualifiedName,
    attributes: [
      ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
      [
        '__call__',
        method('__call__(self, *args, **kwargs)', (args, interpreter) =>
          interpreter.unknown(`what ${name} gives is not followed`, args.span),
        ),
      ],
      ['__enter__', method('__enter__(self)', (args) => args.value('self'))],
      ['__exit__', method('__exit__(self, *args)', () => none)],
      [
        '__getattr__',
        method('__getattr__(self, name)', (args, interpreter) =>
          interpreter.unknown(`\`${args.string('name') ?? ''}\` of ${name} is not followed`, args.span),
        ),
      ],
    ],
  })
}

/** A module of which every class can be made, and every function or submodule used, to no effect. */
export function idleModule(name: string, known: Iterable<readonly [string, Value]> = []): ModuleValue {
  const made = new Map<string, Value>()
  return nativeModule(name, known, (attribute) => {
    if (attribute.startsWith('__')) return undefined
    const own =
      made.get(attribute) ??
      (/^[A-Z]/.test(attribute) ? idleClass(attribute, `${name}.${attribute}`) : unknown(`${name}.${attribute} is not followed`))
    made.set(attribute, own)
    return own
  })
}
