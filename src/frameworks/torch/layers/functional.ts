/** The functions that layers compute by, looked up in `torch.nn.functional` so that a program's own replacement is followed. */
import type { Interpreter } from '../../../python/host'
import type { Value } from '../../../python/values'

export function functionNamed(interpreter: Interpreter, name: string): Value {
  const module = interpreter.state('torch.nn.functional.module', () => interpreter.importModule('torch.nn.functional'))
  return interpreter.getAttribute(module, name)
}

/** Calls one of them. */
export function callFunction(
  interpreter: Interpreter,
  name: string,
  positional: readonly Value[],
  keyword: Readonly<Record<string, Value>> = {},
  span: Parameters<Interpreter['call']>[3] = null,
): Value {
  return interpreter.call(functionNamed(interpreter, name), positional, new Map(Object.entries(keyword)), span)
}
