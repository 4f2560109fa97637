/** What is thrown through the interpreter's own frames. Neither carries a JavaScript stack: both are ordinary events. */
import type { Span } from '../../graph'
import type { Value } from '../values'

/** A Python exception on its way to a handler. */
export class PythonError {
  constructor(
    /** The exception instance; Unknown when what was raised is not known. */
    readonly value: Value,
    readonly span: Span | null,
    private readonly describe: () => string,
  ) {}

  /** `ValueError: message`, for people. */
  get message(): string {
    return this.describe()
  }

  toString(): string {
    return this.message
  }
}

/** A budget is used up. Not to be caught by the interpreted program. */
export class BudgetError {
  constructor(
    readonly message: string,
    readonly span: Span | null,
  ) {}

  toString(): string {
    return this.message
  }
}
