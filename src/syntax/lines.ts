import type { Span } from '../graph'

/** Where the lines of a text start: offsets to spans. */
export class Lines {
  private readonly starts: number[] = [0]
  private last = 0

  constructor(
    private readonly file: string,
    text: string,
  ) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
  }

  span(start: number, end: number): Span {
    const line = this.lineOf(start)
    return { file: this.file, start, end, line: line + 1, column: start - (this.starts[line] ?? 0) }
  }

  /** Index of the line that holds an offset. Nodes come mostly in order, so the search starts where the last one ended. */
  private lineOf(offset: number): number {
    const { starts, last } = this
    if (offset >= (starts[last] ?? 0) && offset < (starts[last + 1] ?? Number.POSITIVE_INFINITY)) return last
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    this.last = low
    return low
  }
}
