/** Where an operation happens: the interpreter that runs it and the expression that asked for it. */
import type { Span } from '../../graph'
import type { Interpreter } from '../../python/host'

export interface Site {
  readonly interpreter: Interpreter
  readonly span: Span | null
}

/** Raises torch's RuntimeError. */
export function runtimeError(at: Site, message: string): never {
  return at.interpreter.raise('RuntimeError', message, at.span)
}

export function valueError(at: Site, message: string): never {
  return at.interpreter.raise('ValueError', message, at.span)
}

export function typeError(at: Site, message: string): never {
  return at.interpreter.raise('TypeError', message, at.span)
}

export function indexError(at: Site, message: string): never {
  return at.interpreter.raise('IndexError', message, at.span)
}
