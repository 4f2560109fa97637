/** When a loop is left before its own end: it trains what was built, or runs on and on without building anything. */
import type { Progress } from '../host'
import type { Evaluator } from './evaluator'

/** Steps that a loop may take without building anything: what sizes are computed from takes hundreds, a simulation has no end. */
const mostIdle = 40_000
/** Rounds between two looks. */
const interval = 16

export type Verdict = 'on' | 'trained' | 'idle'

export class Rounds {
  private rounds = 0
  private readonly read: (() => Progress | null) | undefined
  private last: Progress | null
  /** Steps when something was last built. */
  private since: number

  constructor(private readonly evaluator: Evaluator) {
    this.read = evaluator.options.progress
    this.last = this.read?.() ?? null
    this.since = evaluator.meter.steps
  }

  /** To be asked after every round. */
  verdict(): Verdict {
    const { last, read } = this
    if (last === null || read === undefined) return 'on'
    this.rounds += 1
    if (this.rounds > interval && this.rounds % interval !== 0) return 'on'
    const now = read()
    if (now === null) return 'on'
    const builds = now.built > last.built
    this.last = now
    if (builds) {
      this.since = this.evaluator.meter.steps
      return 'on'
    }
    if (now.trained > last.trained) return 'trained'
    return this.evaluator.meter.steps - this.since > mostIdle ? 'idle' : 'on'
  }
}
