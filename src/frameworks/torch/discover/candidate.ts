/** A model of the file that is to be traced. */
import type { Assumption, Whole } from '../../../analysis'
import type { Span } from '../../../graph'
import type { InstanceValue, Value } from '../../../python/values'

export interface Candidate {
  /** As written, or as it was built here: `ResNet18()`, `Net(hidden=256)`. */
  readonly name: string
  readonly model: InstanceValue
  /** Where it is constructed. */
  readonly site: Span | null
  readonly assumptions: readonly Assumption[]
  /** What its constructor was given here, by parameter. */
  readonly given: ReadonlyMap<string, Value>
  /** A builder or an expression gave it; false when it was made on the way. */
  readonly isReturned: boolean
  /** What it is a part of and is read in the place of. */
  readonly whole?: Whole
}

const longest = 80

/** Source text as one short line. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/,? \)/g, ')').trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}
