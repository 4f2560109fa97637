import type { Span } from '../../graph'
import type { ClassNode, FunctionDefinitionNode, ModuleNode, Statement } from '../../python'

/** Where statements can be added: after a whole line, with the indentation of its block. */
export interface Place {
  /** Offset of the start of the line after which nothing of the block follows; text is inserted here. */
  readonly offset: number
  readonly indentation: string
  /** Whether the text before `offset` ends without a line break (the file's last line). */
  readonly needsBreak: boolean
}

/** The class statement that covers `span`, wherever it is nested. */
export function findClass(module: ModuleNode, span: Span): ClassNode | null {
  return search(module.body, (statement) => (statement.kind === 'class' && statement.span.start === span.start ? statement : null))
}

/** The method itself, not an inherited one. */
export function findMethod(cls: ClassNode, name: string): FunctionDefinitionNode | null {
  for (const statement of cls.body) {
    if (statement.kind === 'functionDefinition' && statement.function.name === name) return statement
  }
  return null
}

/** The innermost simple statement that covers an offset, with the statements that enclose it, outermost first. */
export function statementAt(body: readonly Statement[], offset: number): readonly Statement[] {
  for (const statement of body) {
    if (offset < statement.span.start || offset >= statement.span.end) continue
    for (const block of blocksOf(statement)) {
      const inner = statementAt(block, offset)
      if (inner.length > 0) return [statement, ...inner]
    }
    return [statement]
  }
  return []
}

/** The statements nested in a compound statement. */
export function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
    case 'for':
    case 'while':
      return [statement.body, statement.orElse]
    case 'try':
      return [statement.body, ...statement.handlers.map((handler) => handler.body), statement.orElse, statement.finalBody]
    case 'with':
      return [statement.body]
    case 'match':
      return statement.cases.map((each) => each.body)
    case 'functionDefinition':
      return [statement.function.body]
    case 'class':
      return [statement.body]
    default:
      return []
  }
}

function search<T>(body: readonly Statement[], match: (statement: Statement) => T | null): T | null {
  for (const statement of body) {
    const found = match(statement)
    if (found !== null) return found
    for (const block of blocksOf(statement)) {
      const inner = search(block, match)
      if (inner !== null) return inner
    }
  }
  return null
}

/** After a statement, on lines of its own. A statement that shares its line with others (`a; b`) counts to the line's end. */
export function placeAfter(text: string, statement: Statement): Place {
  const lineEnd = text.indexOf('\n', statement.span.end)
  const offset = lineEnd < 0 ? text.length : lineEnd + 1
  return { offset, indentation: indentationOf(text, statement.span.start), needsBreak: lineEnd < 0 && !text.endsWith('\n') }
}

/** On lines of their own in front of a statement that begins its line. */
export function placeBefore(text: string, statement: Statement): Place {
  const offset = text.lastIndexOf('\n', statement.span.start - 1) + 1
  return { offset, indentation: indentationOf(text, statement.span.start), needsBreak: false }
}

/** White space in front of the statement that starts at `offset`. */
export function indentationOf(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? ''
}

/** The step by which the file indents: what the first nested block adds; four spaces where there is none. */
export function indentationUnit(text: string): string {
  return /^(?:[^\n]*:[ \t]*(?:#[^\n]*)?\r?\n)([ \t]+)\S/m.exec(text)?.[1] ?? '    '
}

export function lineBreakOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
