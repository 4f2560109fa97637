/** Functions whose derivative the program gives itself, as `jax`, `flax.nnx` and `flax.linen` show them. */
import type { Span } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { method, named, native, nativeClass } from '../../../python/native'
import type { BuiltinValue, ClassValue, Value } from '../../../python/values'
import { instanceMethod } from '../../instanceMethod'
import { noteOwnDerivative } from '../../ownDerivative'

class Wrapped {
  constructor(
    readonly fn: Value,
    readonly result: (given: Value, interpreter: Interpreter, span: Span | null) => Value,
  ) {}
}

/** Called, it gives what its function computes; the derivative registered with it stays unread. */
const wrapperClass: ClassValue = nativeClass({
  name: 'custom_vjp',
  qualifiedName: 'jax.custom_vjp',
  attributes: [
    [
      '__call__',
      instanceMethod('__call__', ({ payload }, args, interpreter) => {
        if (!(payload instanceof Wrapped)) return none
        noteOwnDerivative(interpreter, args.span)
        return payload.result(interpreter.callWith(payload.fn, args), interpreter, args.span)
      }),
    ],
    ...named(...['defvjp', 'defjvp', 'defjvps'].map((name) => method(`${name}(self, *args, **kwargs)`, () => none))),
  ],
})

function decorator(name: string, parameter: string, result: Wrapped['result']): BuiltinValue {
  return native(`${name}(${parameter}=None, *args, **kwargs)`, (args, interpreter) => {
    const wrapped = (fn: Value): Value => ({ ...interpreter.instantiate(wrapperClass, args.span), payload: new Wrapped(fn, result) })
    const fn = args.value(parameter)
    return fn.kind === 'none' ? native('decorator(fun)', (inner) => wrapped(inner.value('fun'))) : wrapped(fn)
  })
}

/** `custom_vjp`, `custom_jvp`: what the function computes stays. Linen's takes its two derivatives at once. */
export function withOwnDerivative(name: string, parameter = 'fun'): BuiltinValue {
  return decorator(name, parameter, (given) => given)
}

/** `jax.custom_gradient`: its function gives what it computes and the derivative of that. */
export const customGradient: BuiltinValue = decorator('custom_gradient', 'fun', (given, interpreter, span) => {
  if (given.kind === 'tuple' && given.items.length === 2) return given.items[0] ?? none
  return given.kind === 'unknown' ? given : interpreter.unknown('a function of jax.custom_gradient gives no derivative', span)
})
