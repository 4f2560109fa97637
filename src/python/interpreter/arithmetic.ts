/** Arithmetic of int, float, bool and complex. Ints are exact: numbers while they are safe integers, bigints beyond. */
import type { Span } from '../../graph'
import { complex, float, int } from '../make'
import type { BoolValue, ComplexValue, FloatValue, IntValue, Value } from '../values'
import type { Evaluator } from './evaluator'

export type NumberValue = IntValue | FloatValue | BoolValue

/** Bits past which an integer is not computed. */
const longest = 100_000

export function isNumberValue(value: Value): value is NumberValue {
  return value.kind === 'int' || value.kind === 'float' || value.kind === 'bool'
}

export function integerOf(value: IntValue | BoolValue): number | bigint {
  return value.kind === 'bool' ? Number(value.value) : value.value
}

/** undefined: Python has no such operator for numbers. */
export function arithmetic(
  operator: string,
  left: NumberValue,
  right: NumberValue,
  span: Span | null,
  evaluator: Evaluator,
): Value | undefined {
  if (left.kind === 'float' || right.kind === 'float') return ofFloats(operator, Number(left.value), Number(right.value), span, evaluator)
  const a = integerOf(left)
  const b = integerOf(right)
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = ofSafe(operator, a, b)
    if (quick !== undefined) return quick
  }
  return ofIntegers(operator, BigInt(a), BigInt(b), span, evaluator)
}

/** The common cases, where the result is again a safe integer. */
function ofSafe(operator: string, a: number, b: number): Value | undefined {
  switch (operator) {
    case '+':
      return safe(a + b)
    case '-':
      return safe(a - b)
    case '*':
      return safe(a * b)
    case '/':
      return b === 0 ? undefined : float(a / b)
    case '//':
      return b === 0 ? undefined : safe((a - modulo(a, b)) / b)
    case '%':
      return b === 0 ? undefined : safe(modulo(a, b))
    default:
      return undefined
  }
}

function safe(value: number): Value | undefined {
  return Number.isSafeInteger(value) ? int(value) : undefined
}

/** With the sign of the divisor, as Python has it. */
function modulo(a: number, b: number): number {
  const remainder = a % b
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder
}

function bits(value: bigint): number {
  return value === 0n ? 0 : value.toString(16).length * 4
}

function ofIntegers(operator: string, a: bigint, b: bigint, span: Span | null, evaluator: Evaluator): Value | undefined {
  const tooLong = (): Value => evaluator.unknown('this integer has more digits than are computed', span)
  switch (operator) {
    case '+':
      return int(a + b)
    case '-':
      return int(a - b)
    case '*':
      return bits(a) + bits(b) > longest ? tooLong() : int(a * b)
    case '/':
      return b === 0n ? evaluator.raise('ZeroDivisionError', 'division by zero', span) : float(quotient(a, b))
    case '//':
      return b === 0n ? evaluator.raise('ZeroDivisionError', 'integer division or modulo by zero', span) : int((a - moduloBig(a, b)) / b)
    case '%':
      return b === 0n ? evaluator.raise('ZeroDivisionError', 'integer division or modulo by zero', span) : int(moduloBig(a, b))
    case '**':
      if (b < 0n) {
        if (a === 0n) return evaluator.raise('ZeroDivisionError', '0.0 cannot be raised to a negative power', span)
        return float(reciprocalPower(BigInt(Number(a)), -b))
      }
      if (a === 0n || a === 1n || a === -1n) return int(b === 0n ? 1n : a === -1n && b % 2n === 0n ? 1n : a)
      return b > BigInt(longest) || bits(a) * Number(b) > longest ? tooLong() : int(a ** b)
    case '<<':
      if (b < 0n) return evaluator.raise('ValueError', 'negative shift count', span)
      return a !== 0n && (b > BigInt(longest) || bits(a) + Number(b) > longest) ? tooLong() : int(a === 0n ? 0n : a << b)
    case '>>':
      if (b < 0n) return evaluator.raise('ValueError', 'negative shift count', span)
      return int(b > BigInt(longest) ? (a < 0n ? -1n : 0n) : a >> b)
    case '&':
      return int(a & b)
    case '|':
      return int(a | b)
    case '^':
      return int(a ^ b)
    default:
      return undefined
  }
}

function moduloBig(a: bigint, b: bigint): bigint {
  const remainder = a % b
  return remainder !== 0n && remainder < 0n !== b < 0n ? remainder + b : remainder
}

/** a / b to the nearest double: enough bits of the quotient, the rest folded into the last. */
function quotient(a: bigint, b: bigint): number {
  const negative = a < 0n !== b < 0n
  const n = a < 0n ? -a : a
  const d = b < 0n ? -b : b
  const shift = Math.max(0, bits(d) - bits(n) + 72)
  const scaled = n << BigInt(shift)
  const whole = scaled / d
  const nearest = Number(scaled % d === 0n ? whole : whole | 1n) / 2 ** shift
  return negative ? -nearest : nearest
}

function ofFloats(operator: string, a: number, b: number, span: Span | null, evaluator: Evaluator): Value | undefined {
  switch (operator) {
    case '+':
      return float(a + b)
    case '-':
      return float(a - b)
    case '*':
      return float(a * b)
    case '/':
      return b === 0 ? evaluator.raise('ZeroDivisionError', 'float division by zero', span) : float(a / b)
    case '//':
      return b === 0 ? evaluator.raise('ZeroDivisionError', 'float divmod()', span) : float(floorQuotient(a, b))
    case '%':
      return b === 0 ? evaluator.raise('ZeroDivisionError', 'float modulo', span) : float(floatModulo(a, b))
    case '**':
      return power(a, b, span, evaluator)
    default:
      return undefined
  }
}

/** 1 / aⁿ, rounded once: `**` of doubles may be a bit off in the last place. */
function reciprocalPower(a: bigint, n: bigint): number {
  return n > 400n || bits(a) * Number(n) > longest ? Number(a) ** -Number(n) : quotient(1n, a ** n)
}

export function floatModulo(a: number, b: number): number {
  const remainder = a % b
  if (remainder !== 0) return remainder < 0 !== b < 0 ? remainder + b : remainder
  return b < 0 ? -0 : 0
}

function floorQuotient(a: number, b: number): number {
  if (!Number.isFinite(a)) return Number.NaN
  const exact = (a - floatModulo(a, b)) / b
  if (exact === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0
  const floor = Math.floor(exact)
  return exact - floor > 0.5 ? floor + 1 : floor
}

function power(a: number, b: number, span: Span | null, evaluator: Evaluator): Value {
  if (a === 0 && b < 0) return evaluator.raise('ZeroDivisionError', '0.0 cannot be raised to a negative power', span)
  if (a === 1 || b === 0) return float(1)
  if (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) return float(1)
  if (a < 0 && Number.isFinite(a) && Number.isFinite(b) && !Number.isInteger(b)) {
    const size = (-a) ** b
    return complex(size * Math.cos(Math.PI * b), size * Math.sin(Math.PI * b))
  }
  const result = a ** b
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b))
    return evaluator.raise('OverflowError', "(34, 'Numerical result out of range')", span)
  return float(result)
}

/** undefined: Python has no such operator for complex numbers. */
export function complexArithmetic(
  operator: string,
  a: ComplexValue,
  b: ComplexValue,
  span: Span | null,
  evaluator: Evaluator,
): Value | undefined {
  switch (operator) {
    case '+':
      return complex(a.real + b.real, a.imaginary + b.imaginary)
    case '-':
      return complex(a.real - b.real, a.imaginary - b.imaginary)
    case '*':
      return complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
    case '/': {
      const size = b.real * b.real + b.imaginary * b.imaginary
      if (size === 0) return evaluator.raise('ZeroDivisionError', 'complex division by zero', span)
      return complex((a.real * b.real + a.imaginary * b.imaginary) / size, (a.imaginary * b.real - a.real * b.imaginary) / size)
    }
    case '**':
      return evaluator.unknown('powers of complex numbers are not computed', span)
    default:
      return undefined
  }
}

export function asComplex(value: Value): ComplexValue | undefined {
  if (value.kind === 'complex') return value
  return isNumberValue(value) ? complex(Number(value.value), 0) : undefined
}
