/** Objects whose construction the budget cut off: they hold a part of what they would. */
import type { Interpreter } from '../host'
import type { Value } from '../values'

const unfinished = (interpreter: Interpreter): WeakSet<Value> => interpreter.state('python.unfinished', () => new WeakSet<Value>())

export function markUnfinished(interpreter: Interpreter, made: Value): void {
  unfinished(interpreter).add(made)
}

export function isUnfinished(interpreter: Interpreter, made: Value): boolean {
  return unfinished(interpreter).has(made)
}
