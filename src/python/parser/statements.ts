/** Statements of the concrete tree, one entry a node type. */
import { childOfField, childOfType, named, type SyntaxNode } from '../../syntax'
import type { AssignNode, BinaryOperator, CaseNode, Expression, HandlerNode, IfNode, Statement } from '../ast'
import { readArguments, readExpression } from './expressions'
import { readFunction } from './functions'
import { readImport, readImportFrom } from './imports'
import { readPattern } from './patterns'
import type { Reader } from './reader'

type Read = (node: SyntaxNode, reader: Reader) => Statement | readonly Statement[]

export function readBlock(node: SyntaxNode, reader: Reader): Statement[] {
  const statements: Statement[] = []
  for (const child of node.children) {
    if (child.missing) reader.error(child)
    else if (child.named) statements.push(...readStatement(child, reader))
  }
  return statements
}

export function readStatement(node: SyntaxNode, reader: Reader): readonly Statement[] {
  const stands = node.type === 'expression_statement' || node.type === 'if_statement' ? reader.blanked.get(node.start) : undefined
  if (stands !== undefined) return stands
  const read = readers[node.type]
  if (read === undefined) {
    // A bare expression stands where a statement should when the parser recovers from an error.
    return [reader.invalidStatement(node)]
  }
  const result = read(node, reader)
  return Array.isArray(result) ? result : [result as Statement]
}

function readField(node: SyntaxNode, field: string, reader: Reader): Expression {
  const child = childOfField(node, field)
  return child === null ? reader.invalidExpression(node) : readExpression(child, reader)
}

function blockOf(node: SyntaxNode | null, reader: Reader): Statement[] {
  if (node === null) return []
  const block = node.type === 'block' ? node : (childOfField(node, 'body') ?? childOfType(node, 'block'))
  return block === null ? [] : readBlock(block, reader)
}

/** What a statement with an optional value (`return`, `raise`, `del`) holds. */
function valuesOf(node: SyntaxNode, reader: Reader): Expression[] {
  return named(node)
    .filter((child) => child.field === null)
    .map((child) => readExpression(child, reader))
}

const readAssignment: Read = (node, reader) => {
  const type = childOfField(node, 'type')
  const left = readField(node, 'left', reader)
  const right = childOfField(node, 'right')
  const span = reader.spanOf(node)
  if (type !== null) {
    return {
      kind: 'annotatedAssign',
      target: left,
      annotation: readExpression(type, reader),
      value: right === null ? null : readExpression(right, reader),
      span,
    }
  }
  if (right === null) return reader.invalidStatement(node)
  if (right.type === 'assignment') {
    const inner = readAssignment(right, reader)
    if (isAssign(inner)) return { kind: 'assign', targets: [left, ...inner.targets], value: inner.value, span }
  }
  return { kind: 'assign', targets: [left], value: readExpression(right, reader), span }
}

function isAssign(statement: Statement | readonly Statement[]): statement is AssignNode {
  return 'kind' in statement && statement.kind === 'assign'
}

const readExpressionStatement: Read = (node, reader) => {
  const statements: Statement[] = []
  const expressions: Expression[] = []
  const children = named(node)
  for (const child of children) {
    if (child.type === 'assignment' || child.type === 'augmented_assignment') statements.push(...readStatement(child, reader))
    else if (child.type === 'ERROR') statements.push(reader.invalidStatement(child))
    else expressions.push(readExpression(child, reader))
  }
  const span = reader.spanOf(node)
  const only = expressions[0]
  // `a, b` as a statement lists its expressions without a node of their own.
  if (only !== undefined)
    statements.push({ kind: 'expression', value: expressions.length === 1 ? only : { kind: 'tuple', elements: expressions, span }, span })
  return statements
}

const readIf: Read = (node, reader) => {
  const alternatives = node.children.filter((child) => child.field === 'alternative')
  let orElse: Statement[] = []
  for (const clause of alternatives.reverse()) {
    if (clause.type === 'else_clause') orElse = blockOf(clause, reader)
    else {
      const nested: IfNode = {
        kind: 'if',
        test: readField(clause, 'condition', reader),
        body: blockOf(childOfField(clause, 'consequence'), reader),
        orElse,
        // As for Python itself, an `elif` holds the clauses behind it.
        span: { ...reader.spanOf(clause), end: reader.spanOf(node).end },
      }
      orElse = [nested]
    }
  }
  return {
    kind: 'if',
    test: readField(node, 'condition', reader),
    body: blockOf(childOfField(node, 'consequence'), reader),
    orElse,
    span: reader.spanOf(node),
  }
}

const readTry: Read = (node, reader) => {
  const handlers: HandlerNode[] = []
  for (const clause of node.children) {
    if (clause.type !== 'except_clause' && clause.type !== 'except_group_clause') continue
    const values = clause.children.filter((child) => child.field === 'value')
    const first = values[0]
    const isNamed = first?.type === 'as_pattern'
    const inner = isNamed && first !== undefined ? named(first)[0] : first
    const alias = (isNamed && first !== undefined ? childOfField(first, 'alias') : null) ?? childOfField(clause, 'alias')
    handlers.push({
      exception: inner === undefined ? null : readExpression(inner, reader),
      target: alias === null ? null : readExpression(alias, reader),
      body: blockOf(clause, reader),
      span: reader.spanOf(clause),
    })
  }
  return {
    kind: 'try',
    body: blockOf(childOfField(node, 'body'), reader),
    handlers,
    orElse: blockOf(childOfType(node, 'else_clause'), reader),
    finalBody: blockOf(childOfType(node, 'finally_clause'), reader),
    span: reader.spanOf(node),
  }
}

const readWith: Read = (node, reader) => {
  const clause = childOfType(node, 'with_clause')
  const items = (clause === null ? [] : named(clause))
    .filter((child) => child.type === 'with_item')
    .map((item) => {
      const value = childOfField(item, 'value')
      if (value === null) return { context: reader.invalidExpression(item), target: null }
      const [context, target] = value.type === 'as_pattern' ? named(value) : [value]
      return {
        context: context === undefined ? reader.invalidExpression(item) : readExpression(context, reader),
        target: target === undefined ? null : readExpression(target, reader),
      }
    })
  return { kind: 'with', items, body: blockOf(childOfField(node, 'body'), reader), span: reader.spanOf(node) }
}

const readMatch: Read = (node, reader) => {
  const subjects = node.children.filter((child) => child.field === 'subject').map((child) => readExpression(child, reader))
  const span = reader.spanOf(node)
  const first = subjects[0]
  const isTuple = subjects.length !== 1 || childOfType(node, ',') !== null
  const body = childOfField(node, 'body')
  const clauses = [...(body === null ? [] : body.children), ...node.children].filter((child) => child.type === 'case_clause')
  return {
    kind: 'match',
    subject: first !== undefined && !isTuple ? first : { kind: 'tuple', elements: subjects, span },
    cases: clauses.map((clause) => readCase(clause, reader)),
    span,
  }
}

function readCase(node: SyntaxNode, reader: Reader): CaseNode {
  const span = reader.spanOf(node)
  const patterns = node.children.filter((child) => child.type === 'case_pattern')
  const first = patterns[0]
  const isSequence = patterns.length > 1 || childOfType(node, ',') !== null
  const guard = childOfField(node, 'guard')
  const condition = guard === null ? undefined : named(guard)[0]
  return {
    pattern:
      first !== undefined && !isSequence
        ? readPattern(first, reader)
        : { kind: 'sequence', elements: patterns.map((child) => readPattern(child, reader)), span },
    guard: condition === undefined ? null : readExpression(condition, reader),
    body: blockOf(childOfField(node, 'consequence'), reader),
    span,
  }
}

const readClass: Read = (node, reader) => {
  const name = childOfField(node, 'name')
  const bases = childOfField(node, 'superclasses')
  const label = name === null ? '' : reader.textOf(name)
  const given = bases === null ? [] : readArguments(bases, reader)
  reader.classes.push(label)
  const body = blockOf(childOfField(node, 'body'), reader)
  reader.classes.pop()
  return {
    kind: 'class',
    name: label,
    nameSpan: reader.spanOf(name ?? node),
    arguments: given,
    decorators: [],
    body,
    span: reader.spanOf(node),
  }
}

const readDecorated: Read = (node, reader) => {
  const decorators = node.children
    .filter((child) => child.type === 'decorator')
    .map((child) => {
      const value = named(child)[0]
      return value === undefined ? reader.invalidExpression(child) : readExpression(value, reader)
    })
  const definition = childOfField(node, 'definition')
  if (definition === null) return reader.invalidStatement(node)
  return readStatement(definition, reader).map((statement) =>
    statement.kind === 'class' || statement.kind === 'functionDefinition'
      ? { ...statement, decorators, span: reader.spanOf(node) }
      : statement,
  )
}

const names = (node: SyntaxNode, reader: Reader): string[] => named(node).map((child) => reader.nameOf(child))

/** The parser gives up at an error; statements that it could still tell apart inside are kept. */
const readError: Read = (node, reader) => {
  const kept = named(node).filter((child) => readers[child.type] !== undefined && child.type !== 'ERROR')
  return [reader.invalidStatement(node), ...kept.flatMap((child) => readStatement(child, reader))]
}

const readers: Readonly<Record<string, Read>> = {
  expression_statement: readExpressionStatement,
  assignment: readAssignment,
  augmented_assignment: (node, reader) => ({
    kind: 'augmentedAssign',
    target: readField(node, 'left', reader),
    operator: (childOfField(node, 'operator')?.type ?? '+=').slice(0, -1) as BinaryOperator,
    value: readField(node, 'right', reader),
    span: reader.spanOf(node),
  }),
  return_statement: (node, reader) => ({ kind: 'return', value: valuesOf(node, reader)[0] ?? null, span: reader.spanOf(node) }),
  raise_statement: (node, reader) => {
    const cause = childOfField(node, 'cause')
    return {
      kind: 'raise',
      exception: valuesOf(node, reader)[0] ?? null,
      cause: cause === null ? null : readExpression(cause, reader),
      span: reader.spanOf(node),
    }
  },
  assert_statement: (node, reader) => {
    const [test, message] = valuesOf(node, reader)
    return { kind: 'assert', test: test ?? reader.invalidExpression(node), message: message ?? null, span: reader.spanOf(node) }
  },
  delete_statement: (node, reader) => {
    const [target] = valuesOf(node, reader)
    return {
      kind: 'delete',
      targets: target === undefined ? [] : target.kind === 'tuple' ? target.elements : [target],
      span: reader.spanOf(node),
    }
  },
  pass_statement: (node, reader) => ({ kind: 'pass', span: reader.spanOf(node) }),
  break_statement: (node, reader) => ({ kind: 'break', span: reader.spanOf(node) }),
  continue_statement: (node, reader) => ({ kind: 'continue', span: reader.spanOf(node) }),
  global_statement: (node, reader) => ({ kind: 'global', names: names(node, reader), span: reader.spanOf(node) }),
  nonlocal_statement: (node, reader) => ({ kind: 'nonlocal', names: names(node, reader), span: reader.spanOf(node) }),
  import_statement: readImport,
  import_from_statement: readImportFrom,
  future_import_statement: (node, reader) => ({ kind: 'pass', span: reader.spanOf(node) }),
  if_statement: readIf,
  for_statement: (node, reader) => ({
    kind: 'for',
    target: readField(node, 'left', reader),
    iterable: readField(node, 'right', reader),
    body: blockOf(childOfField(node, 'body'), reader),
    orElse: blockOf(childOfField(node, 'alternative'), reader),
    span: reader.spanOf(node),
  }),
  while_statement: (node, reader) => ({
    kind: 'while',
    test: readField(node, 'condition', reader),
    body: blockOf(childOfField(node, 'body'), reader),
    orElse: blockOf(childOfField(node, 'alternative'), reader),
    span: reader.spanOf(node),
  }),
  try_statement: readTry,
  with_statement: readWith,
  match_statement: readMatch,
  function_definition: (node, reader) => ({
    kind: 'functionDefinition',
    function: readFunction(node, reader),
    decorators: [],
    span: reader.spanOf(node),
  }),
  class_definition: readClass,
  decorated_definition: readDecorated,
  type_alias_statement: (node, reader) => {
    const left = childOfField(node, 'left')
    return {
      kind: 'typeAlias',
      name: left === null ? '' : (reader.textOf(left).split('[', 1)[0] ?? '').trim(),
      value: readField(node, 'right', reader),
      span: reader.spanOf(node),
    }
  },
  print_statement: (node, reader) => {
    const span = reader.spanOf(node)
    const given = node.children.filter((child) => child.field === 'argument')
    const callee: Expression = { kind: 'name', name: 'print', span: reader.span(node.start, node.start + 5) }
    const values = given.map((child) => ({
      kind: 'positional' as const,
      name: null,
      value: readExpression(child, reader),
      span: reader.spanOf(child),
    }))
    return { kind: 'expression', value: { kind: 'call', callee, arguments: values, argumentsSpan: span, span }, span }
  },
  ERROR: readError,
}
