/** Counts what a run uses, and ends the part of it that uses too much. */
import type { Span } from '../../graph'

export interface Budget {
  readonly steps: number
  readonly depth: number
  /** Items of one array, characters of one text. */
  readonly size: number
  readonly milliseconds: number
  readonly files: number
}

export const defaultBudget: Budget = { steps: 1_500_000, depth: 120, size: 200_000, milliseconds: 700, files: 60 }

/** A budget is used up: ends the statement that used it. */
export class BudgetError extends Error {
  constructor(
    message: string,
    readonly span: Span | null,
  ) {
    super(message)
  }
}

/** Steps between two looks at the clock. */
const interval = 256
/** What every part may use, even when the budget is used up. */
const floor = 2000

export class Meter {
  depth = 0
  files = 0
  /** Where the run is, for the message. */
  span: Span | null = null
  private used = 0
  private lookAt = interval
  private stepLimit: number
  private timeLimit: number

  constructor(
    readonly budget: Budget,
    private readonly now: (() => number) | undefined,
  ) {
    this.stepLimit = budget.steps
    this.timeLimit = now === undefined ? Number.POSITIVE_INFINITY : now() + budget.milliseconds
  }

  step(count = 1): void {
    this.used += count
    if (this.used >= this.lookAt) this.look()
  }

  /** Runs `body` on a part of what is left, so that what comes after it still gets a share. */
  share<T>(body: () => T, part = 1 / 2): T {
    const { stepLimit, timeLimit } = this
    this.stepLimit = this.used + Math.max(floor, Math.ceil((stepLimit - this.used) * part))
    if (this.now !== undefined) {
      const now = this.now()
      this.timeLimit = now + Math.max(0, timeLimit - now) * part
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

  /** Something of this size is about to be made. */
  size(count: number): void {
    if (count > this.budget.size) throw new BudgetError('it makes something larger than is read', this.span)
    this.step(Math.ceil(count / 8))
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
