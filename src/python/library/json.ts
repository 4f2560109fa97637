/** The json module: text that is known, to and from values. */

import { exceptions } from '../builtins'
import { floatRepr } from '../builtins/floatText'
import { asString, firstUnknown, underlying } from '../guards'
import type { Interpreter } from '../host'
import { bool, dict, float, int, list, none, str } from '../make'
import { type Bound, named, native, nativeClass } from '../native'
import type { Value } from '../values'
import { ignored, libraryModule, unread } from './module'

const longest = 200_000

/** Reads JSON as Python does: numbers with a point or an exponent are floats, others ints of any size. */
class Reader {
  private at = 0

  constructor(private readonly text: string) {}

  document(): Value {
    const value = this.value()
    this.space()
    if (this.at < this.text.length) throw new SyntaxError('Extra data')
    return value
  }

  private space(): void {
    while (/[ \t\n\r]/.test(this.text[this.at] ?? '')) this.at += 1
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match === null) return undefined
    this.at += match[0].length
    return match[0]
  }

  private value(): Value {
    this.space()
    const character = this.text[this.at]
    if (character === '{') return this.object()
    if (character === '[') return this.array()
    if (character === '"') return str(this.string())
    const word = this.take(/true|false|null|NaN|-?Infinity/y)
    if (word !== undefined) {
      if (word === 'null') return none
      if (word === 'true' || word === 'false') return bool(word === 'true')
      return float(Number(word))
    }
    const number = this.take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
    if (number === undefined) throw new SyntaxError('Expecting value')
    return /[.eE]/.test(number) ? float(Number(number)) : int(BigInt(number))
  }

  private string(): string {
    const written = this.take(/"(?:[^"\\]|\\.)*"/y)
    if (written === undefined) throw new SyntaxError('Unterminated string')
    const parsed: unknown = JSON.parse(written)
    return String(parsed)
  }

  private separated(close: string, item: () => void): void {
    this.at += 1
    this.space()
    if (this.text[this.at] === close) {
      this.at += 1
      return
    }
    for (;;) {
      item()
      this.space()
      const next = this.text[this.at]
      this.at += 1
      if (next === close) return
      if (next !== ',') throw new SyntaxError(`Expecting ',' delimiter`)
    }
  }

  private array(): Value {
    const items: Value[] = []
    this.separated(']', () => {
      items.push(this.value())
    })
    return list(items)
  }

  private object(): Value {
    const made = dict()
    this.separated('}', () => {
      this.space()
      const key = this.string()
      this.space()
      if (this.text[this.at] !== ':') throw new SyntaxError(`Expecting ':' delimiter`)
      this.at += 1
      made.entries.set(str(key), this.value())
    })
    return made
  }
}

interface Style {
  readonly indent: string | undefined
  readonly sortKeys: boolean
  /** Values that may still be written: one held many times over counts each time. */
  left: number
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** undefined: something in it has no JSON. */
function written(given: Value, style: Style, depth: number): string | undefined {
  const value = underlying(given)
  style.left -= 1
  if (depth > 100 || style.left < 0) return undefined
  switch (value.kind) {
    case 'none':
      return 'null'
    case 'bool':
      return value.value ? 'true' : 'false'
    case 'int':
      return value.value.toString()
    case 'float':
      return Number.isFinite(value.value)
        ? floatRepr(value.value)
        : ({ inf: 'Infinity', '-inf': '-Infinity' }[floatRepr(value.value)] ?? 'NaN')
    case 'str':
      return quoted(value.value)
    case 'list':
    case 'tuple':
      return block(
        '[',
        ']',
        value.items.map((item) => written(item, style, depth + 1)),
        style,
        depth,
      )
    case 'dict': {
      const pairs = Array.from(value.entries.entries(), ([key, item]): [string | undefined, string | undefined] => {
        const plain = underlying(key)
        return [plain.kind === 'str' ? quoted(plain.value) : quotedKey(written(plain, style, depth + 1)), written(item, style, depth + 1)]
      })
      if (style.sortKeys) pairs.sort(([left = ''], [right = '']) => (left < right ? -1 : left > right ? 1 : 0))
      return block(
        '{',
        '}',
        pairs.map(([key, item]) => (key === undefined || item === undefined ? undefined : `${key}: ${item}`)),
        style,
        depth,
      )
    }
    default:
      return undefined
  }
}

function quotedKey(key: string | undefined): string | undefined {
  return key === undefined ? undefined : `"${key}"`
}

function block(open: string, close: string, items: readonly (string | undefined)[], style: Style, depth: number): string | undefined {
  if (items.some((item) => item === undefined)) return undefined
  if (items.length === 0) return open + close
  if (style.indent === undefined) return open + items.join(', ') + close
  const inner = `\n${style.indent.repeat(depth + 1)}`
  return `${open}${inner}${items.join(`,${inner}`)}\n${style.indent.repeat(depth)}${close}`
}

function loads(args: Bound, interpreter: Interpreter): Value {
  const text = asString(args.value('s'))
  if (text === undefined) return args.firstUnknown() ?? interpreter.unknown('this JSON is not text that is known', args.span)
  if (text.length > longest) return interpreter.unknown('this JSON is too long to be read', args.span)
  try {
    return new Reader(text).document()
  } catch (error) {
    if (error instanceof SyntaxError) return interpreter.raise('ValueError', error.message, args.span)
    throw error
  }
}

export const json = libraryModule('json', [
  ['JSONDecodeError', exceptions.get('ValueError') ?? none],
  ['JSONEncoder', nativeClass({ name: 'JSONEncoder', qualifiedName: 'json.JSONEncoder' })],
  ...named(
    native('loads(s, **kwargs)', loads),
    native('dumps(obj, *, indent=None, sort_keys=False, default=None, **kwargs)', (args, interpreter) => {
      const hidden = firstUnknown([args.value('obj')])
      if (hidden !== undefined) return hidden
      const indent = args.value('indent')
      const style = {
        indent: asString(indent) ?? (indent.kind === 'int' ? ' '.repeat(Math.min(20, Number(indent.value))) : undefined),
        sortKeys: args.boolean('sort_keys') === true,
        left: longest,
      }
      const text = written(args.value('obj'), style, 0)
      return text === undefined ? interpreter.unknown('what this is as JSON is not known', args.span) : str(text)
    }),
    unread('load(fp, **kwargs)', 'files are not opened'),
    ignored('dump', none),
  ),
])
