/** Methods that take whatever they are called with. */
import type { CallArguments, Interpreter } from '../python/host'
import { none } from '../python/make'
import type { BuiltinValue, InstanceValue, Value } from '../python/values'

/** A method with its arguments as they were passed, self apart; None where it is called on no instance. */
export function instanceMethod(
  name: string,
  body: (self: InstanceValue, args: CallArguments, interpreter: Interpreter) => Value,
): BuiltinValue {
  return {
    kind: 'builtin',
    name,
    bindsSelf: true,
    call(args, interpreter) {
      const [self, ...positional] = args.positional
      return self?.kind === 'instance' ? body(self, { ...args, positional }, interpreter) : none
    },
  }
}
