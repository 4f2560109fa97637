/** Parts of torch that decide nothing about a model's signal: contexts, decorators, switches. */
import { bool, none } from '../../../python/make'
import { method, native, nativeClass } from '../../../python/native'
import type { BuiltinValue, ClassValue, Value } from '../../../python/values'

/** A function that does nothing. */
export function nothing(name: string): BuiltinValue {
  return native(`${name}(*args, **kwargs)`, () => none)
}

/** A function whose answer is always the same. */
export function always(name: string, value: Value): BuiltinValue {
  return native(`${name}(*args, **kwargs)`, () => value)
}

/** A function that is only known when the model runs. */
export function unread(name: string, reason: string): BuiltinValue {
  return native(`${name}(*args, **kwargs)`, (args, interpreter) => interpreter.unknown(reason, args.span))
}

/** Gives back its first argument: `torch.compile(model)`, `torch.jit.script(f)`; a decorator where called without one. */
export function passThrough(name: string): BuiltinValue {
  return native(`${name}(obj=None, *args, **kwargs)`, (args) => {
    const given = args.value('obj')
    return given.kind === 'none' || given.kind === 'str' || given.kind === 'bool' ? identity : given
  })
}

const identity = native('decorator(obj)', (args) => args.value('obj'))

/** A context manager that also decorates functions and changes nothing: `no_grad`. */
export function idleContext(name: string, qualifiedName: string): ClassValue {
  return nativeClass({
    name,
    qualifiedName,
    attributes: [
      [
        '__new__',
        {
          kind: 'staticMethod',
          fn: native(`${name}(cls, *args, **kwargs)`, (args, interpreter) => {
            const cls = args.value('cls')
            const [only] = args.rest('args')
            // `@torch.no_grad` without parentheses decorates at once.
            if (only?.kind === 'function' || only?.kind === 'method') return only
            return cls.kind === 'class' ? interpreter.instantiate(cls, args.span) : none
          }),
        },
      ],
      ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
      ['__enter__', method('__enter__(self)', (args) => args.value('self'))],
      ['__exit__', method('__exit__(self, *args)', () => bool(false))],
      ['__call__', method('__call__(self, function=None, *args, **kwargs)', (args) => args.value('function'))],
    ],
  })
}

/** A class whose every method does nothing. */
export function idleClass(name: string, qualifiedName: string, methods: readonly string[]): ClassValue {
  return nativeClass({
    name,
    qualifiedName,
    attributes: [
      ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
      ...methods.map((each) => [each, method(`${each}(self, *args, **kwargs)`, () => none)] as const),
    ],
  })
}
