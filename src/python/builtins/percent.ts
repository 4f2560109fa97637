/** `template % values`. */
import type { Span } from '../../graph'
import { asNumber, underlying } from '../guards'
import type { Interpreter } from '../host'
import { str } from '../make'
import type { Value } from '../values'
import { type Conversion, convert } from './format'
import { formatFloat, formatInt, formatText, type Spec } from './formatSpec'
import { typeOf } from './typeOf'

const field = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([diouxXeEfFgGcrsa%])/g
const widest = 100_000

/** For whole numbers the precision is the least number of digits. */
function integer(value: number | bigint, spec: Spec): string {
  if (spec.precision === undefined) return formatInt(value, spec) ?? ''
  const short = formatInt(value, { ...spec, width: 0 }) ?? ''
  const lead = /^[-+ ]?(?:0[xXo])?/.exec(short)?.[0] ?? ''
  const digits = short.slice(lead.length).padStart(spec.precision, '0')
  if (spec.align === '=') return lead + digits.padStart(spec.width - lead.length, '0')
  return formatText(lead + digits, { ...spec, precision: undefined, fill: ' ', align: spec.align === '<' ? '<' : '>' })
}

function number(value: Value, type: string, spec: Spec, interpreter: Interpreter, span: Span | null): Value {
  const plain = underlying(value)
  if (plain.kind !== 'int' && plain.kind !== 'float' && plain.kind !== 'bool') {
    return interpreter.raise('TypeError', `%${type} format: a real number is required, not ${typeOf(value).name}`, span)
  }
  if (/[eEfFgG]/.test(type)) return str(formatFloat(Number(plain.value), spec) ?? '')
  if (plain.kind !== 'float') return str(integer(plain.kind === 'bool' ? Number(plain.value) : plain.value, spec))
  if (/[xXoc]/.test(type)) return interpreter.raise('TypeError', `%${type} format: an integer is required, not float`, span)
  if (!Number.isFinite(plain.value)) return interpreter.raise('ValueError', 'cannot convert float to integer', span)
  return str(integer(BigInt(Math.trunc(plain.value)), spec))
}

/** A str, or Unknown when one of the values shown is. Raises TypeError, KeyError and ValueError as Python does. */
export function formatPercent(template: string, values: Value, interpreter: Interpreter, span: Span | null = null): Value {
  if (values.kind === 'unknown') return values
  const positional = values.kind === 'tuple' ? values.items : [values]
  let next = 0
  let named = false
  let failed: Value | undefined
  const take = (): Value => {
    const value = positional[next]
    next += 1
    return value ?? interpreter.raise('TypeError', 'not enough arguments for format string', span)
  }
  const size = (text: string | undefined): number | undefined => {
    if (text !== '*') return text === undefined ? undefined : Number(text)
    return asNumber(take()) ?? interpreter.raise('TypeError', '* wants int', span)
  }
  const made = template.replace(field, (_, name: string | undefined, flags: string, widthText, precisionText, type: string) => {
    if (failed !== undefined) return ''
    if (type === '%') return '%'
    const width = size(widthText) ?? 0
    const precision = size(precisionText)
    let value: Value
    if (name === undefined) value = take()
    else {
      named = true
      value = interpreter.getItem(values, str(name), span)
    }
    const spec: Spec = {
      fill: flags.includes('0') && !flags.includes('-') ? '0' : ' ',
      align: flags.includes('-') || width < 0 ? '<' : flags.includes('0') && !/[rsac]/.test(type) ? '=' : '>',
      sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '-',
      alternate: flags.includes('#'),
      width: Math.abs(width),
      grouping: '',
      precision,
      type: type === 'i' || type === 'u' ? 'd' : type,
    }
    if (spec.width > widest || (precision ?? 0) > widest)
      failed = interpreter.unknown(`a text of ${spec.width} characters is not made`, span)
    const textual = /[rsa]/.test(type) || (type === 'c' && value.kind === 'str')
    const text =
      value.kind === 'unknown'
        ? value
        : textual
          ? convert(value, type === 'c' ? 's' : (type as Conversion), interpreter)
          : number(value, type, spec, interpreter, span)
    if (text.kind === 'str' && failed === undefined) return textual ? formatText(text.value, { ...spec, fill: ' ' }) : text.value
    failed ??= text
    return ''
  })
  if (failed !== undefined) return failed
  const leftOver = values.kind === 'tuple' ? next < positional.length : next === 0 && !named && values.kind !== 'dict'
  if (leftOver && values.kind !== 'instance' && values.kind !== 'list') {
    return interpreter.raise('TypeError', 'not all arguments converted during string formatting', span)
  }
  return str(made)
}
