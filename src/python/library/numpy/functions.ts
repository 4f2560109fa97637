/** Functions of numbers and arrays: elementwise, reductions, joining and shaping. */

import { rounded } from '../../builtins/numberText'
import { asInteger, asIntegers, asItems } from '../../guards'
import type { Interpreter } from '../../host'
import { bool, int, tuple } from '../../make'
import { type Bound, native } from '../../native'
import type { BuiltinValue, Value } from '../../values'
import { type ArrayPayload, type ArrayType, arrayOf, mostValues, sizeOf } from './array'
import { makeArray, result, toArray, toShape } from './convert'
import { operate } from './operators'
import { reductions } from './reductions'

function other(args: Bound, interpreter: Interpreter): Value {
  return args.firstUnknown() ?? interpreter.unknown('this is not an array of numbers that are known', args.span)
}

const elementwise: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  expm1: Math.expm1,
  exp2: (x) => 2 ** x,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  reciprocal: (x) => 1 / x,
  deg2rad: (x) => (x * Math.PI) / 180,
  rad2deg: (x) => (x * 180) / Math.PI,
  radians: (x) => (x * Math.PI) / 180,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  rint: (x) => rounded(x, 0),
}
/** Those that keep ints ints. */
const keepsType: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs,
  absolute: Math.abs,
  fabs: Math.abs,
  square: (x) => x * x,
  negative: (x) => -x,
  sign: Math.sign,
}
const tests: Readonly<Record<string, (x: number) => boolean>> = {
  isnan: Number.isNaN,
  isfinite: Number.isFinite,
  isinf: (x) => Math.abs(x) === Number.POSITIVE_INFINITY,
}

function mapping(name: string, type: (of: ArrayType) => ArrayType, compute: (x: number) => number): BuiltinValue {
  return native(`${name}(x, /, *args, **kwargs)`, (args, interpreter) => {
    const array = toArray(args.value('x'), interpreter)
    if (array === undefined || array.kind === 'unknown') return array ?? other(args, interpreter)
    return result({ ...array, type: type(array.type), values: array.values?.map(compute) ?? null, draw: null }, interpreter, args)
  })
}

const pairwise: Readonly<Record<string, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  true_divide: '/',
  floor_divide: '//',
  mod: '%',
  remainder: '%',
  power: '**',
  maximum: 'maximum',
  minimum: 'minimum',
  equal: '==',
  not_equal: '!=',
  less: '<',
  greater: '>',
  less_equal: '<=',
  greater_equal: '>=',
  logical_and: '&',
  logical_or: '|',
}

/** Arrays of a list, where all are known to be arrays. */
function arraysOf(value: Value, interpreter: Interpreter): readonly ArrayPayload[] | undefined {
  const items = asItems(value)
  const arrays = items?.map((item) => toArray(item, interpreter))
  return arrays?.every((each): each is ArrayPayload => each !== undefined && each.kind === 'ndarray') ? arrays : undefined
}

function concatenate(arrays: readonly ArrayPayload[], axis: number): Value | undefined {
  const [first] = arrays
  if (first === undefined) return undefined
  const at = axis < 0 ? axis + first.shape.length : axis
  const shape = first.shape.map((size, each) => (each === at ? arrays.reduce((sum, { shape: own }) => sum + (own[at] ?? 0), 0) : size))
  const inner = (array: ArrayPayload): number => sizeOf(array.shape.slice(at))
  const outer = sizeOf(first.shape.slice(0, at))
  if (arrays.some(({ values }) => values === null) || sizeOf(shape) > mostValues) return makeArray(shape, null, first.type)
  const values = Array.from({ length: outer }, (_, index) =>
    arrays.flatMap((array) => array.values?.slice(index * inner(array), (index + 1) * inner(array)) ?? []),
  ).flat()
  return makeArray(shape, values, first.type)
}

export const arrayFunctions: readonly BuiltinValue[] = [
  ...Object.entries(elementwise).map(([name, compute]) => mapping(name, () => 'float', compute)),
  ...Object.entries(keepsType).map(([name, compute]) => mapping(name, (type) => (type === 'bool' ? 'int' : type), compute)),
  ...Object.entries(tests).map(([name, holds]) =>
    mapping(
      name,
      () => 'bool',
      (x) => Number(holds(x)),
    ),
  ),
  ...Object.entries(pairwise).map(([name, operator]) =>
    native(
      `${name}(x1, x2, /, *args, **kwargs)`,
      (args, interpreter) => operate(operator, args.value('x1'), args.value('x2'), args, interpreter) ?? other(args, interpreter),
    ),
  ),
  ...reductions.flatMap(({ name, run }) =>
    [name, ...(name === 'max' || name === 'min' ? [`a${name}`] : [])].map((called) =>
      native(`${called}(a, axis=None, dtype=None, out=None, keepdims=False, **kwargs)`, (args, interpreter) => {
        const array = toArray(args.value('a'), interpreter)
        if (array === undefined || array.kind === 'unknown') return array ?? other(args, interpreter)
        const axis = args.value('axis')
        return run(array, axis.kind === 'none' ? null : (asIntegers(axis) ?? null), args.boolean('keepdims') === true, args, interpreter)
      }),
    ),
  ),
  ...['cumsum', 'cumprod'].map((name) =>
    native(`${name}(a, axis=None, **kwargs)`, (args, interpreter) => {
      const array = toArray(args.value('a'), interpreter)
      if (array === undefined || array.kind === 'unknown') return array ?? other(args, interpreter)
      if (array.shape.length > 1 && args.value('axis').kind !== 'none') return makeArray(array.shape, null, array.type)
      let total = name === 'cumsum' ? 0 : 1
      const values = array.values?.map((value) => (total = name === 'cumsum' ? total + value : total * value)) ?? null
      return makeArray([sizeOf(array.shape)], values, array.type)
    }),
  ),
  ...['round', 'around'].map((name) =>
    native(`${name}(a, decimals=0, **kwargs)`, (args, interpreter) => {
      const array = toArray(args.value('a'), interpreter)
      const places = args.number('decimals') ?? 0
      if (array === undefined || array.kind === 'unknown') return array ?? other(args, interpreter)
      return result({ ...array, values: array.values?.map((value) => rounded(value, places)) ?? null, draw: null }, interpreter, args)
    }),
  ),
  native('clip(a, a_min=None, a_max=None, **kwargs)', (args, interpreter) => {
    const array = toArray(args.value('a'), interpreter)
    const [low, high] = [args.number('a_min') ?? Number.NEGATIVE_INFINITY, args.number('a_max') ?? Number.POSITIVE_INFINITY]
    if (array === undefined || array.kind === 'unknown') return array ?? other(args, interpreter)
    return result(
      { ...array, values: array.values?.map((value) => Math.min(high, Math.max(low, value))) ?? null, draw: null },
      interpreter,
      args,
    )
  }),
  native('reshape(a, newshape, **kwargs)', (args, interpreter) =>
    interpreter.call(interpreter.getAttribute(args.value('a'), 'reshape', args.span), [args.value('newshape')], undefined, args.span),
  ),
  native('transpose(a, axes=None)', (args, interpreter) =>
    interpreter.call(
      interpreter.getAttribute(args.value('a'), 'transpose', args.span),
      args.value('axes').kind === 'none' ? [] : [args.value('axes')],
      undefined,
      args.span,
    ),
  ),
  native('concatenate(arrays, axis=0, **kwargs)', (args, interpreter) => {
    const arrays = arraysOf(args.value('arrays'), interpreter)
    return (arrays === undefined ? undefined : concatenate(arrays, asInteger(args.value('axis')) ?? 0)) ?? other(args, interpreter)
  }),
  native('stack(arrays, axis=0, **kwargs)', (args, interpreter) => {
    const arrays = arraysOf(args.value('arrays'), interpreter)
    const axis = asInteger(args.value('axis')) ?? 0
    const raised = arrays?.map((array) => {
      const at = axis < 0 ? axis + array.shape.length + 1 : axis
      return { ...array, shape: [...array.shape.slice(0, at), 1, ...array.shape.slice(at)] }
    })
    return (raised === undefined ? undefined : concatenate(raised, axis)) ?? other(args, interpreter)
  }),
  native('expand_dims(a, axis)', (args, interpreter) => {
    const array = toArray(args.value('a'), interpreter)
    const axis = asInteger(args.value('axis')) ?? 0
    if (array === undefined || array.kind === 'unknown') return array ?? other(args, interpreter)
    const at = axis < 0 ? axis + array.shape.length + 1 : axis
    return makeArray([...array.shape.slice(0, at), 1, ...array.shape.slice(at)], array.values, array.type, array.draw)
  }),
  native('outer(a, b)', (args, interpreter) => {
    const [a, b] = [toArray(args.value('a'), interpreter), toArray(args.value('b'), interpreter)]
    if (a?.kind !== 'ndarray' || b?.kind !== 'ndarray') return other(args, interpreter)
    const [rows, columns] = [sizeOf(a.shape), sizeOf(b.shape)]
    const values =
      a.values === null || b.values === null || rows * columns > mostValues
        ? null
        : a.values.flatMap((x) => b.values?.map((y) => x * y) ?? [])
    return makeArray([rows, columns], values, a.type === 'int' && b.type === 'int' ? 'int' : 'float')
  }),
  native('where(condition, x=None, y=None)', (args, interpreter) => {
    const [condition, x, y] = ['condition', 'x', 'y'].map((name) => args.number(name))
    const flag = args.boolean('condition')
    if (condition === undefined || x === undefined || y === undefined) return other(args, interpreter)
    return flag === true || condition !== 0 ? args.value('x') : args.value('y')
  }),
  native('isclose(a, b, rtol=1e-05, atol=1e-08, **kwargs)', (args, interpreter) => {
    const [a, b, relative, absolute] = ['a', 'b', 'rtol', 'atol'].map((name) => args.number(name))
    if (a === undefined || b === undefined) return other(args, interpreter)
    return bool(Math.abs(a - b) <= (absolute ?? 0) + (relative ?? 0) * Math.abs(b))
  }),
  native('shape(a)', (args, interpreter) => {
    const array = toArray(args.value('a'), interpreter)
    return array?.kind === 'ndarray' ? tuple(array.shape.map(int)) : other(args, interpreter)
  }),
  native('ndim(a)', (args, interpreter) => {
    const array = toArray(args.value('a'), interpreter)
    return array?.kind === 'ndarray' ? int(array.shape.length) : other(args, interpreter)
  }),
  native('isscalar(element)', (args) => bool(arrayOf(args.value('element')) === undefined && args.number('element') !== undefined)),
  native('argsort(a, **kwargs)', (args, interpreter) => {
    const array = toArray(args.value('a'), interpreter)
    if (array?.kind !== 'ndarray' || array.shape.length !== 1) return other(args, interpreter)
    const { values } = array
    return makeArray(array.shape, values === null ? null : [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0)), 'int')
  }),
  native('sort(a, **kwargs)', (args, interpreter) => {
    const array = toArray(args.value('a'), interpreter)
    if (array?.kind !== 'ndarray' || array.shape.length !== 1) return other(args, interpreter)
    return makeArray(array.shape, array.values === null ? null : [...array.values].sort((a, b) => a - b), array.type)
  }),
  native('tile(A, reps)', (args, interpreter) => {
    const array = toArray(args.value('A'), interpreter)
    const times = toShape([args.value('reps')])
    if (array?.kind !== 'ndarray' || times === undefined || times.length !== 1 || array.shape.length !== 1) return other(args, interpreter)
    const { shape, values, type } = array
    const count = Math.max(0, times[0] ?? 1)
    const size = (shape[0] ?? 0) * count
    const known = values === null || size > mostValues ? null : Array.from({ length: count }, () => values).flat()
    return makeArray([size], known, type)
  }),
  native('repeat(a, repeats, axis=None)', (args, interpreter) => {
    const array = toArray(args.value('a'), interpreter)
    const times = asInteger(args.value('repeats'))
    if (array?.kind !== 'ndarray' || times === undefined || args.value('axis').kind !== 'none') return other(args, interpreter)
    const size = sizeOf(array.shape) * times
    return makeArray(
      [size],
      array.values === null || size > mostValues ? null : array.values.flatMap((value) => Array.from({ length: times }, () => value)),
      array.type,
    )
  }),
]
