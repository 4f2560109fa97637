import type { Span } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { native } from '../../../python/native'
import type { Value } from '../../../python/values'

const known =
  /^(?:b?float16|float(?:8\w*|32|64)|mixed_b?float16|u?int(?:8|16|32|64)|bool|string|complex(?:64|128)|(?:int[48]|float8)_from_\w+)$/

/** Says where a program names a dtype policy that Keras does not have: Keras would raise. */
export function checkPolicy(interpreter: Interpreter, value: Value | undefined, span: Span | null): void {
  if (value?.kind !== 'str' || known.test(value.value)) return
  const message = `\`${value.value}\` is no dtype policy of Keras: write float32, bfloat16, float16, mixed_float16 or mixed_bfloat16`
  interpreter.note({ kind: 'unread', message, span })
}

/** `set_global_policy` and its other name. The moments are those of exact numbers, whatever the policy. */
export const policySetters: readonly (readonly [string, Value])[] = ['set_global_policy', 'set_dtype_policy'].map((name) => [
  name,
  native(`${name}(policy)`, (args, interpreter) => {
    checkPolicy(interpreter, args.value('policy'), args.span)
    return none
  }),
])
