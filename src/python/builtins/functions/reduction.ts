/** len, sum, min, max, any, all, sorted, and the arithmetic functions. */
import { asInteger, underlying } from '../../guards'
import type { Interpreter } from '../../host'
import { bool, float, int, list, tuple } from '../../make'
import { lookUp } from '../../mro'
import { type Bound, native } from '../../native'
import type { BuiltinValue, Value } from '../../values'
import { isItems, itemsOf, iterate } from '../iterate'
import { lengthOf } from '../length'
import { rounded, roundedInteger, truncated } from '../numberText'
import { sortValues } from '../sort'
import { typeOf } from '../typeOf'

const len = native('len(obj, /)', (args, interpreter) => lengthOf(args.value('obj'), interpreter, args.span))

const sum = native('sum(iterable, /, start=0)', (args, interpreter) => {
  const items = itemsOf(args.value('iterable'), interpreter, args.span)
  if (!isItems(items)) return items
  return items.reduce((total, item) => {
    interpreter.step()
    return interpreter.binary('+', total, item, args.span)
  }, args.value('start'))
})

function extreme(name: 'min' | 'max', operator: '<' | '>'): BuiltinValue {
  return native(`${name}(*args, key=None, default=None)`, (args, interpreter) => {
    const given = args.rest('args')
    const hidden = args.firstUnknown()
    if (hidden !== undefined) return hidden
    const [only] = given
    if (only === undefined) return interpreter.raise('TypeError', `${name} expected at least 1 argument, got 0`, args.span)
    const items = given.length === 1 ? itemsOf(only, interpreter, args.span) : given
    if (!isItems(items)) return items
    const key = args.value('key')
    const rank = (item: Value): Value => (key.kind === 'none' ? item : interpreter.call(key, [item], undefined, args.span))
    let [best] = items
    if (best === undefined) {
      return args.passed('default')
        ? args.value('default')
        : interpreter.raise('ValueError', `${name}() arg is an empty sequence`, args.span)
    }
    let bestRank = rank(best)
    for (const item of items.slice(1)) {
      const itemRank = rank(item)
      const better = interpreter.compare(operator, itemRank, bestRank, args.span)
      if (better.kind === 'unknown') return better
      const answer = interpreter.truth(better, args.span)
      if (answer === undefined) return interpreter.unknown(`which of these is the ${name} is not known`, args.span)
      if (answer) [best, bestRank] = [item, itemRank]
    }
    return best
  })
}

/** any and all stop at the first item that decides. */
function quantifier(name: 'any' | 'all', deciding: boolean): BuiltinValue {
  return native(`${name}(iterable, /)`, (args, interpreter) => {
    const source = iterate(args.value('iterable'), interpreter, args.span)
    if (source.kind === 'unknown') return source
    let undecided: Value | undefined
    for (let item = source.next(); item !== undefined; item = source.next()) {
      interpreter.step()
      const truth = interpreter.truth(item, args.span)
      if (truth === deciding) return bool(deciding)
      if (truth === undefined)
        undecided ??= item.kind === 'unknown' ? item : interpreter.unknown('whether this is true is not known', args.span)
    }
    return undecided ?? bool(!deciding)
  })
}

const sorted = native('sorted(iterable, /, *, key=None, reverse=False)', (args, interpreter) => {
  const items = itemsOf(args.value('iterable'), interpreter, args.span)
  if (!isItems(items)) return items
  const reverse = interpreter.truth(args.value('reverse'), args.span)
  if (reverse === undefined) return args.firstUnknown() ?? interpreter.unknown('the order of these is not known', args.span)
  const result = sortValues(items, args.value('key'), reverse, interpreter, args.span)
  return isItems(result) ? list([...result]) : result
})

function own(value: Value, name: string, args: Bound, interpreter: Interpreter, others: readonly Value[] = []): Value {
  const found = value.kind === 'instance' ? lookUp(value.cls, name) : undefined
  if (found !== undefined) return interpreter.call(found, [value, ...others], undefined, args.span)
  const base = value.kind === 'instance' ? value.cls.mro.find((cls) => cls.unknownBase !== null)?.unknownBase : undefined
  return base ?? interpreter.raise('TypeError', `type ${typeOf(value).name} doesn't define ${name} method`, args.span)
}

const abs = native('abs(x, /)', (args, interpreter) => {
  const value = args.value('x')
  switch (value.kind) {
    case 'unknown':
      return value
    case 'bool':
      return int(value.value ? 1 : 0)
    case 'int':
      return int(value.value < 0 ? -value.value : value.value)
    case 'float':
      return float(Math.abs(value.value))
    case 'complex':
      return float(Math.hypot(value.real, value.imaginary))
    default:
      return own(value, '__abs__', args, interpreter)
  }
})

const round = native('round(number, ndigits=None)', (args, interpreter) => {
  const value = underlying(args.value('number'))
  const places = args.value('ndigits').kind === 'none' ? undefined : asInteger(args.value('ndigits'))
  const hidden = args.firstUnknown()
  if (hidden !== undefined) return hidden
  switch (value.kind) {
    case 'bool':
      return int(value.value ? 1 : 0)
    case 'int':
      return places === undefined || places >= 0 ? value : int(roundedInteger(value.value, -places))
    case 'float':
      if (!Number.isFinite(value.value)) {
        return places === undefined
          ? interpreter.raise(Number.isNaN(value.value) ? 'ValueError' : 'OverflowError', 'cannot convert float to integer', args.span)
          : value
      }
      return places === undefined ? truncated(rounded(value.value, 0)) : float(rounded(value.value, places))
    default:
      return own(value, '__round__', args, interpreter, args.passed('ndigits') ? [args.value('ndigits')] : [])
  }
})

function whole(value: Value): bigint | undefined {
  const plain = underlying(value)
  return plain.kind === 'int' || plain.kind === 'bool' ? BigInt(plain.value) : undefined
}

const pow = native('pow(base, exp, mod=None)', (args, interpreter) => {
  if (args.value('mod').kind === 'none') return interpreter.binary('**', args.value('base'), args.value('exp'), args.span)
  const [base, exponent, by] = ['base', 'exp', 'mod'].map((name) => whole(args.value(name)))
  if (base === undefined || exponent === undefined || by === undefined || exponent < 0n || by === 0n) {
    return args.firstUnknown() ?? interpreter.unknown('this power is not read', args.span)
  }
  let [result, square, left] = [1n, base % by, exponent]
  while (left > 0n) {
    interpreter.step()
    if (left % 2n === 1n) result = (result * square) % by
    square = (square * square) % by
    left /= 2n
  }
  return int(((result % by) + by) % by)
})

const divmod = native('divmod(x, y, /)', (args, interpreter) =>
  tuple([
    interpreter.binary('//', args.value('x'), args.value('y'), args.span),
    interpreter.binary('%', args.value('x'), args.value('y'), args.span),
  ]),
)

const hash = native('hash(obj, /)', (args, interpreter) => {
  const value = underlying(args.value('obj'))
  if (value.kind === 'int' || value.kind === 'bool') return int(Number(value.value))
  return interpreter.unknown('hashes differ from run to run', args.span)
})

export const reductionFunctions: readonly BuiltinValue[] = [
  len,
  sum,
  extreme('min', '<'),
  extreme('max', '>'),
  quantifier('any', true),
  quantifier('all', false),
  sorted,
  abs,
  round,
  pow,
  divmod,
  hash,
]
