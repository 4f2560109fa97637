/** Functions on tensors that `keras.ops`, `tf` and `keras.backend` share, under their several names. */
import { asIntegers, asNumber } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { int, list, none, tuple } from '../../../python/make'
import { type Bound, method, native } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { asFunctionCall } from '../../torch/calls'
import { add, affine, divide, multiply, type Operand, power } from '../../torch/functional/arithmetic'
import { cast, detach } from '../../torch/functional/cast'
import { clamp, extremum } from '../../torch/functional/clamp'
import { where } from '../../torch/functional/compare'
import { einsum } from '../../torch/functional/einsum'
import { concat, stack, tile } from '../../torch/functional/join'
import { matmul } from '../../torch/functional/matmul'
import { normalize } from '../../torch/functional/norm'
import { pad } from '../../torch/functional/pad'
import { reduce } from '../../torch/functional/reduce'
import { integersOf, operandOf } from '../../torch/functions/call'
import { allAxes, axesOf, axisOf } from '../../torch/shapes/axes'
import type { Site } from '../../torch/site'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { emit } from '../../torch/tensor/emit'
import { constantTensor, drawnTensor, knownTensor } from '../../torch/tensor/make'
import { plainWeight } from '../../torch/tensor/weight'
import { dropAxes, expand, insertAxis, permute, reshape, splitAxis, transpose } from '../../torch/tensor/views'
import { dtypeNamed } from '../model/input'

interface TensorFunction {
  readonly names: readonly string[]
  readonly parameters: string
  /** null: the arguments are not understood. */
  readonly body: (at: Site, args: Bound) => Value | null
}

function tensor(at: Site, value: Value): TensorValue | null {
  if (isTensor(value)) return value
  const number = asNumber(value)
  if (number !== undefined) return constantTensor(at, [], value.kind === 'int' ? 'int' : 'float', number, String(number))
  return null
}

const binary = (names: readonly string[], two: (at: Site, a: Operand, b: Operand) => Value): TensorFunction => ({
  names,
  parameters: 'x1, x2',
  body: (at, args) => {
    const [a, b] = [operandOf(args.value('x1')), operandOf(args.value('x2'))]
    if (a === null || b === null) return null
    if (a.kind === 'number' && b.kind === 'number') return two(at, constantTensor(at, [], a.dtype, a.value, String(a.value)), b)
    return two(at, a, b)
  },
})

const unary = (
  names: readonly string[],
  parameters: string,
  body: (at: Site, x: TensorValue, args: Bound) => Value | null,
): TensorFunction => ({
  names,
  parameters: `x${parameters === '' ? '' : `, ${parameters}`}`,
  body: (at, args) => {
    const x = tensor(at, args.value('x'))
    return x === null ? null : body(at, x, args)
  },
})

type Reduction = 'mean' | 'sum' | 'max' | 'min' | 'variance' | 'std' | 'logSumExp' | 'prod'

const reducing = (which: Reduction, ...names: readonly string[]): TensorFunction =>
  unary(names, 'axis=None, keepdims=False', (at, x, args) => {
    const axis = args.value('axis')
    const rank = x.payload.shape.length
    const axes = axis.kind === 'none' ? allAxes(rank) : asIntegers(axis)
    return axes === undefined ? null : reduce(at, x, which, axesOf(at, axes, rank), args.boolean('keepdims') ?? false)
  })

function tensorsOf(at: Site, value: Value): readonly TensorValue[] | null {
  const items = at.interpreter.items(value, at.span)
  const found = items?.map((item) => tensor(at, item))
  return found?.every((each) => each !== null) ? found : null
}

function sides(value: Value): readonly (readonly [number, number])[] | null {
  if (value.kind !== 'list' && value.kind !== 'tuple') return null
  const pairs = value.items.map((item) => asIntegers(item))
  return pairs.every((pair) => pair?.length === 2) ? pairs.map((pair) => [pair?.[0] ?? 0, pair?.[1] ?? 0] as const) : null
}

function transposed(at: Site, x: TensorValue, flag: boolean): TensorValue {
  const rank = x.payload.shape.length
  return flag && rank >= 2 ? transpose(at, x, rank - 2, rank - 1) : x
}

const filled = (name: string, value: number): TensorFunction => ({
  names: [name],
  parameters: 'shape, dtype=None',
  body: (at, args) => {
    const shape = integersOf(args.value('shape'))
    return shape === null ? null : constantTensor(at, shape, dtypeNamed(args.value('dtype')), value, name)
  },
})

const tensorFunctions: readonly TensorFunction[] = [
  binary(['add'], add),
  binary(['subtract', 'sub'], (at, a, b) => add(at, a, b, -1)),
  binary(['multiply', 'mul'], multiply),
  binary(['divide', 'true_divide', 'divide_no_nan', 'truediv'], divide),
  binary(['power', 'pow'], power),
  binary(['maximum'], (at, a, b) => bounded(at, 'max', a, b)),
  binary(['minimum'], (at, a, b) => bounded(at, 'min', a, b)),
  unary(['negative', 'neg'], '', (at, x) => affine(at, x, -1, 0)),
  unary(['identity', 'convert_to_tensor', 'constant', 'convert_to_numpy', 'ensure_shape'], '*rest, **kwargs', (_at, x) => x),
  unary(['stop_gradient'], '', (at, x) => detach(at, x)),
  unary(['cast'], 'dtype=None', (at, x, args) => cast(at, x, dtypeNamed(args.value('dtype')))),
  unary(['zeros_like'], 'dtype=None', (at, x) => constantTensor(at, x.payload.shape, x.payload.dtype, 0, 'zeros')),
  unary(['ones_like'], 'dtype=None', (at, x) => constantTensor(at, x.payload.shape, x.payload.dtype, 1, 'ones')),
  filled('zeros', 0),
  filled('ones', 1),
  {
    names: ['full', 'fill'],
    parameters: 'shape, fill_value, dtype=None',
    body: (at, args) => {
      const shape = integersOf(args.value('shape'))
      const value = args.number('fill_value')
      return shape === null || value === undefined ? null : constantTensor(at, shape, 'float', value, 'full')
    },
  },
  reducing('mean', 'mean', 'reduce_mean'),
  reducing('sum', 'sum', 'reduce_sum'),
  reducing('max', 'max', 'reduce_max', 'amax'),
  reducing('min', 'min', 'reduce_min', 'amin'),
  reducing('variance', 'var', 'reduce_variance'),
  reducing('std', 'std', 'reduce_std'),
  reducing('logSumExp', 'logsumexp', 'reduce_logsumexp'),
  reducing('prod', 'prod', 'reduce_prod'),
  unary(['reshape'], 'shape', (at, x, args) => {
    const shape = integersOf(args.value('shape'))
    return shape === null ? null : reshape(at, x, shape)
  }),
  unary(['transpose', 'permute_dimensions'], 'axes=None, perm=None, pattern=None', (at, x, args) => {
    const given = [args.value('axes'), args.value('perm'), args.value('pattern')].find((value) => value.kind !== 'none')
    const order = given === undefined ? [...x.payload.shape.keys()].reverse() : asIntegers(given)
    return order === undefined ? null : permute(at, x, axesInOrder(at, order, x.payload.shape.length))
  }),
  unary(['expand_dims'], 'axis=-1', (at, x, args) => {
    const axis = args.number('axis')
    return axis === undefined ? null : insertAxis(at, x, axisOf(at, axis, x.payload.shape.length + 1))
  }),
  unary(['squeeze'], 'axis=None', (at, x, args) => {
    const { shape } = x.payload
    const axis = args.value('axis')
    const axes = axis.kind === 'none' ? [...shape.keys()].filter((each) => shape[each] === 1) : asIntegers(axis)
    return axes === undefined ? null : dropAxes(at, x, axesOf(at, axes, shape.length))
  }),
  unary(['broadcast_to'], 'shape', (at, x, args) => {
    const shape = integersOf(args.value('shape'))
    return shape === null ? null : expand(at, x, shape)
  }),
  unary(['tile'], 'repeats=None, multiples=None', (at, x, args) => {
    const times = integersOf(args.value('repeats')) ?? integersOf(args.value('multiples'))
    return times === null ? null : tile(at, x, times)
  }),
  unary(['clip', 'clip_by_value'], 'x_min=None, x_max=None', (at, x, args) =>
    clamp(at, x, operandOf(args.value('x_min')), operandOf(args.value('x_max'))),
  ),
  unary(['normalize', 'l2_normalize'], 'axis=-1, order=2, epsilon=1e-12', (at, x, args) => {
    const axis = args.number('axis')
    return axis === undefined ? null : normalize(at, x, args.number('order') ?? 2, axisOf(at, axis, x.payload.shape.length), 1e-12)
  }),
  unary(['flatten', 'batch_flatten'], '', (at, x) => reshape(at, x, [x.payload.shape[0] ?? 1, -1])),
  unary(['pad'], 'pad_width=None, mode="constant", constant_values=None, paddings=None', (at, x, args) => {
    const pairs = sides(args.value('pad_width')) ?? sides(args.value('paddings'))
    const mode =
      args.string('mode')?.toLowerCase() === 'constant' ? 'zeros' : args.string('mode')?.toLowerCase() === 'reflect' ? 'reflect' : null
    return pairs === null || mode === null ? null : pad(at, x, [...pairs].reverse().flat(), mode, args.number('constant_values') ?? 0)
  }),
  unary(['split'], 'indices_or_sections=None, axis=0, num_or_size_splits=None', (at, x, args) => {
    const { shape } = x.payload
    const axis = axisOf(at, args.number('axis') ?? 0, shape.length)
    const own = args.value('indices_or_sections')
    const given = own.kind === 'none' ? args.value('num_or_size_splits') : own
    const sections = given.kind === 'int' ? Number(given.value) : null
    const sizes = sections === null ? asIntegers(given) : new Array<number>(sections).fill((shape[axis] ?? 0) / sections)
    return sizes === undefined ? null : list(splitAxis(at, x, axis, sizes))
  }),
  unary(['unstack'], 'num=None, axis=0', (at, x, args) => {
    const axis = axisOf(at, args.number('axis') ?? 0, x.payload.shape.length)
    const ones = new Array<number>(x.payload.shape[axis] ?? 0).fill(1)
    return list(splitAxis(at, x, axis, ones).map((part) => dropAxes(at, part, [axis])))
  }),
  unary(['shape', 'int_shape'], '*rest, **kwargs', (_at, x) => tuple(x.payload.shape.map((size) => int(size)))),
  unary(['rank', 'ndim'], '', (_at, x) => int(x.payload.shape.length)),
  {
    names: ['matmul', 'dot'],
    parameters: 'x1, x2, transpose_a=False, transpose_b=False, **kwargs',
    body: (at, args) => {
      const [a, b] = [tensor(at, args.value('x1')), tensor(at, args.value('x2'))]
      if (a === null || b === null) return null
      const plain = args.boolean('transpose_a') !== true && args.boolean('transpose_b') !== true
      return (
        (plain ? timesWeight(at, a, b) : null) ??
        matmul(at, transposed(at, a, args.boolean('transpose_a') ?? false), transposed(at, b, args.boolean('transpose_b') ?? false))
      )
    },
  },
  {
    names: ['concatenate', 'concat'],
    parameters: 'xs, axis=0',
    body: (at, args) => {
      const parts = tensorsOf(at, args.value('xs'))
      const axis = args.number('axis')
      return parts === null || axis === undefined ? null : concat(at, parts, axisOf(at, axis, parts[0]?.payload.shape.length ?? 1))
    },
  },
  {
    names: ['stack'],
    parameters: 'x, axis=0',
    body: (at, args) => {
      const parts = tensorsOf(at, args.value('x'))
      const axis = args.number('axis')
      return parts === null || axis === undefined ? null : stack(at, parts, axis)
    },
  },
  {
    names: ['einsum'],
    parameters: 'subscripts, *operands, **kwargs',
    body: (at, args) => {
      const parts = args.rest('operands').map((value) => tensor(at, value))
      const equation = args.string('subscripts')
      return equation === undefined || !parts.every((part) => part !== null) ? null : einsum(at, equation, parts)
    },
  },
  {
    names: ['where'],
    parameters: 'condition, x1=None, x2=None',
    body: (at, args) => {
      const [condition, a, b] = ['condition', 'x1', 'x2'].map((name) => tensor(at, args.value(name))) as (TensorValue | null)[]
      return !condition || !a || !b ? null : where(at, condition, a, b)
    },
  },
  {
    names: ['arange', 'range'],
    parameters: 'start, stop=None, step=1, dtype=None, limit=None, delta=None',
    body: (at, args) => {
      const stopValue = [args.value('stop'), args.value('limit')].find((value) => value.kind !== 'none')
      const first = asNumber(args.value('start'))
      const last = stopValue === undefined ? first : asNumber(stopValue)
      const step = args.number('step')
      if (first === undefined || last === undefined || step === undefined) return null
      const from = stopValue === undefined ? 0 : first
      return knownTensor(at, [Math.max(0, Math.ceil((last - from) / step))], 'int', (index) => from + index * step)
    },
  },
]

/** x·W with a matrix [in, out] that a layer of the program's own made by `add_weight`: what a Dense does. */
function timesWeight(at: Site, input: TensorValue, weight: TensorValue): TensorValue | null {
  const { shape, source } = weight.payload
  const [inFeatures, outFeatures] = shape
  const record = source.kind === 'data' ? source.storage.parameter : null
  const isMatrix = record !== null && (record.role === 'free' || record.role === 'weight') && shape.length === 2
  if (!isMatrix || inFeatures === undefined || outFeatures === undefined || input.payload.shape.at(-1) !== inFeatures) return null
  record.role = 'weight'
  record.shape = [outFeatures, inFeatures]
  const id = plainWeight(at, weight, 'weight')
  if (id === null) return null
  return emit(at, {
    op: { kind: 'linear', weight: id, bias: null, inFeatures, outFeatures },
    inputs: [input],
    output: { shape: [...input.payload.shape.slice(0, -1), outFeatures], dtype: 'float' },
    hasParameters: true,
  })
}

/** Axes as they are listed; negative ones from the end. */
function axesInOrder(at: Site, order: readonly number[], rank: number): number[] {
  return order.map((axis) => axisOf(at, axis, rank))
}

function bounded(at: Site, which: 'max' | 'min', a: Operand, b: Operand): Value {
  if (a.kind !== 'number' && b.kind !== 'number') return extremum(at, which, a, b)
  const [x, bound] = a.kind === 'number' ? [b, a] : [a, b]
  if (x.kind === 'number') return none
  return which === 'max' ? clamp(at, x, bound, null) : clamp(at, x, null, bound)
}

/** Arguments of Keras' ops and of TensorFlow's under one name. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['keep_dims', 'keepdims'],
  ['input', 'x'],
  ['input_tensor', 'x'],
  ['tensor', 'x'],
  ['inputs', 'x'],
  ['values', 'xs'],
  ['a', 'x1'],
  ['b', 'x2'],
  ['y', 'x2'],
  ['value', 'x'],
  ['clip_value_min', 'x_min'],
  ['clip_value_max', 'x_max'],
  ['equation', 'subscripts'],
])

function named(entry: TensorFunction, name: string): BuiltinValue {
  const hasKeywords = entry.parameters.includes('**')
  const known = new Set(entry.parameters.split(',').map((part) => part.trim().split('=')[0]))
  const inner = native(`${name}(${entry.parameters}${hasKeywords ? '' : ', **kwargs'})`, (args, interpreter) => {
    const result = entry.body({ interpreter, span: args.span }, args)
    return result ?? args.firstUnknown() ?? interpreter.unknown(`${name} with these arguments is not modelled`, args.span)
  })
  return {
    kind: 'builtin',
    name,
    bindsSelf: false,
    call: (args, interpreter: Interpreter) => {
      const keyword = new Map(
        [...args.keyword].flatMap(([key, value]) => {
          if (key === 'name') return []
          const other = spellings.get(key)
          if (known.has(key)) return [[key, value] as const]
          if (key === 'x' && known.has('x1')) return [['x1', value] as const]
          return [[other !== undefined && known.has(other) ? other : key, value] as const]
        }),
      )
      return asFunctionCall(interpreter, name, [...args.positional, ...keyword.values()], args.span, () =>
        inner.call({ ...args, keyword }, interpreter),
      )
    },
  }
}

/** By name. */
export const tensorBuiltins: ReadonlyMap<string, BuiltinValue> = new Map(
  tensorFunctions.flatMap((entry) => entry.names.map((name): [string, BuiltinValue] => [name, named(entry, name)])),
)

/** Noise: `tf.random.normal`, `keras.random.normal`. */
export const randomBuiltins: ReadonlyMap<string, BuiltinValue> = new Map<string, BuiltinValue>([
  [
    'normal',
    native('normal(shape, mean=0.0, stddev=1.0, *rest, **kwargs)', (args, interpreter) => {
      const shape = integersOf(args.value('shape'))
      const [mean, std] = [args.number('mean'), args.number('stddev')]
      if (shape === null || mean === undefined || std === undefined)
        return args.firstUnknown() ?? interpreter.unknown('the noise is not known', args.span)
      return drawnTensor({ interpreter, span: args.span }, shape, { kind: 'normal', mean, std }, 'normal')
    }),
  ],
  [
    'uniform',
    native('uniform(shape, minval=0.0, maxval=1.0, *rest, **kwargs)', (args, interpreter) => {
      const shape = integersOf(args.value('shape'))
      const [low, high] = [args.number('minval'), args.number('maxval')]
      if (shape === null || low === undefined || high === undefined)
        return args.firstUnknown() ?? interpreter.unknown('the noise is not known', args.span)
      return drawnTensor({ interpreter, span: args.span }, shape, { kind: 'uniform', low, high }, 'uniform')
    }),
  ],
])

/** What arrays and tensors of a Keras program have beside what PyTorch's do. */
export const tensorMethods: readonly (readonly [string, Value])[] = [
  [
    'astype',
    method('astype(self, dtype, *args, **kwargs)', (args, interpreter) => {
      const self = args.value('self')
      return isTensor(self) ? cast({ interpreter, span: args.span }, self, dtypeNamed(args.value('dtype'))) : self
    }),
  ],
  ['get_shape', method('get_shape(self)', (args, interpreter) => interpreter.getAttribute(args.value('self'), 'shape', args.span))],
]
