/** Numbers and strings, adjacent strings joined, replacement fields of f-strings. */
import { childOfField, childOfType, type SyntaxNode } from '../../syntax'
import type { BytesNode, Expression, FormattedStringNode, ReplacementField, StringNode } from '../ast'
import { readExpression } from './expressions'
import type { Reader } from './reader'

/** Digits past which an integer literal is not read: its value would be slow to compute and never a size. */
const longestInteger = 4000

export function readNumber(node: SyntaxNode, reader: Reader): Expression {
  const span = reader.spanOf(node)
  const text = reader.textOf(node).replaceAll('_', '').toLowerCase()
  if (text.endsWith('j')) return { kind: 'imaginary', value: Number(text.slice(0, -1)), span }
  if (node.type === 'float') return { kind: 'float', value: Number(text), span }
  const digits = text.endsWith('l') ? text.slice(0, -1) : text
  if (digits.length > longestInteger) return reader.invalidExpression(node)
  const plain = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits
  const value = Number(plain)
  if (Number.isSafeInteger(value)) return { kind: 'integer', value, span }
  if (Number.isNaN(value)) return reader.invalidExpression(node)
  return { kind: 'integer', value: BigInt(plain), span }
}

interface Pieces {
  readonly isBytes: boolean
  readonly isFormatted: boolean
  readonly parts: (string | ReplacementField)[]
}

export function readString(node: SyntaxNode, reader: Reader): StringNode | BytesNode | FormattedStringNode {
  const strings = node.type === 'concatenated_string' ? node.children.filter((child) => child.type === 'string') : [node]
  const pieces = strings.map((string) => readPieces(string, reader))
  const span = reader.spanOf(node)
  const parts = pieces.flatMap((piece) => piece.parts)
  if (pieces.some((piece) => piece.isFormatted)) return { kind: 'formattedString', parts: joined(parts), span }
  const value = parts.join('')
  return pieces[0]?.isBytes === true ? { kind: 'bytes', value, span } : { kind: 'string', value, span }
}

function readPieces(node: SyntaxNode, reader: Reader): Pieces {
  const opening = childOfType(node, 'string_start')
  const prefix = (opening === null ? '' : reader.textOf(opening)).replace(/["']+$/, '').toLowerCase()
  const isRaw = prefix.includes('r')
  const isBytes = prefix.includes('b')
  const isFormatted = prefix.includes('f') || prefix.includes('t')
  const parts: (string | ReplacementField)[] = []
  for (const child of node.children) {
    if (child.type === 'string_content') {
      const text = reader.textOf(child)
      const literal = isFormatted ? text.replaceAll('{{', '{').replaceAll('}}', '}') : text
      parts.push(isRaw ? literal : unescaped(literal, isBytes))
    } else if (child.type === 'interpolation') parts.push(...readInterpolation(child, reader))
    else if (child.type === 'ERROR' || child.missing) reader.error(child)
  }
  return { isBytes, isFormatted, parts }
}

function readInterpolation(node: SyntaxNode, reader: Reader): (string | ReplacementField)[] {
  const expression = childOfField(node, 'expression')
  if (expression === null) return []
  const conversion = childOfField(node, 'type_conversion')
  const specification = childOfField(node, 'format_specifier')
  const equals = childOfType(node, '=')
  const letter = conversion === null ? null : reader.textOf(conversion).slice(1)
  const written = letter === 'r' || letter === 's' || letter === 'a' ? letter : null
  const field: ReplacementField = {
    value: readExpression(expression, reader),
    // `{x=}` shows the representation unless told otherwise.
    conversion: written ?? (equals !== null && specification === null ? 'r' : null),
    format: specification === null ? [] : readSpecification(specification, reader),
  }
  if (equals === null) return [field]
  const open = node.children[0]
  return [reader.text.slice(open?.end ?? node.start, equals.end), field]
}

function readSpecification(node: SyntaxNode, reader: Reader): (string | ReplacementField)[] {
  const parts: (string | ReplacementField)[] = []
  let at = node.start + 1
  for (const child of node.children) {
    if (child.type !== 'format_expression' && child.type !== 'interpolation') continue
    if (child.start > at) parts.push(reader.text.slice(at, child.start))
    parts.push(...readInterpolation(child, reader))
    at = child.end
  }
  if (node.end > at) parts.push(reader.text.slice(at, node.end))
  return parts
}

function joined(parts: readonly (string | ReplacementField)[]): (string | ReplacementField)[] {
  const result: (string | ReplacementField)[] = []
  for (const part of parts) {
    const last = result[result.length - 1]
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part
    else result.push(part)
  }
  return result
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

function unescaped(text: string, isBytes: boolean): string {
  if (!text.includes('\\')) return text
  return text.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]*)\}|(\r?\n|[\s\S]))/g,
    (all, octal, hex, short, long, _name, single) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (single !== undefined) return single === '\r\n' ? '' : (escapes[single] ?? all)
      if (isBytes) return all
      if (short !== undefined) return String.fromCharCode(Number.parseInt(short, 16))
      if (long !== undefined) {
        const point = Number.parseInt(long, 16)
        return point <= 0x10ffff ? String.fromCodePoint(point) : all
      }
      return all
    },
  )
}
