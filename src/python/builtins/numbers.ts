/** Constructors and methods of int, bool, float and complex. */
import { asInteger, asNumber, asString, underlying } from '../guards'
import type { Interpreter } from '../host'
import { bool, complex, float, int, str, tuple } from '../make'
import { lookUp } from '../mro'
import { type Bound, getter, method, named, native } from '../native'
import type { Value } from '../values'
import { boolClass, complexClass, floatClass, intClass } from './classes'
import { arithmetic, binaryMethods, bitwise, comparisonMethods, equality, fill, methodOf, ordering, reflectedMethods } from './fill'
import { nonFinite } from './floatText'
import { standFor } from './list'
import { parseFloatText, parseInteger, truncated } from './numberText'
import { reprOf } from './repr'

/** What an instance's own conversion method gives. */
function converted(value: Value, names: readonly string[], interpreter: Interpreter, args: Bound): Value | undefined {
  if (value.kind !== 'instance') return undefined
  for (const name of names) {
    if (lookUp(value.cls, name) !== undefined)
      return interpreter.call(interpreter.getAttribute(value, name, args.span), [], undefined, args.span)
  }
  return value.cls.mro.find((cls) => cls.unknownBase !== null)?.unknownBase ?? undefined
}

/** A value in a message, cut where it is long. */
function shown(value: Value, interpreter: Interpreter): string {
  const text = interpreter.repr(value)
  return text.length > 120 ? `${text.slice(0, 117)}...` : text
}

function toInt(args: Bound, interpreter: Interpreter): Value {
  const given = args.value('x')
  const value = underlying(given)
  switch (value.kind) {
    case 'unknown':
    case 'int':
      return value
    case 'bool':
      return int(value.value ? 1 : 0)
    case 'float':
      if (Number.isFinite(value.value)) return truncated(value.value)
      return interpreter.raise(
        Number.isNaN(value.value) ? 'ValueError' : 'OverflowError',
        `cannot convert float ${Number.isNaN(value.value) ? 'NaN' : 'infinity'} to integer`,
        args.span,
      )
    case 'str': {
      const base = asInteger(args.value('base')) ?? 10
      return (
        parseInteger(value.value, base) ??
        interpreter.raise('ValueError', `invalid literal for int() with base ${base}: ${shown(value, interpreter)}`, args.span)
      )
    }
    default:
      return (
        converted(given, ['__int__', '__index__', '__trunc__'], interpreter, args) ??
        interpreter.raise(
          'TypeError',
          `int() argument must be a string, a bytes-like object or a real number, not '${interpreter.typeOf(given).name}'`,
          args.span,
        )
      )
  }
}

function toFloat(args: Bound, interpreter: Interpreter): Value {
  const given = args.value('x')
  const value = underlying(given)
  const number = asNumber(value)
  if (value.kind === 'unknown') return value
  if (number !== undefined) return float(number)
  const text = asString(value)
  if (text !== undefined) {
    const parsed = parseFloatText(text)
    return parsed === undefined
      ? interpreter.raise('ValueError', `could not convert string to float: ${shown(value, interpreter)}`, args.span)
      : float(parsed)
  }
  return (
    converted(given, ['__float__', '__index__'], interpreter, args) ??
    interpreter.raise('TypeError', `float() argument must be a string or a real number, not '${interpreter.typeOf(given).name}'`, args.span)
  )
}

const shared: readonly [string, Value][] = [
  ...binaryMethods(arithmetic),
  ...reflectedMethods(arithmetic),
  ...comparisonMethods(equality),
  ...comparisonMethods(ordering),
  ...named(
    method('__neg__(self, /)', (args, interpreter) => interpreter.unary('-', underlying(args.value('self')), args.span)),
    method('__pos__(self, /)', (args, interpreter) => interpreter.unary('+', underlying(args.value('self')), args.span)),
    method('__bool__(self, /)', (args) => bool(asNumber(args.value('self')) !== 0)),
    method('__int__(self, /)', (args, interpreter) => interpreter.call(intClass, [underlying(args.value('self'))])),
    method('__float__(self, /)', (args) => float(asNumber(args.value('self')) ?? Number.NaN)),
    method('__repr__(self, /)', (args, interpreter) => str(reprOf(underlying(args.value('self')), interpreter))),
    method('__abs__(self, /)', (args) => {
      const value = underlying(args.value('self'))
      return value.kind === 'float' ? float(Math.abs(value.value)) : value.kind === 'int' && value.value < 0 ? int(-value.value) : value
    }),
    method('conjugate(self, /)', (args) => underlying(args.value('self'))),
  ),
  ['real', getter('real', underlying)],
]

fill(intClass, [
  ...shared,
  ...binaryMethods(bitwise),
  ...reflectedMethods(bitwise),
  [
    '__new__',
    native('__new__(cls, x=0, /, base=10)', (args, interpreter) => {
      const value = toInt(args, interpreter)
      return value.kind === 'unknown' ? value : standFor(args.value('cls'), intClass, value, interpreter, args.span)
    }),
  ],
  ...named(
    method('__index__(self, /)', (args) => underlying(args.value('self'))),
    method('__invert__(self, /)', (args, interpreter) => interpreter.unary('~', underlying(args.value('self')), args.span)),
  ),
  methodOf('int', 'bit_length(self, /)', (self) =>
    int(self.value === 0 ? 0 : (self.value < 0 ? -self.value : self.value).toString(2).length),
  ),
  methodOf('int', 'bit_count(self, /)', (self) => int((self.value < 0 ? -self.value : self.value).toString(2).replaceAll('0', '').length)),
  methodOf('int', 'is_integer(self, /)', () => bool(true)),
  ['imag', getter('imag', () => int(0))],
  ['numerator', getter('numerator', underlying)],
  ['denominator', getter('denominator', () => int(1))],
])

fill(boolClass, [
  [
    '__new__',
    native('__new__(cls, x=False, /)', (args, interpreter) => {
      const truth = interpreter.truth(args.value('x'), args.span)
      if (truth !== undefined) return bool(truth)
      return args.firstUnknown() ?? interpreter.unknown('whether this is true is not known', args.span)
    }),
  ],
])

function ratio(value: number): Value {
  let [numerator, denominator] = [value, 1n]
  while (!Number.isInteger(numerator)) {
    numerator *= 2
    denominator *= 2n
  }
  return tuple([int(BigInt(numerator)), int(denominator)])
}

fill(floatClass, [
  ...shared,
  [
    '__new__',
    native('__new__(cls, x=0.0, /)', (args, interpreter) => {
      const value = toFloat(args, interpreter)
      return value.kind === 'unknown' ? value : standFor(args.value('cls'), floatClass, value, interpreter, args.span)
    }),
  ],
  methodOf('float', 'is_integer(self, /)', (self) => bool(Number.isInteger(self.value))),
  methodOf('float', 'as_integer_ratio(self, /)', (self, args, interpreter) =>
    Number.isFinite(self.value)
      ? ratio(self.value)
      : interpreter.raise('ValueError', `cannot convert ${nonFinite(self.value)} to integer ratio`, args.span),
  ),
  methodOf('float', 'hex(self, /)', (_, args, interpreter) => interpreter.unknown('float.hex is not read', args.span)),
  ['imag', getter('imag', () => float(0))],
])

fill(complexClass, [
  [
    '__new__',
    native('__new__(cls, real=0, imag=0)', (args, interpreter) => {
      const real = underlying(args.value('real'))
      const [x, y] = [asNumber(real), args.number('imag')]
      if (real.kind === 'complex' && y === 0) return real
      return x !== undefined && y !== undefined
        ? complex(x, y)
        : (args.firstUnknown() ?? interpreter.unknown('this complex number is not read', args.span))
    }),
  ],
  ['real', getter('real', (self) => (self.kind === 'complex' ? float(self.real) : self))],
  ['imag', getter('imag', (self) => (self.kind === 'complex' ? float(self.imaginary) : self))],
  methodOf('complex', 'conjugate(self, /)', (self) => complex(self.real, -self.imaginary)),
])
