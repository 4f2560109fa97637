/** What the conversion from the concrete to the abstract tree carries along: the text, its lines, the errors met. */
import type { Span } from '../../graph'
import { Lines, type SyntaxNode } from '../../syntax'
import type { InvalidExpressionNode, InvalidStatementNode, Statement } from '../ast'

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
  private readonly lines: Lines

  constructor(
    readonly file: string,
    readonly text: string,
    /** Where lines that could not be read were blanked: what stands for each stretch, by its offset. */
    readonly blanked: ReadonlyMap<number, readonly Statement[]> = new Map(),
  ) {
    this.lines = new Lines(file, text)
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
    return this.lines.span(start, end)
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
}

function excerpt(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return line.length > 40 ? `${line.slice(0, 39)}…` : line
}
