/** Methods of the program's own modules, run in Flax's way: what is called instead of them remembers them. */
import type { CallArguments, Interpreter } from '../../python/host'
import type { BuiltinValue, FunctionValue, InstanceValue, Value } from '../../python/values'
import { isModule } from '../torch/module/registry'

const originals = new WeakMap<Value, FunctionValue>()

/** The program's function behind a method of a module. */
export function originalMethod(value: Value | undefined): FunctionValue | null {
  if (value === undefined) return null
  return value.kind === 'function' ? value : (originals.get(value) ?? null)
}

/** `fn` as a method of modules, whose calls `run` makes; `args` are those after self. */
export function wrappedMethod(
  fn: FunctionValue,
  run: (interpreter: Interpreter, self: InstanceValue, args: CallArguments) => Value,
): BuiltinValue {
  const made: BuiltinValue = {
    kind: 'builtin',
    name: fn.name,
    bindsSelf: true,
    call(args, interpreter) {
      const [self, ...positional] = args.positional
      if (self === undefined || !isModule(self)) return interpreter.callWith(fn, args)
      return run(interpreter, self, { ...args, positional })
    },
  }
  originals.set(made, fn)
  return made
}
