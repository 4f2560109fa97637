/** A stretch of source text. Every value, node and finding that comes from a file carries one. */
export interface Span {
  /** Path or URI of the file, as the host named it. */
  readonly file: string
  /** UTF-16 offsets into the file's text, end exclusive. */
  readonly start: number
  readonly end: number
  /** Line of `start`, from 1. */
  readonly line: number
  /** Column of `start` in UTF-16 units, from 0. */
  readonly column: number
}
