/** Counts what a run uses, and ends the statement that uses too much. */
import type { Span } from '../../graph'
import type { Budget } from '../host'
import { BudgetError } from './errors'

export const defaultBudget: Budget = { steps: 3_000_000, depth: 220, size: 1_000_000, milliseconds: 900, files: 200 }

/** Steps between two looks at the clock. */
const interval = 256
/** What every top-level statement may use, even when the budget is used up: enough for a `def` or an `import`. */
const floor = 200

export class Meter {
  readonly budget: Budget
  /** Where the interpreter is, for the message. */
  span: Span | null = null
  depth = 0
  files = 0
  private used = 0
  private lookAt = interval
  private stepLimit: number
  private timeLimit = Number.POSITIVE_INFINITY
  private readonly deadline: number

  constructor(
    budget: Partial<Budget>,
    private readonly now: (() => number) | undefined,
  ) {
    this.budget = { ...defaultBudget, ...budget }
    this.stepLimit = this.budget.steps
    this.deadline = now === undefined ? Number.POSITIVE_INFINITY : now() + this.budget.milliseconds
    this.timeLimit = this.deadline
  }

  step(count = 1): void {
    this.used += count
    if (this.used >= this.lookAt) this.look()
  }

  /** Runs a top-level statement on half of what is left, so that those after it still get a share. */
  share<T>(body: () => T): T {
    const { stepLimit, timeLimit } = this
    const left = Math.max(0, stepLimit - this.used)
    this.stepLimit = this.used + Math.max(floor, Math.ceil(left / 2))
    if (this.now !== undefined) {
      const now = this.now()
      this.timeLimit = now + Math.max(0, timeLimit - now) / 2
    }
    this.plan()
    try {
      return body()
    } finally {
      this.stepLimit = stepLimit
      this.timeLimit = timeLimit
      this.plan()
    }
  }

  /** Whether the time for the whole run is over. */
  isLate(): boolean {
    return this.now !== undefined && this.now() > this.deadline
  }

  private plan(): void {
    this.lookAt = Math.min(this.used + interval, this.stepLimit)
  }

  private look(): void {
    if (this.used >= this.stepLimit) throw new BudgetError('it takes more steps than are read', this.span)
    if (this.now !== undefined && this.now() > this.timeLimit) throw new BudgetError('it takes longer than is given to reading', this.span)
    this.plan()
  }
}
