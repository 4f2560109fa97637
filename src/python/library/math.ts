/** The math module. */
import { floatClass, isItems, itemsOf } from '../builtins'
import { rounded, truncated } from '../builtins/numberText'
import { asInteger, asNumber, underlying } from '../guards'
import type { Interpreter } from '../host'
import { bool, float, int, tuple } from '../make'
import { lookUp } from '../mro'
import { type Bound, native } from '../native'
import type { BuiltinValue, Value } from '../values'
import { libraryModule, named } from './module'
import { erf, erfc, gamma, logGamma } from './special'

/** The argument as `float()` makes it; an Unknown where that is one. */
function real(args: Bound, name: string, interpreter: Interpreter): number | Extract<Value, { kind: 'unknown' }> {
  const given = args.value(name)
  const known = asNumber(given)
  if (known !== undefined) return known
  if (given.kind === 'unknown') return given
  if (given.kind !== 'instance')
    return interpreter.raise('TypeError', `must be real number, not ${interpreter.typeOf(given).name}`, args.span)
  const made = interpreter.call(floatClass, [given], undefined, args.span)
  return asNumber(made) ?? (made.kind === 'unknown' ? made : interpreter.unknown('this number is not known', args.span))
}

/** Raises ValueError for a result that is no number, OverflowError for one too large, of numbers that are finite. */
function checked(result: number, given: readonly number[], args: Bound, interpreter: Interpreter): number {
  if (given.every(Number.isFinite)) {
    if (Number.isNaN(result)) interpreter.raise('ValueError', 'math domain error', args.span)
    if (!Number.isFinite(result)) interpreter.raise('OverflowError', 'math range error', args.span)
  }
  return result
}

function withReals(
  signature: string,
  names: readonly string[],
  body: (numbers: readonly number[], args: Bound, interpreter: Interpreter) => Value,
): BuiltinValue {
  return native(signature, (args, interpreter) => {
    const numbers: number[] = []
    for (const name of names) {
      const number = real(args, name, interpreter)
      if (typeof number !== 'number') return number
      numbers.push(number)
    }
    return body(numbers, args, interpreter)
  })
}

function unary(name: string, compute: (x: number) => number): BuiltinValue {
  return withReals(`${name}(x, /)`, ['x'], ([x = Number.NaN], args, interpreter) => float(checked(compute(x), [x], args, interpreter)))
}

function binary(name: string, compute: (x: number, y: number) => number): BuiltinValue {
  return withReals(`${name}(x, y, /)`, ['x', 'y'], ([x = Number.NaN, y = Number.NaN], args, interpreter) =>
    float(checked(compute(x, y), [x, y], args, interpreter)),
  )
}

function test(name: string, holds: (x: number) => boolean): BuiltinValue {
  return withReals(`${name}(x, /)`, ['x'], ([x = Number.NaN]) => bool(holds(x)))
}

/** log is undefined at 0, where JavaScript's is −∞. */
function logarithm(log: (x: number) => number): (x: number) => number {
  return (x) => (x <= 0 ? Number.NaN : log(x))
}

function whole(name: string, dunder: string, toWhole: (x: number) => number): BuiltinValue {
  return native(`${name}(x, /)`, (args, interpreter) => {
    const value = underlying(args.value('x'))
    if (value.kind === 'int') return value
    const own = value.kind === 'instance' ? lookUp(value.cls, dunder) : undefined
    if (own !== undefined) return interpreter.call(own, [value], undefined, args.span)
    const number = real(args, 'x', interpreter)
    if (typeof number !== 'number') return number
    if (Number.isFinite(number)) return truncated(toWhole(number))
    return interpreter.raise(
      Number.isNaN(number) ? 'ValueError' : 'OverflowError',
      `cannot convert float ${Number.isNaN(number) ? 'NaN' : 'infinity'} to integer`,
      args.span,
    )
  })
}

/** Whole arguments, as bigints. */
function withIntegers(
  signature: string,
  names: readonly string[],
  body: (numbers: readonly bigint[], args: Bound, interpreter: Interpreter) => Value,
): BuiltinValue {
  return native(signature, (args, interpreter) => {
    const numbers: bigint[] = []
    for (const name of names) {
      const value = underlying(args.value(name))
      if (value.kind === 'int' || value.kind === 'bool') numbers.push(BigInt(value.value))
      else
        return (
          args.firstUnknown() ??
          interpreter.raise('TypeError', `'${interpreter.typeOf(value).name}' object cannot be interpreted as an integer`, args.span)
        )
    }
    if (numbers.some((number) => number > 100_000n) && !signature.startsWith('isqrt'))
      return interpreter.unknown('numbers this large are not read', args.span)
    return body(numbers, args, interpreter)
  })
}

function falling(n: bigint, k: bigint): bigint {
  let product = 1n
  for (let factor = n; factor > n - k; factor--) product *= factor
  return product
}

function factorial(n: bigint): bigint {
  return falling(n, n)
}

function squareRoot(n: bigint): bigint {
  if (n < 2n) return n
  let guess = BigInt(Math.floor(Math.sqrt(Number(n)))) + 1n
  for (;;) {
    const next = (guess + n / guess) / 2n
    if (next >= guess) return guess
    guess = next
  }
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y > 0n) [x, y] = [y, x % y]
  return x
}

function folded(name: string, initial: bigint, combine: (a: bigint, b: bigint) => bigint): BuiltinValue {
  return native(`${name}(*integers)`, (args, interpreter) => {
    let result = initial
    for (const each of args.rest('integers')) {
      const value = underlying(each)
      if (value.kind !== 'int' && value.kind !== 'bool') {
        return (
          args.firstUnknown() ??
          interpreter.raise('TypeError', `'${interpreter.typeOf(value).name}' object cannot be interpreted as an integer`, args.span)
        )
      }
      result = combine(result, BigInt(value.value))
    }
    return int(result)
  })
}

/** The numbers of an iterable. */
function numbersOf(value: Value, args: Bound, interpreter: Interpreter): readonly number[] | Extract<Value, { kind: 'unknown' }> {
  const items = itemsOf(value, interpreter, args.span)
  if (!isItems(items)) return items
  const numbers: number[] = []
  for (const item of items) {
    const number = asNumber(item)
    if (number === undefined) return item.kind === 'unknown' ? item : interpreter.raise('TypeError', 'must be real number', args.span)
    numbers.push(number)
  }
  return numbers
}

/** Exactly rounded sum (Shewchuk's partial sums). */
export function exactSum(numbers: readonly number[]): number {
  let partials: number[] = []
  for (const number of numbers) {
    let x = number
    const kept: number[] = []
    for (const partial of partials) {
      const [large, small] = Math.abs(x) < Math.abs(partial) ? [partial, x] : [x, partial]
      const high = large + small
      const low = small - (high - large)
      if (low !== 0) kept.push(low)
      x = high
    }
    partials = [...kept, x]
  }
  return partials.reduceRight((sum, each) => sum + each, 0)
}

const functions: readonly BuiltinValue[] = [
  unary('sqrt', Math.sqrt),
  unary('cbrt', Math.cbrt),
  unary('exp', Math.exp),
  unary('exp2', (x) => 2 ** x),
  unary('expm1', Math.expm1),
  unary('log2', logarithm(Math.log2)),
  unary('log10', logarithm(Math.log10)),
  unary('log1p', (x) => (x <= -1 ? Number.NaN : Math.log1p(x))),
  unary('sin', Math.sin),
  unary('cos', Math.cos),
  unary('tan', Math.tan),
  unary('asin', Math.asin),
  unary('acos', Math.acos),
  unary('atan', Math.atan),
  unary('sinh', Math.sinh),
  unary('cosh', Math.cosh),
  unary('tanh', Math.tanh),
  unary('asinh', Math.asinh),
  unary('acosh', Math.acosh),
  unary('atanh', Math.atanh),
  unary('fabs', Math.abs),
  unary('degrees', (x) => (x * 180) / Math.PI),
  unary('radians', (x) => (x * Math.PI) / 180),
  unary('erf', erf),
  unary('erfc', erfc),
  unary('gamma', gamma),
  unary('lgamma', logGamma),
  binary('pow', (x, y) => x ** y),
  binary('atan2', Math.atan2),
  binary('fmod', (x, y) => x % y),
  binary('copysign', (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x))),
  binary('remainder', (x, y) => x - y * rounded(x / y, 0)),
  test('isnan', Number.isNaN),
  test('isfinite', Number.isFinite),
  test('isinf', (x) => Math.abs(x) === Number.POSITIVE_INFINITY),
  whole('floor', '__floor__', Math.floor),
  whole('ceil', '__ceil__', Math.ceil),
  whole('trunc', '__trunc__', Math.trunc),
  native('log(x, base=None, /)', (args, interpreter) => {
    const x = real(args, 'x', interpreter)
    const base = args.passed('base') && args.value('base').kind !== 'none' ? real(args, 'base', interpreter) : Math.E
    if (typeof x !== 'number') return x
    if (typeof base !== 'number') return base
    if (x <= 0 || base <= 0) return interpreter.raise('ValueError', 'math domain error', args.span)
    if (base === 1) return interpreter.raise('ZeroDivisionError', 'float division by zero', args.span)
    return float(base === Math.E ? Math.log(x) : Math.log(x) / Math.log(base))
  }),
  withReals('modf(x, /)', ['x'], ([x = 0]) => tuple([float(Number.isFinite(x) ? x % 1 : 0), float(Math.trunc(x))])),
  withReals('frexp(x, /)', ['x'], ([x = 0]) => {
    if (x === 0 || !Number.isFinite(x)) return tuple([float(x), int(0)])
    let [mantissa, exponent] = [x, 0]
    while (Math.abs(mantissa) >= 1) [mantissa, exponent] = [mantissa / 2, exponent + 1]
    while (Math.abs(mantissa) < 0.5) [mantissa, exponent] = [mantissa * 2, exponent - 1]
    return tuple([float(mantissa), int(exponent)])
  }),
  withReals('ldexp(x, i, /)', ['x', 'i'], ([x = 0, i = 0], args, interpreter) => float(checked(x * 2 ** i, [x], args, interpreter))),
  withReals(
    'isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)',
    ['a', 'b', 'rel_tol', 'abs_tol'],
    ([a = 0, b = 0, relative = 0, absolute = 0]) =>
      bool(a === b || Math.abs(a - b) <= Math.max(relative * Math.max(Math.abs(a), Math.abs(b)), absolute)),
  ),
  native('hypot(*coordinates)', (args, interpreter) => {
    const numbers = numbersOf(tuple(args.rest('coordinates')), args, interpreter)
    return 'kind' in numbers ? numbers : float(Math.hypot(...numbers))
  }),
  native('fsum(seq, /)', (args, interpreter) => {
    const numbers = numbersOf(args.value('seq'), args, interpreter)
    return 'kind' in numbers ? numbers : float(exactSum(numbers))
  }),
  native('dist(p, q, /)', (args, interpreter) => {
    const [p, q] = [numbersOf(args.value('p'), args, interpreter), numbersOf(args.value('q'), args, interpreter)]
    if ('kind' in p) return p
    if ('kind' in q) return q
    return float(Math.hypot(...p.map((x, index) => x - (q[index] ?? 0))))
  }),
  native('prod(iterable, /, *, start=1)', (args, interpreter) => {
    const items = itemsOf(args.value('iterable'), interpreter, args.span)
    return isItems(items) ? items.reduce((product, item) => interpreter.binary('*', product, item, args.span), args.value('start')) : items
  }),
  withIntegers('isqrt(n, /)', ['n'], ([n = 0n], args, interpreter) =>
    n < 0n ? interpreter.raise('ValueError', 'isqrt() argument must be nonnegative', args.span) : int(squareRoot(n)),
  ),
  withIntegers('factorial(n, /)', ['n'], ([n = 0n], args, interpreter) => {
    if (n < 0n) return interpreter.raise('ValueError', 'factorial() not defined for negative values', args.span)
    return n > 3000n ? interpreter.unknown('a factorial this large is not computed', args.span) : int(factorial(n))
  }),
  withIntegers('comb(n, k, /)', ['n', 'k'], ([n = 0n, k = 0n], args, interpreter) => {
    const fewer = k > n - k ? n - k : k
    if (fewer < 0n) return int(0)
    return fewer > 3000n ? interpreter.unknown('a number this large is not computed', args.span) : int(falling(n, fewer) / factorial(fewer))
  }),
  native('perm(n, k=None, /)', (args, interpreter) => {
    const n = asInteger(args.value('n'))
    const k = args.value('k').kind === 'none' ? n : asInteger(args.value('k'))
    if (n === undefined || k === undefined || k > 3000)
      return args.firstUnknown() ?? interpreter.unknown('this number is not computed', args.span)
    return int(k > n ? 0 : falling(BigInt(n), BigInt(k)))
  }),
  folded('gcd', 0n, greatestDivisor),
  folded('lcm', 1n, (a, b) => (b === 0n ? 0n : (a / greatestDivisor(a, b)) * (b < 0n ? -b : b))),
]

export const math = libraryModule('math', [
  ['pi', float(Math.PI)],
  ['e', float(Math.E)],
  ['tau', float(2 * Math.PI)],
  ['inf', float(Number.POSITIVE_INFINITY)],
  ['nan', float(Number.NaN)],
  ...named(...functions),
])
