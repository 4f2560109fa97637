/** Where an object literal's text is changed so that its own style is kept. */
import { childOfField, named, type SyntaxNode } from '../../syntax'
import type { PlaceEdit } from '../spec/place'

/** The edits that give an object's properties new values: in the place of their own, else behind the last one. */
export function objectEdits(text: string, object: SyntaxNode, values: ReadonlyMap<string, string>): readonly PlaceEdit[] {
  const edits: PlaceEdit[] = []
  const missing = new Map(values)
  for (const member of named(object)) {
    const isShorthand = member.type === 'shorthand_property_identifier'
    const key = isShorthand ? member : childOfField(member, 'key')
    const name = key === null ? '' : text.slice(key.start, key.end).replace(/^["']|["']$/g, '')
    const newText = missing.get(name)
    const value = isShorthand ? member : childOfField(member, 'value')
    if (newText === undefined || value === null) continue
    missing.delete(name)
    edits.push({ start: value.start, end: value.end, newText: isShorthand ? `${name}: ${newText}` : newText })
  }
  return missing.size === 0 ? edits : [...edits, addition(text, object, missing)]
}

function addition(text: string, object: SyntaxNode, values: ReadonlyMap<string, string>): PlaceEdit {
  const pairs = [...values].map(([key, value]) => `${key}: ${value}`)
  const last = named(object).at(-1)
  if (last === undefined) return { start: object.start + 1, end: object.end - 1, newText: ` ${pairs.join(', ')} ` }
  const comma = /^\s*,/.exec(text.slice(last.end, object.end))?.[0] ?? null
  const at = last.end + (comma?.length ?? 0)
  const lineStart = text.lastIndexOf('\n', last.start - 1) + 1
  const isOnOwnLine = lineStart > object.start && text.slice(at, object.end - 1).includes('\n')
  if (!isOnOwnLine) return { start: at, end: at, newText: `${comma === null ? ',' : ''} ${pairs.join(', ')}` }
  const indentation = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? ''
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = pairs.map((pair) => `${lineBreak}${indentation}${pair}`)
  return { start: at, end: at, newText: `${comma === null ? ',' : ''}${lines.join(',')}${comma === null ? '' : ','}` }
}
