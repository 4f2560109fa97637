/** The format specification language: `[[fill]align][sign][#][0][width][grouping][.precision][type]`. */
import { exponential, fixed, floatRepr, general, nonFinite } from './floatText'

export interface Spec {
  readonly fill: string
  readonly align: '<' | '>' | '=' | '^' | ''
  readonly sign: '+' | '-' | ' '
  readonly alternate: boolean
  readonly width: number
  readonly grouping: ',' | '_' | ''
  readonly precision: number | undefined
  readonly type: string
}

const pattern = /^(?:(.)?([<>=^]))?([-+ ])?z?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su

/** undefined: not a format specification. */
export function parseSpec(text: string): Spec | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, fill, align, sign, alternate, zero, width, grouping, precision, type] = match
  return {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: (align as Spec['align'] | undefined) ?? (zero === undefined ? '' : '='),
    sign: (sign as Spec['sign'] | undefined) ?? '-',
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    grouping: (grouping as Spec['grouping'] | undefined) ?? '',
    precision: precision === undefined ? undefined : Number(precision),
    type: type ?? '',
  }
}

function pad(sign: string, body: string, spec: Spec, usual: '<' | '>'): string {
  const missing = spec.width - Array.from(sign + body).length
  if (missing <= 0) return sign + body
  switch (spec.align === '' ? usual : spec.align) {
    case '<':
      return sign + body + spec.fill.repeat(missing)
    case '^':
      return spec.fill.repeat(Math.floor(missing / 2)) + sign + body + spec.fill.repeat(Math.ceil(missing / 2))
    case '=':
      return sign + spec.fill.repeat(missing) + body
    default:
      return spec.fill.repeat(missing) + sign + body
  }
}

function signOf(negative: boolean, spec: Spec): string {
  if (negative) return '-'
  return spec.sign === '-' ? '' : spec.sign
}

/** Separators between groups of the whole part; zero fill is grouped too. */
function grouped(body: string, spec: Spec, sign: string, size = 3): string {
  if (spec.grouping === '') return body
  const whole = (size === 4 ? /^[0-9a-fA-F]+/ : /^\d+/).exec(body)?.[0] ?? ''
  const rest = body.slice(whole.length)
  const group = (digits: string): string => digits.replace(new RegExp(`\\B(?=(?:[0-9a-fA-F]{${size}})+$)`, 'g'), spec.grouping)
  if (spec.fill !== '0' || spec.align !== '=') return group(whole) + rest
  let digits = whole
  while (group(digits).length + rest.length + sign.length < spec.width) digits = `0${digits}`
  return group(digits) + rest
}

export function formatText(text: string, spec: Spec): string {
  const cut = spec.precision === undefined ? text : Array.from(text).slice(0, spec.precision).join('')
  return pad('', cut, spec.align === '=' ? { ...spec, align: '<' } : spec, '<')
}

const radixes: Readonly<Record<string, readonly [number, string]>> = { b: [2, '0b'], o: [8, '0o'], x: [16, '0x'], X: [16, '0X'] }

/** undefined: the type is not one for ints. */
export function formatInt(value: number | bigint, spec: Spec): string | undefined {
  if (spec.type === 'c') return formatText(String.fromCodePoint(Number(value)), spec)
  const negative = value < 0
  const sign = signOf(negative, spec)
  const radix = radixes[spec.type]
  if (radix !== undefined) {
    const digits = (negative ? -value : value).toString(radix[0])
    const prefix = spec.alternate ? radix[1] : ''
    const body = grouped(spec.type === 'X' ? digits.toUpperCase() : digits, spec, sign + prefix, 4)
    return pad(sign + prefix, body, spec, '>')
  }
  if (spec.type === '' || spec.type === 'd' || spec.type === 'n') {
    return pad(sign, grouped((negative ? -value : value).toString(), spec, sign), spec, '>')
  }
  return formatFloat(Number(value), spec)
}

/** Without the zeros at the end of the mantissa, unless they are asked for. */
function shortened(text: string, spec: Spec): string {
  return spec.alternate ? text : text.replace(/(\.\d*?)0+(?=e)/, '$1').replace(/\.(?=e)/, '')
}

function floatBody(value: number, spec: Spec): string | undefined {
  const precision = spec.precision ?? 6
  switch (spec.type) {
    case 'f':
    case 'F':
      return fixed(value, precision)
    case '%':
      return `${fixed(value * 100, precision)}%`
    case 'e':
    case 'E':
      return exponential(value, precision, spec.type)
    case 'g':
    case 'n':
      return general(value, precision, spec.alternate)
    case 'G':
      return general(value, precision, spec.alternate, 'E')
    case '': {
      if (spec.precision === undefined) return floatRepr(Math.abs(value))
      const text = general(value, precision, spec.alternate)
      // Without a type the number always shows that it is a float, and turns to exponents one digit earlier.
      if (text.includes('e') || text.includes('.')) return text
      return text.length >= Math.max(1, precision) ? shortened(exponential(value, Math.max(0, precision - 1)), spec) : `${text}.0`
    }
    default:
      return undefined
  }
}

/** undefined: the type is not one for floats. */
export function formatFloat(value: number, spec: Spec): string | undefined {
  const finite = Number.isFinite(spec.type === '%' ? value * 100 : value)
  const body = finite ? floatBody(value, spec) : nonFinite(Math.abs(value) * 100) + (spec.type === '%' ? '%' : '')
  if (body === undefined) return undefined
  const sign = signOf(value < 0 || Object.is(value, -0), spec)
  // '#' keeps a point that no digit follows.
  const pointed = spec.alternate && finite && !body.includes('.') ? body.replace(/(?=[eE%]|$)/, '.') : body
  const cased = /[FGE]/.test(spec.type) ? pointed.toUpperCase() : pointed
  return pad(sign, finite ? grouped(cased, spec, sign) : cased, spec, '>')
}
