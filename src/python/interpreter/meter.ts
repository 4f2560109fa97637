/** Counts what a run uses, and ends the statement that uses too much. */
import type { Span } from '../../graph'
import type { Budget } from '../host'
import { BudgetError } from './errors'

export const defaultBudget: Budget = { steps: 4_500_000, depth: 220, size: 1_000_000, milliseconds: 900, files: 200 }

/** Steps between two looks at the clock. */
const interval = 256
/** Of the time, for running the file; the rest is for what is asked of it then. */
const readingPart = 0.6
/** What every top-level statement may use, even when the budget is used up: enough for a `def` or an `import`. */
const floor = 200
/** Milliseconds that are given back in all. */
const mostGivenBack = 6000

export class Meter {
  readonly budget: Budget
  /** Where the interpreter is, for the message. */
  span: Span | null = null
  depth = 0
  files = 0
  private used = 0
  private lookAt = interval
  private stepLimit: number
  private timeLimit: number
  private outerLimit: number
  private readonly started: number
  private givenBack = 0

  constructor(
    budget: Partial<Budget>,
    private readonly now: (() => number) | undefined,
  ) {
    this.budget = { ...defaultBudget, ...budget }
    this.stepLimit = this.budget.steps
    this.started = now === undefined ? 0 : now()
    this.timeLimit = now === undefined ? Number.POSITIVE_INFINITY : this.started + this.budget.milliseconds
    this.outerLimit = this.timeLimit
  }

  /** Taken so far. */
  get steps(): number {
    return this.used
  }

  step(count = 1): void {
    this.used += count
    if (this.used >= this.lookAt) this.look()
  }

  /** Runs a statement on a part of what is left, so that those after it still get a share. */
  share<T>(body: () => T, part = 1 / 2): T {
    const { stepLimit, timeLimit, givenBack } = this
    const left = Math.max(0, stepLimit - this.used)
    this.stepLimit = this.used + Math.max(floor, Math.ceil(left * part))
    if (this.now !== undefined) {
      const now = this.now()
      this.timeLimit = now + Math.max(0, timeLimit - now) * part
    }
    this.plan()
    try {
      return body()
    } finally {
      this.stepLimit = stepLimit
      this.timeLimit = timeLimit + this.givenBack - givenBack
      this.plan()
    }
  }

  /** Reading a file ends early enough that what it defines can still be asked for something. */
  reading<T>(body: () => T): T {
    if (this.now === undefined) return body()
    const { timeLimit, outerLimit, givenBack } = this
    const now = this.now()
    this.timeLimit = now + Math.max(0, timeLimit - now) * readingPart
    this.outerLimit = this.timeLimit
    try {
      return body()
    } finally {
      this.timeLimit = timeLimit + this.givenBack - givenBack
      this.outerLimit = outerLimit + this.givenBack - givenBack
    }
  }

  /**
   * Runs what earns its time: where it came to its end, the time that it took is given back, so that what many parts take together
   * is no reason to leave the last ones out, and what never ends is left as early as ever.
   */
  earning<T>(body: () => T, isDone: (result: T) => boolean): T {
    if (this.now === undefined) return body()
    const began = this.now()
    const { givenBack } = this
    const result = body()
    // What parts of it have been given back is not given twice.
    const took = this.now() - began - (this.givenBack - givenBack)
    const given = isDone(result) ? Math.max(0, Math.min(took, mostGivenBack - this.givenBack)) : 0
    this.givenBack += given
    this.timeLimit += given
    this.outerLimit += given
    return result
  }

  /** Share of the run's whole time that has passed; 0 without a clock. */
  get spent(): number {
    return this.now === undefined ? 0 : (this.now() - this.started - this.givenBack) / this.budget.milliseconds
  }

  /** Whether the time is over for all that is being done. */
  isLate(): boolean {
    return this.now !== undefined && this.now() > this.outerLimit
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
