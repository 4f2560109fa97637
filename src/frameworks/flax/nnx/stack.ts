/** Modules of one class with weights of each, kept by NNX as one module whose weights have an axis more: what `nnx.vmap` makes of a constructor. */
import type { Interpreter } from '../../../python/host'
import { method, nativeClass } from '../../../python/native'
import type { ClassValue, InstanceValue, Value } from '../../../python/values'

class Copies {
  constructor(readonly values: readonly Value[]) {}
}

function stackClass(interpreter: Interpreter): ClassValue {
  return interpreter.state('flax.nnx.stack', () => {
    const reason = 'modules under nnx.vmap are followed inside of nnx.vmap and nnx.scan alone'
    return nativeClass({
      name: 'Module',
      qualifiedName: 'flax.nnx.Module',
      attributes: [
        ['__call__', method('__call__(self, *args, **kwargs)', (args, inner) => inner.unknown(reason, args.span))],
        ['__getattr__', method('__getattr__(self, name)', (args, inner) => inner.unknown(reason, args.span))],
      ],
    })
  })
}

/** `values` as one module. */
export function stackOf(interpreter: Interpreter, values: readonly Value[]): InstanceValue {
  return { ...interpreter.instantiate(stackClass(interpreter), null), payload: new Copies(values) }
}

/** The modules that a value stacks; null where it is no such stack. */
export function copiesIn(value: Value): readonly Value[] | null {
  return value.kind === 'instance' && value.payload instanceof Copies ? value.payload.values : null
}
