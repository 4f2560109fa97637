import type { Span } from '../graph'
import type { Interpreter } from '../python/host'

/** Says that a derivative which the program gives itself is not read: the one of what the function computes stands for it. */
export function noteOwnDerivative(interpreter: Interpreter, span: Span | null): void {
  const message = 'the derivative that this function gives itself is not read; it is taken to be that of what the function computes'
  interpreter.note({ kind: 'assumption', message, span })
}
