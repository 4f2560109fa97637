import type { Interpreter } from '../../../python/host'
import type { Value } from '../../../python/values'

/** `functools.partial(fn, **keywords)`. */
export function partialClass(interpreter: Interpreter, fn: Value, keywords: readonly (readonly [string, Value])[]): Value {
  const partial = interpreter.getAttribute(interpreter.importModule('functools'), 'partial')
  return interpreter.call(partial, [fn], new Map(keywords))
}
