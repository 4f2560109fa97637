/** The patterns of `case`. */
import { named, type SyntaxNode } from '../../syntax'
import type { Expression, Pattern } from '../ast'
import { readExpression } from './expressions'
import type { Reader } from './reader'

export function readPattern(node: SyntaxNode, reader: Reader): Pattern {
  const span = reader.spanOf(node)
  const children = named(node)
  switch (node.type) {
    case 'case_pattern': {
      const only = children[0]
      if (node.children[0]?.type === '-' && only !== undefined) return { kind: 'value', value: negative(only, reader), span }
      return only === undefined ? { kind: 'wildcard', span } : readPattern(only, reader)
    }
    case '_':
      return { kind: 'wildcard', span }
    case 'identifier':
    case 'dotted_name': {
      const text = reader.textOf(node)
      if (text === '_') return { kind: 'wildcard', span }
      return text.includes('.') ? { kind: 'value', value: readExpression(node, reader), span } : { kind: 'capture', name: text, span }
    }
    case 'list_pattern':
    case 'tuple_pattern': {
      const elements = children.map((child) => readPattern(child, reader))
      // `(p)` groups, `(p,)` is a sequence.
      const only = elements[0]
      const isGroup = node.type === 'tuple_pattern' && elements.length === 1 && !node.children.some((child) => child.type === ',')
      return isGroup && only !== undefined && only.kind !== 'star' ? only : { kind: 'sequence', elements, span }
    }
    case 'splat_pattern': {
      const text = reader.textOf(node).replace(/^\*+\s*/, '')
      return { kind: 'star', name: text === '_' ? null : text, span }
    }
    case 'union_pattern':
      return {
        kind: 'or',
        alternatives: node.children.filter((child) => child.named || child.type === '_').map((child) => readPattern(child, reader)),
        span,
      }
    case 'as_pattern': {
      const [pattern, name] = children
      if (pattern === undefined || name === undefined) return { kind: 'wildcard', span }
      return { kind: 'as', pattern: readPattern(pattern, reader), name: reader.textOf(name), span }
    }
    case 'dict_pattern':
      return readMapping(node, reader)
    case 'class_pattern':
      return readClass(node, reader)
    case 'complex_pattern':
      return { kind: 'value', value: { kind: 'invalidExpression', message: 'complex numbers in patterns are not read', span }, span }
    default:
      return { kind: 'value', value: readExpression(node, reader), span }
  }
}

function readMapping(node: SyntaxNode, reader: Reader): Pattern {
  const entries: { key: Expression; pattern: Pattern }[] = []
  let rest: string | null = null
  let key: Expression | null = null
  let isNegative = false
  for (const child of node.children) {
    if (child.type === '-') isNegative = true
    else if (child.field === 'key') {
      key = isNegative ? negative(child, reader) : readExpression(child, reader)
      isNegative = false
    } else if (child.field === 'value' && key !== null) {
      entries.push({ key, pattern: readPattern(child, reader) })
      key = null
    } else if (child.type === 'splat_pattern') rest = reader.textOf(child).replace(/^\*+\s*/, '')
  }
  return { kind: 'mapping', entries, rest, span: reader.spanOf(node) }
}

function readClass(node: SyntaxNode, reader: Reader): Pattern {
  const [name, ...rest] = named(node)
  const span = reader.spanOf(node)
  if (name === undefined) return { kind: 'wildcard', span }
  const positional: Pattern[] = []
  const keyword: { name: string; pattern: Pattern }[] = []
  for (const child of rest) {
    const inner = child.type === 'case_pattern' ? (named(child)[0] ?? child) : child
    if (inner.type === 'keyword_pattern') {
      const key = named(inner)[0]
      const value = inner.children.slice(inner.children.findIndex((part) => part.type === '=') + 1)
      if (key !== undefined) keyword.push({ name: reader.textOf(key), pattern: readParts(value, reader, span) })
    } else positional.push(readPattern(child, reader))
  }
  return { kind: 'class', cls: readExpression(name, reader), positional, keyword, span }
}

function readParts(parts: readonly SyntaxNode[], reader: Reader, span: Pattern['span']): Pattern {
  const last = parts[parts.length - 1]
  if (last === undefined) return { kind: 'wildcard', span }
  return parts[0]?.type === '-' ? { kind: 'value', value: negative(last, reader), span } : readPattern(last, reader)
}

function negative(node: SyntaxNode, reader: Reader): Expression {
  return { kind: 'unary', operator: '-', operand: readExpression(node, reader), span: reader.spanOf(node) }
}
