/** `format(value, spec)`, `str.format`, and the `%` operator of str. f-strings are `formatValue` of each field. */
import type { Span } from '../../graph'
import { firstUnknown, underlying } from '../guards'
import type { Interpreter } from '../host'
import { int, str } from '../make'
import { lookUp } from '../mro'
import type { Value } from '../values'
import { objectClass } from './classes'
import { formatFloat, formatInt, formatText, parseSpec, type Spec } from './formatSpec'
import { typeOf } from './typeOf'

const widest = 100_000

/** The Unknown in a value whose text is asked for, also inside dicts and sets. */
function unknownIn(value: Value): Value | undefined {
  if (value.kind === 'dict') return firstUnknown(value.entries.values())
  return firstUnknown([value])
}

function escaped(character: string): string {
  const point = character.codePointAt(0) ?? 0
  const [letter, width] = point < 0x100 ? ['x', 2] : point < 0x10000 ? ['u', 4] : ['U', 8]
  return `\\${letter}${point.toString(16).padStart(width, '0')}`
}

export type Conversion = 'r' | 's' | 'a' | ''

/** `!r`, `!s`, `!a`. Unknown when the value, or what its text would show, is. */
export function convert(value: Value, conversion: Conversion, interpreter: Interpreter): Value {
  if (conversion === '') return value
  const hidden = unknownIn(value)
  if (hidden !== undefined) return hidden
  const text = conversion === 's' ? interpreter.str(value) : interpreter.repr(value)
  return str(conversion === 'a' ? text.replace(/[^\x20-\x7e]/gu, escaped) : text)
}

function ofBuiltin(plain: Value, spec: Spec): string | undefined {
  switch (plain.kind) {
    case 'bool':
      return spec.type === '' || spec.type === 's' ? undefined : formatInt(plain.value ? 1 : 0, spec)
    case 'int':
      return spec.type === 's' ? undefined : formatInt(plain.value, spec)
    case 'float':
      return spec.type === 's' ? undefined : formatFloat(plain.value, spec)
    case 'str':
      return spec.type === '' || spec.type === 's' ? formatText(plain.value, spec) : undefined
    default:
      return undefined
  }
}

/** `format(value, spec)`: a str, or Unknown when the value is. Raises ValueError and TypeError as Python does. */
export function formatValue(value: Value, specText: string, interpreter: Interpreter, span: Span | null = null): Value {
  const hidden = unknownIn(value)
  if (hidden !== undefined) return hidden
  if (value.kind === 'instance') {
    const own = lookUp(value.cls, '__format__')
    if (own !== undefined && own !== objectClass.attributes.get('__format__')) {
      return interpreter.call(own, [value, str(specText)], undefined, span)
    }
  }
  if (specText === '') return str(interpreter.str(value))
  const spec = parseSpec(specText)
  const plain = underlying(value)
  if (spec === undefined) return interpreter.raise('ValueError', `Invalid format specifier '${specText}'`, span)
  if (spec.width > widest || (spec.precision ?? 0) > widest)
    return interpreter.unknown(`a text of ${spec.width} characters is not made`, span)
  if (plain.kind === 'bool' && spec.type === '') return str(formatText(plain.value ? 'True' : 'False', spec))
  if ((plain.kind === 'int' || plain.kind === 'bool') && spec.precision !== undefined && !/[eEfFgGn%]/.test(spec.type)) {
    return interpreter.raise('ValueError', 'Precision not allowed in integer format specifier', span)
  }
  const text = ofBuiltin(plain, spec)
  if (text !== undefined) return str(text)
  if (plain.kind === 'int' || plain.kind === 'float' || plain.kind === 'bool' || plain.kind === 'str') {
    return interpreter.raise('ValueError', `Unknown format code '${spec.type}' for object of type '${typeOf(plain).name}'`, span)
  }
  return interpreter.raise('TypeError', `unsupported format string passed to ${typeOf(value).name}.__format__`, span)
}

interface Arguments {
  readonly positional: readonly Value[]
  keyword(name: string): Value | undefined
}

interface Field {
  readonly name: string
  readonly conversion: Conversion
  readonly spec: string
}

/** Splits `name!r:spec` of one field; brackets in an index may hold anything. */
function parseField(text: string): Field {
  const match = /^((?:\[[^\]]*\]|[^!:[])*)(?:!([rsa]))?(?::([\s\S]*))?$/.exec(text)
  if (match === null) return { name: text, conversion: '', spec: '' }
  return { name: match[1] ?? '', conversion: (match[2] as Conversion | undefined) ?? '', spec: match[3] ?? '' }
}

class Formatter {
  private next = 0

  constructor(
    private readonly args: Arguments,
    private readonly interpreter: Interpreter,
    private readonly span: Span | null,
  ) {}

  private field(path: string): Value {
    const match = /^([^.[]*)(.*)$/s.exec(path)
    const head = match?.[1] ?? ''
    const index = head === '' ? this.next : /^\d+$/.test(head) ? Number(head) : undefined
    if (head === '') this.next += 1
    let value = index === undefined ? this.args.keyword(head) : this.args.positional[index]
    if (value === undefined) {
      if (index === undefined) return this.interpreter.raise('KeyError', head, this.span)
      return this.interpreter.raise('IndexError', `Replacement index ${index} out of range for positional args tuple`, this.span)
    }
    for (const step of (match?.[2] ?? '').matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
      const [, attribute, index] = step
      if (attribute !== undefined) value = this.interpreter.getAttribute(value, attribute, this.span)
      else if (index !== undefined)
        value = this.interpreter.getItem(value, /^\d+$/.test(index) ? int(Number(index)) : str(index), this.span)
    }
    return value
  }

  /** Everything in the template; `deep` within a specification. */
  run(template: string, deep = false): Value {
    let made = ''
    let index = 0
    while (index < template.length) {
      const character = template[index] as string
      if (character !== '{' && character !== '}') {
        const end = template.slice(index).search(/[{}]/)
        const stop = end < 0 ? template.length : index + end
        made += template.slice(index, stop)
        index = stop
      } else if (template[index + 1] === character) {
        made += character
        index += 2
      } else if (character === '}') {
        return this.interpreter.raise('ValueError', "Single '}' encountered in format string", this.span)
      } else {
        let depth = 1
        let end = index + 1
        while (end < template.length && depth > 0) {
          if (template[end] === '{') depth += 1
          else if (template[end] === '}') depth -= 1
          end += 1
        }
        if (depth > 0 || (deep && template.slice(index + 1, end - 1).includes('{'))) {
          return this.interpreter.raise('ValueError', "Single '{' encountered in format string", this.span)
        }
        const text = this.replacement(template.slice(index + 1, end - 1))
        if (text.kind !== 'str') return text
        made += text.value
        index = end
      }
      if (made.length > widest) return this.interpreter.unknown('a text this long is not made', this.span)
    }
    return str(made)
  }

  private replacement(text: string): Value {
    const { name, conversion, spec } = parseField(text)
    const value = convert(this.field(name), conversion, this.interpreter)
    const written = spec.includes('{') ? this.run(spec, true) : str(spec)
    return written.kind === 'str' ? formatValue(value, written.value, this.interpreter, this.span) : written
  }
}

/** `template.format(*positional, **keyword)`. */
export function formatTemplate(
  template: string,
  positional: readonly Value[],
  keyword: (name: string) => Value | undefined,
  interpreter: Interpreter,
  span: Span | null = null,
): Value {
  return new Formatter({ positional, keyword }, interpreter, span).run(template)
}
