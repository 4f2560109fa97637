/** What a run asks of those who start it. */
import type { Span } from '../graph'
import type { Budget } from './interpreter/meter'
import type { Unknown, Value } from './values'

export interface SourceText {
  readonly file: string
  readonly text: string
}

export interface RunOptions {
  /** A module that is known without source; undefined where it is none of these. */
  readonly library: (specifier: string) => Value
  /** The source of a module that the program's own files hold; null where there is none, undefined where it is not loaded yet. */
  readonly source: (specifier: string, fromFile: string) => SourceText | null | undefined
  /** Stands for a module that is not found. */
  readonly absent?: (specifier: string, span: Span) => Unknown
  readonly globals?: Readonly<Record<string, Value>>
  readonly budget?: Partial<Budget>
  readonly now?: () => number
}
