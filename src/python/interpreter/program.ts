/** How the statements of a file are run: each on its share of the budget, and one that fails without the others. */
import type { Span } from '../../graph'
import type { ModuleNode, Statement } from '../ast'
import { type Loop, loopsIn } from '../changes'
import { unknown } from '../make'
import type { Scope } from '../scope'
import { bindUnknown } from './branches'
import type { Completion } from './completion'
import { BudgetError, PythonError } from './errors'
import type { Evaluator } from './evaluator'
import { forget } from './forgetting'
import { executeStatement } from './statements'

/** Of the budget that is left, for one statement of an imported file: an import within an import within an import still gets something. */
const importedPart = 7 / 8

/** What a cut-off statement is said to have done. */
export function reasonOf(error: BudgetError | RangeError): string {
  if (error instanceof BudgetError) return error.message
  return error.message.includes('call stack') ? 'it is nested too deeply' : 'it makes something too large to be kept'
}

export class Program {
  /** Exceptions whose handlers are running, innermost last. */
  readonly handled: PythonError[] = []
  /** How many `try` statements with handlers are running: whether a missing import is waited for. */
  importsMayFail = 0
  /** How many handlers or alternatives wait for an exception. */
  private attempts = 0

  constructor(private readonly evaluator: Evaluator) {}

  /** Whether an exception of a file's own statement would be handled there. */
  get isAwaited(): boolean {
    return this.attempts > 0
  }

  /** Runs what a handler or an alternative waits for: exceptions pass through statements of the file's own level too. */
  attempt<T>(body: () => T): T {
    this.attempts++
    try {
      return body()
    } finally {
      this.attempts--
    }
  }

  /** Runs another file in the middle of this one: what is waited for here is not waited for there. */
  apart(body: () => void): void {
    const { attempts, importsMayFail } = this
    this.attempts = 0
    this.importsMayFail = 0
    try {
      body()
    } finally {
      this.attempts = attempts
      this.importsMayFail = importsMayFail
    }
  }

  /** Runs a file's statements. Nothing is thrown. */
  runStatements(module: ModuleNode, scope: Scope): void {
    for (const [index, statement] of module.body.entries()) {
      if ((index & 63) === 63 && this.evaluator.meter.isLate()) {
        this.runDefinitions(module.body.slice(index), scope)
        return
      }
      this.runStatement(statement, scope)
    }
  }

  /**
   * Statements of a file: one that raises is left out, and what it would have bound is Unknown.
   * Where `endsBlock` says so, the block ends with the exception instead.
   */
  executeEach(statements: readonly Statement[], scope: Scope, endsBlock?: (error: PythonError) => boolean): Completion {
    for (const statement of statements) {
      try {
        const run = (): Completion => executeStatement(statement, scope, this.evaluator)
        const completion = endsBlock === undefined ? run() : this.attempt(run)
        if (completion !== null) return completion
      } catch (error) {
        if (!(error instanceof PythonError) || this.attempts > 0) throw error
        if (endsBlock?.(error) === true) return null
        this.leaveOut(statement, error.message, error.span, scope)
      }
    }
    return null
  }

  private runStatement(statement: Statement, scope: Scope): void {
    const { evaluator } = this
    const { attempts, importsMayFail } = this
    const { depth } = evaluator.meter
    const frames = evaluator.frames.length
    const handled = this.handled.length
    try {
      evaluator.meter.share(() => this.executeEach([statement], scope), scope.module.isMain ? undefined : importedPart)
    } catch (error) {
      if (!(error instanceof BudgetError || error instanceof RangeError)) throw error
      const span = error instanceof BudgetError ? error.span : statement.span
      // It was cut off in the middle of calls.
      evaluator.frames.length = frames
      evaluator.meter.depth = depth
      this.handled.length = handled
      this.attempts = attempts
      this.importsMayFail = importsMayFail
      this.leaveOut(statement, `not read: ${reasonOf(error)}`, span, scope, loopsIn)
    }
  }

  /** When the time is over: what later reading needs most and costs least. */
  private runDefinitions(statements: readonly Statement[], scope: Scope): void {
    const first = statements.find((statement) => !cheap.has(statement.kind))
    const reason = 'reading takes longer than is given to it'
    if (first !== undefined)
      this.evaluator.note({ kind: 'unread', message: `not read from here on, but for definitions: ${reason}`, span: first.span })
    for (const statement of statements) {
      if (cheap.has(statement.kind)) this.runStatement(statement, scope)
      else bindUnknown([statement], unknown(reason, statement.span), scope)
    }
  }

  /**
   * What the statement would have bound is Unknown where nothing bound it before, and what the loops of `cutOff` change in any case.
   * It is told where the statement stands: what stopped it may be in a file that nobody looks at.
   */
  private leaveOut(
    statement: Statement,
    message: string,
    span: Span | null,
    scope: Scope,
    cutOff: (statement: Statement) => readonly Loop[] = () => [],
  ): void {
    const at = span?.file === statement.span.file ? span : statement.span
    this.evaluator.note({ kind: 'unread', message, span: at })
    try {
      const reason = unknown(message, at)
      bindUnknown([statement], reason, scope)
      for (const loop of cutOff(statement)) forget(loop, reason, scope, this.evaluator)
    } catch (error) {
      // A statement nested too deeply to run is nested too deeply to be searched for names as well.
      if (!(error instanceof RangeError || error instanceof BudgetError)) throw error
    }
  }
}

const cheap: ReadonlySet<Statement['kind']> = new Set(['functionDefinition', 'class', 'import', 'importFrom'])
