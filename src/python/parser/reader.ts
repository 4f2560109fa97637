/** What the conversion from the concrete to the abstract tree carries along: the text, its lines, the errors met. */
import type { Span } from '../../graph'
import type { InvalidExpressionNode, InvalidStatementNode, Statement } from '../ast'
import type { SyntaxNode } from './grammar'

export interface SyntaxProblem {
  readonly message: string
  readonly span: Span
}

export class Reader {
  readonly errors: SyntaxProblem[] = []
  /** Innermost last: whether the function being read has a `yield`. */
  readonly functions: { isGenerator: boolean }[] = []
  /** Names of the classes being read, innermost last. */
  readonly classes: string[] = []
  private readonly lineStarts: number[] = [0]
  private lastLine = 0

  constructor(
    readonly file: string,
    readonly text: string,
    /** Where lines that could not be read were blanked: what stands for each stretch, by its offset. */
    readonly blanked: ReadonlyMap<number, readonly Statement[]> = new Map(),
  ) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.lineStarts.push(at + 1)
  }

  textOf(node: SyntaxNode): string {
    return this.text.slice(node.start, node.end)
  }

  /** An identifier; in a class, `__private` is `_Class__private`. */
  nameOf(node: SyntaxNode): string {
    const name = this.textOf(node)
    const cls = this.classes[this.classes.length - 1]
    if (cls === undefined || !name.startsWith('__') || name.endsWith('__')) return name
    const stripped = cls.replace(/^_+/, '')
    return stripped === '' ? name : `_${stripped}${name}`
  }

  spanOf(node: SyntaxNode): Span {
    return this.span(node.start, node.end)
  }

  span(start: number, end: number): Span {
    const line = this.lineOf(start)
    return { file: this.file, start, end, line: line + 1, column: start - (this.lineStarts[line] ?? 0) }
  }

  /** Notes an error at a node that the parser could not make sense of. */
  invalidExpression(node: SyntaxNode): InvalidExpressionNode {
    const error = this.error(node)
    return { kind: 'invalidExpression', message: error.message, span: error.span }
  }

  invalidStatement(node: SyntaxNode): InvalidStatementNode {
    const error = this.error(node)
    return { kind: 'invalidStatement', message: error.message, span: error.span }
  }

  error(node: SyntaxNode): SyntaxProblem {
    const said = node.missing ? `a \`${node.type}\` is missing` : `cannot read \`${excerpt(this.textOf(node))}\``
    const error = { message: `syntax error: ${said}`, span: this.spanOf(node) }
    this.errors.push(error)
    return error
  }

  unreadable(start: number, end: number): SyntaxProblem {
    const error = { message: `syntax error: cannot read \`${excerpt(this.text.slice(start, end))}\``, span: this.span(start, end) }
    this.errors.push(error)
    return error
  }

  /** Index of the line that holds an offset. Nodes come mostly in order, so the search starts where the last one ended. */
  private lineOf(offset: number): number {
    const starts = this.lineStarts
    const last = this.lastLine
    if (offset >= (starts[last] ?? 0) && offset < (starts[last + 1] ?? Number.POSITIVE_INFINITY)) return last
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    this.lastLine = low
    return low
  }
}

function excerpt(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return line.length > 40 ? `${line.slice(0, 39)}…` : line
}

export function childOfField(node: SyntaxNode, field: string): SyntaxNode | null {
  for (const child of node.children) if (child.field === field) return child
  return null
}

export function childOfType(node: SyntaxNode, type: string): SyntaxNode | null {
  for (const child of node.children) if (child.type === type) return child
  return null
}

export function named(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter((child) => child.named)
}
