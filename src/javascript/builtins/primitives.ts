/** Methods of texts and numbers. */
import { toText } from '../interpreter/text'
import { ArrayValue, isUnknown, native, Unknown, type Value } from '../values'

type TextMethod = (text: string, args: readonly Value[]) => Value

const index = (value: Value, fallback?: number): number | undefined => (value === undefined ? fallback : Math.trunc(Number(value)) || 0)

/** Longest text that is made by repeating or filling. */
const longest = 10_000

const textMethods: Readonly<Record<string, TextMethod>> = {
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  trimStart: (text) => text.trimStart(),
  trimEnd: (text) => text.trimEnd(),
  slice: (text, [start, end]) => text.slice(index(start, 0), index(end)),
  substring: (text, [start, end]) => text.substring(index(start, 0) ?? 0, index(end)),
  charAt: (text, [at]) => text.charAt(index(at, 0) ?? 0),
  charCodeAt: (text, [at]) => text.charCodeAt(index(at, 0) ?? 0),
  at: (text, [at]) => text.at(index(at, 0) ?? 0),
  indexOf: (text, [part]) => text.indexOf(toText(part)),
  lastIndexOf: (text, [part]) => text.lastIndexOf(toText(part)),
  includes: (text, [part]) => text.includes(toText(part)),
  startsWith: (text, [part]) => text.startsWith(toText(part)),
  endsWith: (text, [part]) => text.endsWith(toText(part)),
  split: (text, [separator]) => new ArrayValue(separator === undefined ? [text] : text.split(toText(separator)).slice(0, longest)),
  repeat: (text, [times]) => text.repeat(Math.max(0, Math.min(index(times, 0) ?? 0, Math.floor(longest / Math.max(1, text.length))))),
  padStart: (text, [length, fill]) => text.padStart(Math.min(index(length, 0) ?? 0, longest), fill === undefined ? ' ' : toText(fill)),
  padEnd: (text, [length, fill]) => text.padEnd(Math.min(index(length, 0) ?? 0, longest), fill === undefined ? ' ' : toText(fill)),
  concat: (text, args) => text + args.map(toText).join(''),
  replace: (text, [part, by]) =>
    typeof part === 'string' && typeof by === 'string' ? text.replace(part, () => by) : new Unknown('what is replaced is not known', null),
  replaceAll: (text, [part, by]) =>
    typeof part === 'string' && typeof by === 'string' ? text.split(part).join(by) : new Unknown('what is replaced is not known', null),
  toString: (text: string) => text,
}

export function textMember(text: string, name: string): Value {
  if (name === 'length') return text.length
  if (/^\d+$/.test(name)) return text[Number(name)]
  const method = Object.hasOwn(textMethods, name) ? textMethods[name] : undefined
  return method === undefined ? undefined : native(name, (args) => args.find(isUnknown) ?? method(text, args))
}

export function numberMember(name: string): Value {
  const of = (body: (value: number, args: readonly Value[]) => Value): Value =>
    native(name, (args, { self }) => args.find(isUnknown) ?? body(Number(self), args))
  switch (name) {
    case 'toFixed':
      return of((value, [digits]) => value.toFixed(Math.min(100, Math.max(0, index(digits, 0) ?? 0))))
    case 'toPrecision':
      return of((value, [digits]) =>
        digits === undefined ? String(value) : value.toPrecision(Math.min(100, Math.max(1, index(digits, 1) ?? 1))),
      )
    case 'toString':
    case 'toLocaleString':
      return native(name, (_, { self }) => toText(self))
    default:
      return undefined
  }
}
