/** Methods of str. */
import { asInteger, asString, firstUnknown, underlying } from '../guards'
import type { Interpreter } from '../host'
import { bool, bytes, dict, int, list, none, str, tuple } from '../make'
import { type Bound, method, named, native } from '../native'
import type { StrValue, Value } from '../values'
import { strClass } from './classes'
import { binaryMethods, comparisonMethods, fill, methodOf, ordering } from './fill'
import { formatTemplate, formatValue } from './format'
import { isItems, itemsOf } from './iterate'
import { textLength } from './length'
import { standFor } from './list'
import { container } from './sequence'
import { tooLarge } from './size'
import { partition, splitLines, splitText, splitWords, stripped } from './strSplit'

/** One character for each byte. */
function utf8(text: string): string {
  const encoded = (point: number, lead: number, count: number): string => {
    const tail = Array.from({ length: count }, (_, index) => String.fromCharCode(0x80 | ((point >> (6 * (count - 1 - index))) & 0x3f)))
    return String.fromCharCode(lead | (point >> (6 * count))) + tail.join('')
  }
  return Array.from(text, (character) => {
    const point = character.codePointAt(0) ?? 0
    if (point < 0x80) return character
    if (point < 0x800) return encoded(point, 0xc0, 1)
    return point < 0x10000 ? encoded(point, 0xe0, 2) : encoded(point, 0xf0, 3)
  }).join('')
}

/** A method from text to text without arguments. */
function mapped(name: string, map: (text: string) => string): [string, Value] {
  return methodOf('str', `${name}(self, /)`, (self) => str(map(self.value)))
}

/** A test of every character, false for the empty text. */
function tested(name: string, pattern: RegExp): [string, Value] {
  return methodOf('str', `${name}(self, /)`, (self) => bool(pattern.test(self.value)))
}

function title(text: string): string {
  return text.toLowerCase().replace(/\p{L}+/gu, (word) => word[0]?.toUpperCase() + word.slice(1))
}

function swapped(text: string): string {
  return Array.from(text, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('')
}

/** Runs with the argument as text; an Unknown argument gives itself, another kind TypeError. */
function withText(args: Bound, name: string, interpreter: Interpreter, body: (text: string) => Value): Value {
  const value = args.value(name)
  const text = asString(value)
  if (text !== undefined) return body(text)
  return firstUnknown([value]) ?? interpreter.raise('TypeError', `must be str, not ${interpreter.typeOf(value).name}`, args.span)
}

function within(self: StrValue, args: Bound): { text: string; offset: number } {
  const length = self.value.length
  const clamp = (value: number | undefined, otherwise: number): number =>
    value === undefined ? otherwise : value < 0 ? Math.max(0, value + length) : Math.min(value, length)
  const start = clamp(asInteger(args.value('start')), 0)
  const stop = clamp(asInteger(args.value('end')), length)
  return { text: self.value.slice(start, Math.max(start, stop)), offset: start }
}

function searched(name: string, find: (text: string, part: string) => number, required: boolean): [string, Value] {
  return methodOf('str', `${name}(self, part, start=None, end=None, /)`, (self, args, interpreter) =>
    withText(args, 'part', interpreter, (part) => {
      const { text, offset } = within(self, args)
      const index = find(text, part)
      if (index < 0) return required ? interpreter.raise('ValueError', 'substring not found', args.span) : int(-1)
      return int(textLength(self.value.slice(0, index + offset)))
    }),
  )
}

function affixed(name: string, test: (text: string, part: string) => boolean): [string, Value] {
  return methodOf('str', `${name}(self, part, start=None, end=None, /)`, (self, args, interpreter) => {
    const { text } = within(self, args)
    const part = args.value('part')
    const parts = part.kind === 'tuple' ? part.items : [part]
    const unknownPart = firstUnknown(parts)
    if (unknownPart !== undefined) return unknownPart
    return bool(
      parts.some((each) =>
        test(
          text,
          asString(each) ??
            interpreter.raise(
              'TypeError',
              `${name} first arg must be str or a tuple of str, not ${interpreter.typeOf(each).name}`,
              args.span,
            ),
        ),
      ),
    )
  })
}

function stripping(name: string, ends: 'both' | 'left' | 'right'): [string, Value] {
  return methodOf('str', `${name}(self, chars=None, /)`, (self, args, interpreter) =>
    args.value('chars').kind === 'none'
      ? str(stripped(self.value, undefined, ends))
      : withText(args, 'chars', interpreter, (chars) => str(stripped(self.value, chars, ends))),
  )
}

function splitting(name: string, fromRight: boolean): [string, Value] {
  return methodOf('str', `${name}(self, sep=None, maxsplit=-1)`, (self, args, interpreter) => {
    const most = asInteger(args.value('maxsplit')) ?? -1
    if (args.value('sep').kind === 'none') return list(splitWords(self.value, most, fromRight).map(str))
    return withText(args, 'sep', interpreter, (separator) =>
      separator === ''
        ? interpreter.raise('ValueError', 'empty separator', args.span)
        : list(splitText(self.value, separator, most, fromRight).map(str)),
    )
  })
}

function partitioning(name: string, fromRight: boolean): [string, Value] {
  return methodOf('str', `${name}(self, sep, /)`, (self, args, interpreter) =>
    withText(args, 'sep', interpreter, (separator) =>
      separator === ''
        ? interpreter.raise('ValueError', 'empty separator', args.span)
        : tuple(partition(self.value, separator, fromRight).map(str)),
    ),
  )
}

function justifying(name: string, place: (missing: number, width: number) => number): [string, Value] {
  return methodOf('str', `${name}(self, width, fillchar=' ', /)`, (self, args, interpreter) => {
    const width = asInteger(args.value('width'))
    if (width === undefined) return args.firstUnknown() ?? interpreter.unknown('the width of this text is not known', args.span)
    const missing = Math.max(0, width - textLength(self.value))
    const left = place(missing, width)
    const fillText = args.string('fillchar') ?? ' '
    return tooLarge(width, interpreter, args.span) ?? str(fillText.repeat(left) + self.value + fillText.repeat(missing - left))
  })
}

fill(strClass, [
  ...container,
  ...binaryMethods({ __add__: '+', __mul__: '*' }),
  ...comparisonMethods(ordering),
  ...named(
    native('__new__(cls, object="", encoding=None, errors=None)', (args, interpreter) => {
      const value = args.value('object')
      const hidden = value.kind === 'dict' ? firstUnknown(value.entries.values()) : firstUnknown([value])
      if (hidden !== undefined) return hidden
      const text = value.kind === 'bytes' && args.passed('encoding') ? value.value : interpreter.str(value)
      return standFor(args.value('cls'), strClass, str(text), interpreter, args.span)
    }),
    method('__str__(self, /)', (args) => underlying(args.value('self'))),
    method('__format__(self, spec, /)', (args, interpreter) =>
      formatValue(underlying(args.value('self')), args.string('spec') ?? '', interpreter, args.span),
    ),
    method('__mod__(self, values, /)', (args, interpreter) =>
      interpreter.binary('%', underlying(args.value('self')), args.value('values'), args.span),
    ),
  ),
  mapped('lower', (text) => text.toLowerCase()),
  mapped('casefold', (text) => text.toLowerCase()),
  mapped('upper', (text) => text.toUpperCase()),
  mapped('capitalize', (text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()),
  mapped('title', title),
  mapped('swapcase', swapped),
  tested('isdigit', /^\p{Nd}+$/u),
  tested('isdecimal', /^\p{Nd}+$/u),
  tested('isnumeric', /^\p{N}+$/u),
  tested('isalpha', /^\p{L}+$/u),
  tested('isalnum', /^[\p{L}\p{N}]+$/u),
  tested('isspace', /^\s+$/),
  tested('isidentifier', /^[\p{L}_][\p{L}\p{Nd}_]*$/u),
  methodOf('str', 'isupper(self, /)', ({ value }) => bool(value === value.toUpperCase() && value !== value.toLowerCase())),
  methodOf('str', 'islower(self, /)', ({ value }) => bool(value === value.toLowerCase() && value !== value.toUpperCase())),
  searched('find', (text, part) => text.indexOf(part), false),
  searched('rfind', (text, part) => text.lastIndexOf(part), false),
  searched('index', (text, part) => text.indexOf(part), true),
  searched('rindex', (text, part) => text.lastIndexOf(part), true),
  methodOf('str', 'count(self, part, start=None, end=None, /)', (self, args, interpreter) =>
    withText(args, 'part', interpreter, (part) => {
      const { text } = within(self, args)
      return int(part === '' ? textLength(text) + 1 : text.split(part).length - 1)
    }),
  ),
  affixed('startswith', (text, part) => text.startsWith(part)),
  affixed('endswith', (text, part) => text.endsWith(part)),
  stripping('strip', 'both'),
  stripping('lstrip', 'left'),
  stripping('rstrip', 'right'),
  splitting('split', false),
  splitting('rsplit', true),
  partitioning('partition', false),
  partitioning('rpartition', true),
  justifying('ljust', () => 0),
  justifying('rjust', (missing) => missing),
  justifying('center', (missing, width) => Math.floor(missing / 2) + (missing & width & 1)),
  methodOf('str', 'zfill(self, width, /)', (self, args, interpreter) => {
    const width = asInteger(args.value('width')) ?? 0
    const sign = /^[+-]/.exec(self.value)?.[0] ?? ''
    return tooLarge(width, interpreter, args.span) ?? str(sign + self.value.slice(sign.length).padStart(width - sign.length, '0'))
  }),
  methodOf('str', 'splitlines(self, keepends=False)', (self, args) =>
    list(splitLines(self.value, args.boolean('keepends') === true).map(str)),
  ),
  methodOf('str', 'join(self, iterable, /)', (self, args, interpreter) => {
    const items = itemsOf(args.value('iterable'), interpreter, args.span)
    if (!isItems(items)) return items
    const hidden = firstUnknown(items)
    if (hidden !== undefined) return hidden
    const parts = items.map(
      (item, index) =>
        asString(item) ??
        interpreter.raise('TypeError', `sequence item ${index}: expected str instance, ${interpreter.typeOf(item).name} found`, args.span),
    )
    const length = parts.reduce((sum, part) => sum + part.length + self.value.length, 0)
    return tooLarge(length, interpreter, args.span) ?? str(parts.join(self.value))
  }),
  methodOf('str', 'replace(self, old, new, count=-1, /)', (self, args, interpreter) =>
    withText(args, 'old', interpreter, (old) =>
      withText(args, 'new', interpreter, (replacement) => {
        const most = asInteger(args.value('count')) ?? -1
        const parts = old === '' ? ['', ...Array.from(self.value), ''] : self.value.split(old)
        const length = self.value.length + parts.length * replacement.length
        const [first = '', ...rest] = parts
        const made = rest.reduce((text, part, index) => text + (most < 0 || index < most ? replacement : old) + part, first)
        return tooLarge(length, interpreter, args.span) ?? str(made)
      }),
    ),
  ),
  methodOf('str', 'removeprefix(self, prefix, /)', (self, args, interpreter) =>
    withText(args, 'prefix', interpreter, (prefix) => str(self.value.startsWith(prefix) ? self.value.slice(prefix.length) : self.value)),
  ),
  methodOf('str', 'removesuffix(self, suffix, /)', (self, args, interpreter) =>
    withText(args, 'suffix', interpreter, (suffix) =>
      str(suffix !== '' && self.value.endsWith(suffix) ? self.value.slice(0, -suffix.length) : self.value),
    ),
  ),
  methodOf(
    'str',
    'format(self, /, *args, **kwargs)',
    (self, args, interpreter) =>
      args.unknownRest ??
      formatTemplate(self.value, args.rest('args'), (name) => args.keywords('kwargs').get(name), interpreter, args.span),
  ),
  methodOf('str', 'format_map(self, mapping, /)', (self, args, interpreter) =>
    formatTemplate(self.value, [], (name) => interpreter.getItem(args.value('mapping'), str(name), args.span), interpreter, args.span),
  ),
  methodOf('str', 'encode(self, encoding="utf-8", errors="strict")', (self) => bytes(utf8(self.value))),
  methodOf('str', 'expandtabs(self, tabsize=8)', (self, args) =>
    str(self.value.replaceAll('\t', ' '.repeat(Math.min(64, Math.max(0, args.number('tabsize') ?? 8))))),
  ),
  methodOf('str', 'translate(self, table, /)', (self, args, interpreter) => {
    const table = args.value('table')
    if (table.kind !== 'dict') return args.firstUnknown() ?? interpreter.unknown('str.translate is read for dicts only', args.span)
    return str(
      Array.from(self.value, (c) => {
        const found = table.entries.get(int(c.codePointAt(0) ?? 0))
        if (found === undefined) return c
        return found.kind === 'none' ? '' : (asString(found) ?? String.fromCodePoint(asInteger(found) ?? 0xfffd))
      }).join(''),
    )
  }),
])
strClass.attributes.set('maketrans', {
  kind: 'staticMethod',
  fn: native('maketrans(x, y=None, z=None, /)', (args) => {
    const x = args.value('x')
    const table = dict()
    if (x.kind === 'dict')
      for (const [key, value] of x.entries.entries())
        table.entries.set(key.kind === 'str' ? int(key.value.codePointAt(0) ?? 0) : key, value)
    const to = Array.from(args.string('y') ?? '')
    for (const [index, c] of Array.from(args.string('x') ?? '').entries()) {
      table.entries.set(int(c.codePointAt(0) ?? 0), int(to[index]?.codePointAt(0) ?? 0))
    }
    for (const c of args.string('z') ?? '') table.entries.set(int(c.codePointAt(0) ?? 0), none)
    return table
  }),
})
