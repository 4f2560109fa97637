/** How large a thing a builtin makes: the run's budget, or a modest default. */
import type { Span } from '../../graph'
import type { Interpreter } from '../host'
import type { UnknownValue } from '../values'

export function sizeLimit(interpreter: Interpreter): number {
  return interpreter.options.budget?.size ?? 1_000_000
}

/** An Unknown when `size` items or characters are more than is made; else undefined. */
export function tooLarge(size: number, interpreter: Interpreter, span: Span | null): UnknownValue | undefined {
  return size <= sizeLimit(interpreter) ? undefined : interpreter.unknown(`something of ${size} items is larger than is made`, span)
}
