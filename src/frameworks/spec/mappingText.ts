/** Where a mapping's text is changed so that its own style is kept: block or flow, one line or several, JSON or YAML. */
import { isScalar, type YAMLMap } from 'yaml'

export interface TextChange {
  readonly start: number
  readonly end: number
  readonly newText: string
}

type Ranged = { readonly range?: readonly [number, number, number] | null }

/** A new value behind a key that ends at `keyEnd`. What stood on lines of its own below the key goes. */
export function replacement(text: string, keyEnd: number, value: readonly [number, number, number] | null, newValue: string): TextChange {
  const colon = text.indexOf(':', keyEnd) + 1
  if (value === null || value[0] < colon) return { start: colon, end: colon, newText: ` ${newValue}` }
  const end = value[0] + text.slice(value[0], value[1]).trimEnd().length
  const isBelow = text.slice(colon, value[0]).includes('\n') || value[0] === end
  return { start: isBelow ? colon : value[0], end, newText: isBelow ? ` ${newValue}` : newValue }
}

/** Keys that a mapping does not have yet. */
export function addition(text: string, map: YAMLMap<unknown, unknown> & Ranged, values: ReadonlyMap<string, string>): TextChange {
  const items = map.items.map(({ key, value }) => ({ key: rangeOf(key), value: rangeOf(value), isScalar: isScalar(value) }))
  const start = map.range?.[0] ?? 0
  const isJson = text.trimStart().startsWith('{')
  const pairs = [...values].map(([key, value]) => `${isJson ? JSON.stringify(key) : key}: ${value}`)
  const last = items.at(-1)
  if (last === undefined) return { start: start + 1, end: start + 1, newText: pairs.join(', ') }
  if (map.flow === true) {
    const end = endOf(text, last)
    const key = last.key?.[0] ?? start
    const indent = indentBefore(text, key)
    const between = indent === null ? ', ' : `,${lineBreak(text)}${indent}`
    return { start: end, end, newText: pairs.map((pair) => between + pair).join('') }
  }
  // Behind the last pair that stands on one line, so that no list or text of several lines is cut.
  const before =
    [...items].reverse().find((item) => item.isScalar && !text.slice(item.key?.[0] ?? 0, endOf(text, item)).includes('\n')) ?? last
  const column = (items[0]?.key?.[0] ?? 0) - (text.lastIndexOf('\n', (items[0]?.key?.[0] ?? 0) - 1) + 1)
  const newline = text.indexOf('\n', endOf(text, before))
  const line = newline < 0 ? text.length : newline
  const at = text[line - 1] === '\r' ? line - 1 : line
  return { start: at, end: at, newText: pairs.map((pair) => `${lineBreak(text)}${' '.repeat(column)}${pair}`).join('') }
}

function rangeOf(node: unknown): readonly [number, number, number] | null {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null
  return Array.isArray(range) && range.length === 3 ? [Number(range[0]), Number(range[1]), Number(range[2])] : null
}

function endOf(text: string, { key, value }: { readonly key: readonly number[] | null; readonly value: readonly number[] | null }): number {
  const [from, to] = value ?? key ?? [0, 0]
  return (from ?? 0) + text.slice(from, to).trimEnd().length
}

/** Blanks before a key that starts its line; null for one that does not. */
function indentBefore(text: string, offset: number): string | null {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return line.trim() === '' && text.lastIndexOf('\n', offset - 1) >= 0 ? line : null
}

function lineBreak(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
