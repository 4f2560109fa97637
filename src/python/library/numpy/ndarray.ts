/** Attributes and methods of numpy.ndarray. */
import { arithmetic, equality, fill, ordering } from '../../builtins/fill'
import { fromArray } from '../../builtins/iterate'
import { asInteger, asIntegers } from '../../guards'
import type { Interpreter } from '../../host'
import { bool, int, none, notImplemented, str, tuple } from '../../make'
import { type Bound, getter, method } from '../../native'
import type { Value } from '../../values'
import { type ArrayPayload, arrayOf, sizeOf, transposed } from './array'
import { makeArray, result, scalar, toLists, toShape, toType } from './convert'
import { indexArray } from './indexing'
import { ndarrayClass } from './ndarrayClass'
import { operate } from './operators'
import { reductions } from './reductions'

function ofArray(signature: string, body: (array: ArrayPayload, args: Bound, interpreter: Interpreter) => Value): [string, Value] {
  const made = method(signature, (args, interpreter) => {
    const array = arrayOf(args.value('self'))
    return array === undefined ? args.value('self') : body(array, args, interpreter)
  })
  return [made.name, made]
}

function attribute(name: string, of: (array: ArrayPayload) => Value): [string, Value] {
  return [
    name,
    getter(name, (self) => {
      const array = arrayOf(self)
      return array === undefined ? none : of(array)
    }),
  ]
}

function operations(table: Readonly<Record<string, string>>, reflected: boolean): [string, Value][] {
  return Object.entries(table).map(([name, operator]) => {
    const called = reflected ? name.replace('__', '__r') : name
    return [
      called,
      method(`${called}(self, other, /)`, (args, interpreter) => {
        const [self, other] = [args.value('self'), args.value('other')]
        return (
          (reflected ? operate(operator, other, self, args, interpreter) : operate(operator, self, other, args, interpreter)) ??
          notImplemented
        )
      }),
    ]
  })
}

/** With one -1 resolved; undefined where the sizes do not fit. */
export function reshaped(array: ArrayPayload, asked: readonly number[]): ArrayPayload | undefined {
  const size = sizeOf(array.shape)
  const known = asked.filter((each) => each !== -1).reduce((product, each) => product * each, 1)
  const shape = asked.map((each) => (each === -1 ? size / known : each))
  return sizeOf(shape) === size && shape.every(Number.isInteger) ? { ...array, shape } : undefined
}

function reshape(array: ArrayPayload, sizes: readonly Value[], args: Bound, interpreter: Interpreter): Value {
  const asked = toShape(sizes)
  if (asked === undefined) return args.firstUnknown() ?? interpreter.unknown('this shape is not known', args.span)
  const made = reshaped(array, asked)
  return made === undefined
    ? interpreter.raise('ValueError', `cannot reshape array of size ${sizeOf(array.shape)} into shape (${asked.join(',')})`, args.span)
    : makeArray(made.shape, made.values, made.type, made.draw)
}

function rows(array: ArrayPayload): Value[] {
  const [count = 0, ...shape] = array.shape
  const size = sizeOf(shape)
  return Array.from({ length: count }, (_, index) => {
    const values = array.values?.slice(index * size, (index + 1) * size) ?? null
    return shape.length === 0 && values !== null
      ? scalar(values[0] ?? Number.NaN, array.type)
      : makeArray(shape, values, array.type, array.draw)
  })
}

function one(array: ArrayPayload, args: Bound, interpreter: Interpreter): Value {
  if (sizeOf(array.shape) !== 1) return interpreter.raise('ValueError', 'can only convert an array of size 1 to a Python scalar', args.span)
  const value = array.values?.[0]
  return value === undefined ? interpreter.unknown('what this array holds is not known', args.span) : scalar(value, array.type)
}

fill(ndarrayClass, [
  ...operations({ ...arithmetic, ...equality, ...ordering, __and__: '&', __or__: '|' }, false),
  ...operations(arithmetic, true),
  attribute('shape', (array) => tuple(array.shape.map(int))),
  attribute('ndim', (array) => int(array.shape.length)),
  attribute('size', (array) => int(sizeOf(array.shape))),
  attribute('dtype', (array) => str({ float: 'float64', int: 'int64', bool: 'bool' }[array.type])),
  attribute('T', (array) => {
    const made = transposed(array, [...array.shape.keys()].reverse())
    return makeArray(made.shape, made.values, made.type, made.draw)
  }),
  ofArray('__len__(self, /)', (array) => int(array.shape[0] ?? 0)),
  ofArray('__iter__(self, /)', (array) => fromArray('iterator', rows(array))),
  ofArray('__neg__(self, /)', (_, args, interpreter) => operate('*', args.value('self'), int(-1), args, interpreter) ?? none),
  ofArray('__getitem__(self, key, /)', (array, args, interpreter) => {
    const key = args.value('key')
    if (key.kind === 'unknown') return key
    const found = indexArray(array, key, args, interpreter)
    return found === undefined
      ? (args.firstUnknown() ?? interpreter.unknown('this index of an array is not read', args.span))
      : result(found, interpreter, args)
  }),
  ofArray('__setitem__(self, key, value, /)', (array, args) => {
    const [index, value] = [asInteger(args.value('key')), args.number('value')]
    const at = index === undefined || array.shape.length !== 1 ? undefined : index < 0 ? index + (array.shape[0] ?? 0) : index
    // Anything but one element: what the array holds then is not known.
    if (at !== undefined && value !== undefined && array.values !== null && at < array.values.length) array.values[at] = value
    else array.values = null
    return none
  }),
  ofArray('__bool__(self, /)', (array, args, interpreter) => {
    const value = one(array, args, interpreter)
    return value.kind === 'unknown' ? value : bool(interpreter.truth(value) === true)
  }),
  ofArray('__float__(self, /)', (array, args, interpreter) => one(array, args, interpreter)),
  ofArray('__int__(self, /)', (array, args, interpreter) => one(array, args, interpreter)),
  ofArray('item(self)', one),
  ofArray(
    'tolist(self)',
    (array, args, interpreter) => toLists(array) ?? interpreter.unknown('what this array holds is not known', args.span),
  ),
  ofArray('__repr__(self, /)', (array, _, interpreter) => {
    const lists = toLists(array)
    return str(lists === undefined ? `array(shape=(${array.shape.join(', ')}))` : `array(${interpreter.repr(lists)})`)
  }),
  ofArray('reshape(self, *shape, order="C")', (array, args, interpreter) => reshape(array, args.rest('shape'), args, interpreter)),
  ...['flatten', 'ravel'].map((name) =>
    ofArray(`${name}(self, order="C")`, (array) => makeArray([sizeOf(array.shape)], array.values, array.type, array.draw)),
  ),
  ofArray('squeeze(self, axis=None)', (array) =>
    makeArray(
      array.shape.filter((size) => size !== 1),
      array.values,
      array.type,
      array.draw,
    ),
  ),
  ofArray('transpose(self, *axes)', (array, args) => {
    const order = args.rest('axes').length === 0 ? [...array.shape.keys()].reverse() : toShape(args.rest('axes'))
    const made = transposed(array, order ?? [...array.shape.keys()].reverse())
    return makeArray(made.shape, made.values, made.type, made.draw)
  }),
  ofArray('copy(self)', (array) => makeArray(array.shape, array.values === null ? null : [...array.values], array.type, array.draw)),
  ofArray('astype(self, dtype, **kwargs)', (array, args, interpreter) => {
    const type = toType(args.value('dtype'), interpreter) ?? 'float'
    const values =
      type === 'int'
        ? (array.values?.map(Math.trunc) ?? null)
        : type === 'bool'
          ? (array.values?.map((each) => Number(each !== 0)) ?? null)
          : array.values
    return makeArray(array.shape, values, type, type === 'float' ? array.draw : null)
  }),
  ofArray('fill(self, value, /)', (array, args) => {
    const value = args.number('value')
    array.values = value === undefined || array.values === null ? null : array.values.map(() => value)
    return none
  }),
  ofArray('dot(self, other, /)', (_, args, interpreter) => interpreter.unknown('the product of these arrays is not computed', args.span)),
  ...reductions.map(({ name, run }): [string, Value] =>
    ofArray(`${name}(self, axis=None, dtype=None, out=None, keepdims=False, **kwargs)`, (array, args, interpreter) =>
      run(
        array,
        args.value('axis').kind === 'none' ? null : (asIntegers(args.value('axis')) ?? null),
        args.boolean('keepdims') === true,
        args,
        interpreter,
      ),
    ),
  ),
])
