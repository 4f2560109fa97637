/** Functions that make arrays. */
import type { Interpreter } from '../../host'
import { tuple } from '../../make'
import { type Bound, native } from '../../native'
import type { BuiltinValue, Value } from '../../values'
import { type ArrayType, arrayOf, mostValues, sizeOf } from './array'
import { makeArray, toArray, toShape, toType } from './convert'

function unreadable(args: Bound, interpreter: Interpreter, what: string): Value {
  return args.firstUnknown() ?? interpreter.unknown(`${what} is not known`, args.span)
}

function filled(shape: readonly number[], value: number, type: ArrayType): Value {
  const size = sizeOf(shape)
  return makeArray(shape, size <= mostValues ? Array.from({ length: size }, () => value) : null, type)
}

function constant(name: string, value: number): BuiltinValue {
  return native(`${name}(shape, dtype=None, **kwargs)`, (args, interpreter) => {
    const shape = toShape([args.value('shape')])
    return shape === undefined
      ? unreadable(args, interpreter, 'the shape of this array')
      : filled(shape, value, toType(args.value('dtype'), interpreter) ?? 'float')
  })
}

function like(name: string, value: number): BuiltinValue {
  return native(`${name}(a, dtype=None, **kwargs)`, (args, interpreter) => {
    const array = arrayOf(args.value('a'))
    return array === undefined
      ? unreadable(args, interpreter, 'the shape of this array')
      : filled(array.shape, value, toType(args.value('dtype'), interpreter) ?? array.type)
  })
}

function toNewArray(args: Bound, interpreter: Interpreter): Value {
  const given = args.value('object')
  const array = toArray(given, interpreter)
  if (array === undefined || array.kind === 'unknown')
    return array ?? interpreter.unknown('this array does not hold numbers that are known', args.span)
  const type = toType(args.value('dtype'), interpreter) ?? array.type
  const values = type === 'int' ? (array.values?.map(Math.trunc) ?? null) : array.values === null ? null : [...array.values]
  return makeArray(array.shape, values, type, array.draw)
}

export const creationFunctions: readonly BuiltinValue[] = [
  ...['array', 'asarray', 'ascontiguousarray', 'asanyarray'].map((name) => native(`${name}(object, dtype=None, **kwargs)`, toNewArray)),
  constant('zeros', 0),
  constant('ones', 1),
  like('zeros_like', 0),
  like('ones_like', 1),
  native('empty(shape, dtype=None, **kwargs)', (args, interpreter) => {
    const shape = toShape([args.value('shape')])
    return shape === undefined
      ? unreadable(args, interpreter, 'the shape of this array')
      : makeArray(shape, null, toType(args.value('dtype'), interpreter) ?? 'float')
  }),
  native('full(shape, fill_value, dtype=None, **kwargs)', (args, interpreter) => {
    const [shape, value] = [toShape([args.value('shape')]), args.number('fill_value')]
    if (shape === undefined || value === undefined) return unreadable(args, interpreter, 'this array')
    return filled(shape, value, toType(args.value('dtype'), interpreter) ?? (args.value('fill_value').kind === 'int' ? 'int' : 'float'))
  }),
  native('arange(start, stop=None, step=1, dtype=None)', (args, interpreter) => {
    const bounds =
      args.passed('stop') && args.value('stop').kind !== 'none' ? [args.number('start'), args.number('stop')] : [0, args.number('start')]
    const [start, stop] = bounds
    const step = args.number('step')
    if (start === undefined || stop === undefined || step === undefined || step === 0) return unreadable(args, interpreter, 'this range')
    const length = Math.max(0, Math.ceil((stop - start) / step))
    const whole = ['start', 'stop', 'step'].every((name) => args.value(name).kind !== 'float')
    const values = length <= mostValues ? Array.from({ length }, (_, index) => start + index * step) : null
    return makeArray([length], values, toType(args.value('dtype'), interpreter) ?? (whole ? 'int' : 'float'))
  }),
  native('linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, **kwargs)', (args, interpreter) => {
    const [start, stop, count] = [args.number('start'), args.number('stop'), args.number('num')]
    if (start === undefined || stop === undefined || count === undefined) return unreadable(args, interpreter, 'this range')
    const parts = args.boolean('endpoint') === false ? count : count - 1
    const last = args.boolean('endpoint') === false ? -1 : count - 1
    const at = (index: number): number => (index === last && index > 0 ? stop : start + (index * (stop - start)) / Math.max(1, parts))
    return makeArray(
      [count],
      count <= mostValues ? Array.from({ length: count }, (_, index) => at(index)) : null,
      toType(args.value('dtype'), interpreter) ?? 'float',
    )
  }),
  native('logspace(start, stop, num=50, endpoint=True, base=10.0, **kwargs)', (args, interpreter) => {
    const [start, stop, count, base] = [args.number('start'), args.number('stop'), args.number('num'), args.number('base')]
    if (start === undefined || stop === undefined || count === undefined || base === undefined)
      return unreadable(args, interpreter, 'this range')
    const values = Array.from(
      { length: Math.min(count, mostValues) },
      (_, index) => base ** (start + (index * (stop - start)) / Math.max(1, count - 1)),
    )
    return makeArray([count], count <= mostValues ? values : null)
  }),
  ...['eye', 'identity'].map((name) =>
    native(`${name}(N, M=None, k=0, dtype=None)`, (args, interpreter) => {
      const [rows, offset] = [args.number('N'), args.number('k') ?? 0]
      const columns = args.number('M') ?? rows
      if (rows === undefined || columns === undefined) return unreadable(args, interpreter, 'the size of this matrix')
      const values =
        rows * columns <= mostValues
          ? Array.from({ length: rows * columns }, (_, index) => Number((index % columns) - Math.floor(index / columns) === offset))
          : null
      return makeArray([rows, columns], values, toType(args.value('dtype'), interpreter) ?? 'float')
    }),
  ),
  ...(['tril', 'triu'] as const).map((name) =>
    native(`${name}(m, k=0)`, (args, interpreter) => {
      const array = toArray(args.value('m'), interpreter)
      const offset = args.number('k') ?? 0
      if (array === undefined || array.kind === 'unknown') return array ?? unreadable(args, interpreter, 'this matrix')
      const [columns = 1, rows = 1] = [...array.shape].reverse()
      const keeps = (index: number): boolean => {
        const above = (index % columns) - (Math.floor(index / columns) % rows)
        return name === 'tril' ? above <= offset : above >= offset
      }
      return makeArray(array.shape, array.values?.map((value, index) => (keeps(index) ? value : 0)) ?? null, array.type)
    }),
  ),
  native('meshgrid(*arrays, indexing="xy", **kwargs)', (args, interpreter) => {
    const arrays = args.rest('arrays').map((each) => toArray(each, interpreter))
    const [x, y] = arrays
    if (arrays.length !== 2 || x === undefined || y === undefined || x.kind === 'unknown' || y.kind === 'unknown')
      return unreadable(args, interpreter, 'this grid')
    const [columns, rows] = [sizeOf(x.shape), sizeOf(y.shape)]
    const ij = args.string('indexing') === 'ij'
    const shape = ij ? [columns, rows] : [rows, columns]
    const size = columns * rows
    const grid = (values: readonly number[] | null, alongFirst: boolean): number[] | null =>
      values === null || size > mostValues
        ? null
        : Array.from(
            { length: size },
            (_, index) => values[alongFirst ? Math.floor(index / (shape[1] ?? 1)) : index % (shape[1] ?? 1)] ?? Number.NaN,
          )
    return tuple([makeArray(shape, grid(x.values, ij), x.type), makeArray(shape, grid(y.values, !ij), y.type)])
  }),
]
