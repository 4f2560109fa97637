/** Expressions and assignment targets of the concrete tree, one entry a node type. */
import { childOfField, childOfType, named, type SyntaxNode } from '../../syntax'
import type {
  ArgumentNode,
  BinaryOperator,
  ComparisonOperator,
  ComprehensionClause,
  ComprehensionNode,
  Expression,
  UnaryOperator,
} from '../ast'
import { readLambda } from './functions'
import { readNumber, readString } from './literals'
import type { Reader } from './reader'

type Read = (node: SyntaxNode, reader: Reader) => Expression

export function readExpression(node: SyntaxNode, reader: Reader): Expression {
  if (node.missing) return reader.invalidExpression(node)
  const read = readers[node.type]
  return read === undefined ? reader.invalidExpression(node) : read(node, reader)
}

function readField(node: SyntaxNode, field: string, reader: Reader): Expression {
  const child = childOfField(node, field)
  return child === null ? reader.invalidExpression(node) : readExpression(child, reader)
}

function readOnly(node: SyntaxNode, reader: Reader): Expression {
  const child = expressionsIn(node, reader)[0]
  return child === undefined ? reader.invalidExpression(node) : readExpression(child, reader)
}

/** Named children; errors between them are told and left out. */
function expressionsIn(node: SyntaxNode, reader: Reader): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (const child of node.children) {
    if (child.type === 'ERROR' || (child.missing && !child.named)) reader.error(child)
    else if (child.named) children.push(child)
  }
  return children
}

function readAll(node: SyntaxNode, reader: Reader): Expression[] {
  return expressionsIn(node, reader).map((child) => readExpression(child, reader))
}

const readTuple: Read = (node, reader) => ({ kind: 'tuple', elements: readAll(node, reader), span: reader.spanOf(node) })
const readList: Read = (node, reader) => ({ kind: 'list', elements: readAll(node, reader), span: reader.spanOf(node) })
const readStarred: Read = (node, reader) => ({ kind: 'starred', value: readOnly(node, reader), span: reader.spanOf(node) })
const readAttribute: Read = (node, reader) => {
  const name = childOfField(node, 'attribute')
  if (name === null || name.missing) {
    reader.error(name ?? node)
    return readField(node, 'object', reader)
  }
  return hoist(readField(node, 'object', reader), (object) => ({
    kind: 'attribute',
    object,
    name: reader.nameOf(name),
    nameSpan: reader.spanOf(name),
    span: reader.spanOf(node),
  }))
}

/** The grammar lets the star of `[*f(x)]` bind to `f`; it belongs before the whole. */
function hoist(inner: Expression, outer: (inner: Expression) => Expression): Expression {
  return inner.kind === 'starred' ? { kind: 'starred', value: outer(inner.value), span: inner.span } : outer(inner)
}

const readSubscript: Read = (node, reader) => {
  const indices = node.children.filter((child) => child.field === 'subscript')
  const first = indices[0]
  const span = reader.spanOf(node)
  return hoist(readField(node, 'value', reader), (object) => {
    if (first === undefined) return { kind: 'subscript', object, index: reader.invalidExpression(node), span }
    const elements = indices.map((index) => readExpression(index, reader))
    const only = elements.length === 1 && childOfType(node, ',') === null ? elements[0] : undefined
    if (only !== undefined && only.kind !== 'starred') return { kind: 'subscript', object, index: only, span }
    return {
      kind: 'subscript',
      object,
      index: { kind: 'tuple', elements, span: reader.span(first.start, indices[indices.length - 1]?.end ?? first.end) },
      span,
    }
  })
}

const readSlice: Read = (node, reader) => {
  const parts: (Expression | null)[] = [null, null, null]
  let at = 0
  for (const child of node.children) {
    if (child.type === ':') at++
    else if (child.named && at < 3) parts[at] = readExpression(child, reader)
  }
  return { kind: 'slice', start: parts[0] ?? null, stop: parts[1] ?? null, step: parts[2] ?? null, span: reader.spanOf(node) }
}

export function readArguments(node: SyntaxNode, reader: Reader): ArgumentNode[] {
  if (node.type === 'generator_expression')
    return [{ kind: 'positional', name: null, value: readExpression(node, reader), span: reader.spanOf(node) }]
  return expressionsIn(node, reader).map((child): ArgumentNode => {
    const span = reader.spanOf(child)
    if (child.type === 'keyword_argument') {
      const name = childOfField(child, 'name')
      return { kind: 'keyword', name: name === null ? '' : reader.textOf(name), value: readField(child, 'value', reader), span }
    }
    if (child.type === 'list_splat') return { kind: 'star', name: null, value: readOnly(child, reader), span }
    if (child.type === 'dictionary_splat') return { kind: 'doubleStar', name: null, value: readOnly(child, reader), span }
    return { kind: 'positional', name: null, value: readExpression(child, reader), span }
  })
}

const readCall: Read = (node, reader) => {
  const given = childOfField(node, 'arguments')
  return hoist(readField(node, 'function', reader), (callee) => ({
    kind: 'call',
    callee,
    arguments: given === null ? [] : readArguments(given, reader),
    argumentsSpan: reader.spanOf(given ?? node),
    span: reader.spanOf(node),
  }))
}

const readBinary: Read = (node, reader) => {
  const operator = childOfField(node, 'operator')
  return hoist(readField(node, 'left', reader), (left) => ({
    kind: 'binary',
    operator: (operator?.type ?? '+') as BinaryOperator,
    left,
    right: readField(node, 'right', reader),
    span: reader.spanOf(node),
  }))
}

const readComparison: Read = (node, reader) => {
  const operators = node.children.filter((child) => child.field === 'operators')
  const operands = node.children.filter((child) => child.named && child.field !== 'operators').map((child) => readExpression(child, reader))
  const first = operands[0]
  if (first === undefined) return reader.invalidExpression(node)
  const rest = operands.slice(1).map((operand, index) => {
    const written = operators[index]?.type ?? '=='
    return { operator: (written === '<>' ? '!=' : written) as ComparisonOperator, operand }
  })
  return { kind: 'comparison', first, rest, span: reader.spanOf(node) }
}

const readConditional: Read = (node, reader) => {
  const [body, test, orElse] = readAll(node, reader)
  if (body === undefined || test === undefined || orElse === undefined) return reader.invalidExpression(node)
  return { kind: 'conditional', body, test, orElse, span: reader.spanOf(node) }
}

const readDict: Read = (node, reader) => {
  const entries = expressionsIn(node, reader).map((child) =>
    child.type === 'pair'
      ? { key: readField(child, 'key', reader), value: readField(child, 'value', reader) }
      : { key: null, value: child.type === 'dictionary_splat' ? readOnly(child, reader) : readExpression(child, reader) },
  )
  return { kind: 'dict', entries, span: reader.spanOf(node) }
}

function comprehension(form: ComprehensionNode['form']): Read {
  return (node, reader) => {
    const body = childOfField(node, 'body')
    if (body === null) return reader.invalidExpression(node)
    const clauses: ComprehensionClause[] = []
    for (const child of node.children) {
      if (child.type === 'for_in_clause')
        clauses.push({ kind: 'for', target: readField(child, 'left', reader), iterable: readIterables(child, reader) })
      else if (child.type === 'if_clause') clauses.push({ kind: 'if', test: readOnly(child, reader) })
    }
    const isPair = body.type === 'pair'
    return {
      kind: 'comprehension',
      form,
      element: isPair ? readField(body, 'key', reader) : readExpression(body, reader),
      value: isPair ? readField(body, 'value', reader) : null,
      clauses,
      span: reader.spanOf(node),
    }
  }
}

/** Python 2 allowed `for x in a, b` in a comprehension. */
function readIterables(clause: SyntaxNode, reader: Reader): Expression {
  const given = clause.children.filter((child) => child.field === 'right' && child.named)
  const first = given[0]
  if (first === undefined) return reader.invalidExpression(clause)
  if (given.length === 1) return readExpression(first, reader)
  return {
    kind: 'tuple',
    elements: given.map((child) => readExpression(child, reader)),
    span: reader.span(first.start, given[given.length - 1]?.end ?? first.end),
  }
}

const readYield: Read = (node, reader) => {
  const fn = reader.functions[reader.functions.length - 1]
  if (fn !== undefined) fn.isGenerator = true
  const span = reader.spanOf(node)
  const value = named(node)[0]
  if (childOfType(node, 'from') !== null) return { kind: 'yieldFrom', value: readOnly(node, reader), span }
  return { kind: 'yield', value: value === undefined ? null : readExpression(value, reader), span }
}

function constant(value: 'None' | 'True' | 'False' | 'Ellipsis'): Read {
  return (node, reader) => ({ kind: 'constant', value, span: reader.spanOf(node) })
}

/** `list[int]` in an annotation. */
const readGeneric: Read = (node, reader) => {
  const [base, given] = named(node)
  if (base === undefined || given === undefined) return reader.invalidExpression(node)
  const elements = readAll(given, reader)
  const only = elements.length === 1 ? elements[0] : undefined
  const span = reader.spanOf(node)
  return {
    kind: 'subscript',
    object: readExpression(base, reader),
    index: only ?? { kind: 'tuple', elements, span: reader.spanOf(given) },
    span,
  }
}

const readers: Readonly<Record<string, Read>> = {
  identifier: (node, reader) => ({ kind: 'name', name: reader.nameOf(node), span: reader.spanOf(node) }),
  none: constant('None'),
  true: constant('True'),
  false: constant('False'),
  ellipsis: constant('Ellipsis'),
  integer: readNumber,
  float: readNumber,
  string: readString,
  concatenated_string: readString,
  tuple: readTuple,
  expression_list: readTuple,
  pattern_list: readTuple,
  tuple_pattern: readTuple,
  list: readList,
  list_pattern: readList,
  set: (node, reader) => ({ kind: 'set', elements: readAll(node, reader), span: reader.spanOf(node) }),
  dictionary: readDict,
  list_splat: readStarred,
  list_splat_pattern: readStarred,
  splat_type: readStarred,
  parenthesized_list_splat: readOnly,
  parenthesized_expression: readOnly,
  as_pattern_target: readOnly,
  type: readOnly,
  constrained_type: readOnly,
  attribute: readAttribute,
  subscript: readSubscript,
  slice: readSlice,
  call: readCall,
  unary_operator: (node, reader) => ({
    kind: 'unary',
    operator: (childOfField(node, 'operator')?.type ?? '-') as UnaryOperator,
    operand: readField(node, 'argument', reader),
    span: reader.spanOf(node),
  }),
  not_operator: (node, reader) => ({
    kind: 'unary',
    operator: 'not',
    operand: readField(node, 'argument', reader),
    span: reader.spanOf(node),
  }),
  binary_operator: readBinary,
  boolean_operator: (node, reader) => ({
    kind: 'boolean',
    operator: childOfField(node, 'operator')?.type === 'and' ? 'and' : 'or',
    left: readField(node, 'left', reader),
    right: readField(node, 'right', reader),
    span: reader.spanOf(node),
  }),
  comparison_operator: readComparison,
  conditional_expression: readConditional,
  lambda: readLambda,
  list_comprehension: comprehension('list'),
  set_comprehension: comprehension('set'),
  dictionary_comprehension: comprehension('dict'),
  generator_expression: comprehension('generator'),
  named_expression: (node, reader) => {
    const name = childOfField(node, 'name')
    return {
      kind: 'namedExpression',
      name: name === null ? '' : reader.nameOf(name),
      value: readField(node, 'value', reader),
      span: reader.spanOf(node),
    }
  },
  await: (node, reader) => ({ kind: 'await', value: readOnly(node, reader), span: reader.spanOf(node) }),
  yield: readYield,
  generic_type: readGeneric,
  union_type: (node, reader) => {
    const [left, right] = readAll(node, reader)
    if (left === undefined || right === undefined) return left ?? reader.invalidExpression(node)
    return { kind: 'binary', operator: '|', left, right, span: reader.spanOf(node) }
  },
  member_type: (node, reader) => {
    const [object, name] = named(node)
    if (object === undefined || name === undefined) return reader.invalidExpression(node)
    return {
      kind: 'attribute',
      object: readExpression(object, reader),
      name: reader.textOf(name),
      nameSpan: reader.spanOf(name),
      span: reader.spanOf(node),
    }
  },
  dotted_name: (node, reader) => {
    const [first, ...rest] = named(node)
    if (first === undefined) return reader.invalidExpression(node)
    return rest.reduce<Expression>(
      (object, name) => ({
        kind: 'attribute',
        object,
        name: reader.textOf(name),
        nameSpan: reader.spanOf(name),
        span: reader.span(node.start, name.end),
      }),
      readExpression(first, reader),
    )
  },
}
