/** Making tensors: zeros, randn, arange, tensor([...]). */
import type { Distribution } from '../../../graph'
import { asItems, asNumber } from '../../../python/guards'
import { arrayOf } from '../../../python/library'
import type { Value } from '../../../python/values'
import { cast } from '../functional/cast'
import { stack } from '../functional/join'
import { runtimeError, valueError } from '../site'
import { type DType, isTensor, type TensorValue } from '../tensor'
import { bernoulli, distributionOf, shortNumber } from '../tensor/distribution'
import { scalarOf } from '../tensor/elements'
import { count } from '../tensor/layout'
import { constantTensor, drawnTensor, knownTensor, rewrapTensor, unknownData } from '../tensor/make'
import { asTensor, type Call } from './call'
import type { TorchFunction } from './declare'
import { tensorFromArray } from './numpy'

const options =
  'dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False, memory_format=None, generator=None, out=None, names=None'
const ignored = ['device', 'requires_grad', 'layout', 'pin_memory', 'memory_format', 'generator', 'out', 'names', 'dtype']

/** More elements than this are a mistake or an attack. */
const mostElements = 1e12

function checked(call: Call, shape: readonly number[]): readonly number[] {
  const negative = shape.find((size) => size < 0)
  if (negative !== undefined) runtimeError(call, `Trying to create tensor with negative dimension ${negative}: [${shape.join(', ')}]`)
  if (count(shape) > mostElements)
    runtimeError(
      call,
      `[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried to allocate ${4 * count(shape)} bytes`,
    )
  return shape
}

type Maker = (call: Call, shape: readonly number[], dtype: DType | null) => TensorValue

/** `zeros(2, 3)`, `zeros((2, 3))`, `zeros_like(x)`, `x.new_zeros(2, 3)` of one maker. */
function family(name: string, extra: string, make: Maker): TorchFunction[] {
  const tail = extra === '' ? options : `${extra}, ${options}`
  return [
    {
      names: [name],
      parameters: `*size, ${tail}`,
      places: ['torch'],
      tolerates: ignored,
      body: (call) => make(call, checked(call, call.sizes('size')), call.dtype('dtype')),
    },
    {
      names: [`${name}_like`],
      parameters: `input, ${tail}`,
      places: ['torch'],
      tolerates: ignored,
      body: (call) => make(call, call.tensor('input').payload.shape, call.dtype('dtype') ?? call.tensor('input').payload.dtype),
    },
    {
      names: [`new_${name}`],
      parameters: `input, *size, ${tail}`,
      places: ['method'],
      tolerates: ignored,
      body: (call) => make(call, checked(call, call.sizes('size')), call.dtype('dtype') ?? call.tensor('input').payload.dtype),
    },
  ]
}

function drawn(distribution: Distribution, label: string): Maker {
  return (call, shape) => drawnTensor(call, shape, distribution, label)
}

export const uninitialized: Distribution = { kind: 'unknown', reason: 'torch.empty holds whatever was in memory' }

function empty(call: Call, shape: readonly number[], dtype: DType | null): TensorValue {
  const tensor = drawnTensor(call, shape, uninitialized, 'empty', dtype ?? 'float')
  const { source } = tensor.payload
  if (source.kind === 'data') source.storage.initializer = { distribution: uninitialized, label: 'empty', origin: 'default', span: null }
  return tensor
}

const fullTail = `fill_value, ${options}`

function fill(call: Call, shape: readonly number[], dtype: DType | null): TensorValue {
  const value = call.value('fill_value')
  const number = call.number('fill_value')
  const own = value.kind === 'int' ? 'int' : value.kind === 'bool' ? 'bool' : 'float'
  return constantTensor(call, shape, dtype ?? own, number, `full ${shortNumber(number)}`)
}

/** start, stop, step of `arange(stop)` and `arange(start, stop, step)`. */
function arange(call: Call): TensorValue {
  const one = call.isNone('end')
  const start = one ? 0 : call.number('start')
  const end = one ? call.number('start') : call.number('end')
  const step = call.number('step')
  if (step === 0) runtimeError(call, 'step must be nonzero')
  if ((end - start) * step < 0) runtimeError(call, 'upper bound and larger bound inconsistent with step sign')
  const whole = [call.value('start'), call.value('end'), call.value('step')].every(
    (value) => value.kind === 'int' || value.kind === 'none' || (isTensor(value) && value.payload.dtype === 'int'),
  )
  const length = Math.max(0, Math.ceil((end - start) / step))
  return knownTensor(
    call,
    checked(call, [length]),
    call.dtype('dtype') ?? (whole ? 'int' : 'float'),
    (index) => start + index * step,
    'arange',
  )
}

function linspace(call: Call, map: (x: number) => number): TensorValue {
  const [start, end, steps] = [call.number('start'), call.number('end'), call.integer('steps')]
  const value = (index: number) => map(steps === 1 ? start : start + ((end - start) * index) / (steps - 1))
  return knownTensor(call, checked(call, [steps]), call.dtype('dtype') ?? 'float', value, call.name)
}

/** Nested lists of numbers, row-major. */
function fromNested(call: Call, value: Value): TensorValue {
  const numbers: number[] = []
  let dtype: DType = 'bool'
  const shape: number[] = []
  const rank: Readonly<Record<DType, number>> = { bool: 0, int: 1, float: 2 }
  const visit = (item: Value, depth: number): void => {
    const items = asItems(item)
    if (items !== undefined) {
      if (shape.length === depth) shape.push(items.length)
      else if (shape[depth] !== items.length)
        valueError(call, `expected sequence of length ${shape[depth]} at dim ${depth} (got ${items.length})`)
      call.interpreter.step(items.length)
      for (const each of items) visit(each, depth + 1)
      return
    }
    const own: DType = isTensor(item) ? item.payload.dtype : item.kind === 'bool' ? 'bool' : item.kind === 'int' ? 'int' : 'float'
    if (rank[own] > rank[dtype]) dtype = own
    numbers.push(asNumber(item) ?? (isTensor(item) ? (scalarOf(item.payload) ?? Number.NaN) : Number.NaN))
  }
  visit(value, 0)
  if (numbers.length === 0) dtype = 'float'
  return knownTensor(call, shape, dtype, (index) => numbers[index] ?? Number.NaN, 'tensor')
}

function fromValue(call: Call, value: Value): Value {
  const dtype = call.dtype('dtype')
  const array = arrayOf(value)
  const tensor = array === undefined ? asTensor(value) : tensorFromArray(call, array)
  if (tensor !== null) return dtype === null ? rewrapTensor(tensor, { ...tensor.payload }) : cast(call, tensor, dtype)
  const items = asItems(value)
  if (items !== undefined && items.length > 0 && items.every((item) => isTensor(item) && item.payload.source.kind === 'traced')) {
    return stack(call, items.filter(isTensor), 0)
  }
  const made = fromNested(call, value)
  return dtype === null ? made : cast(call, made, dtype)
}

function triangleIndices(lower: boolean): TorchFunction {
  return {
    names: [lower ? 'tril_indices' : 'triu_indices'],
    parameters: `row, col, offset=0, ${options}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => {
      const [rows, columns, offset] = [call.integer('row'), call.integer('col'), call.integer('offset')]
      if (rows * columns > 1 << 20) return call.interpreter.unknown('the indices of a triangle this large are not listed', call.span)
      const pairs: (readonly [number, number])[] = []
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++)
          if (lower ? column - row <= offset : column - row >= offset) pairs.push([row, column])
      }
      return knownTensor(
        call,
        [2, pairs.length],
        'int',
        (index) => pairs[index % pairs.length]?.[index < pairs.length ? 0 : 1] ?? Number.NaN,
      )
    },
  }
}

export const createFunctions: readonly TorchFunction[] = [
  ...family('zeros', '', (call, shape, dtype) => constantTensor(call, shape, dtype ?? 'float', 0, 'zeros')),
  ...family('ones', '', (call, shape, dtype) => constantTensor(call, shape, dtype ?? 'float', 1, 'ones')),
  ...family('empty', '', empty),
  {
    names: ['new'],
    parameters: 'input, *args',
    places: ['method'],
    body: (call) => {
      const [only] = call.rest('args')
      if (only !== undefined && only.kind !== 'int' && call.rest('args').length === 1 && asTensor(only) === null)
        return fromNested(call, only)
      return empty(call, checked(call, call.sizes('args')), call.tensor('input').payload.dtype)
    },
  },
  ...family('rand', '', drawn({ kind: 'uniform', low: 0, high: 1 }, 'rand')),
  ...family('randn', '', drawn({ kind: 'normal', mean: 0, std: 1 }, 'randn')),
  {
    names: ['full'],
    parameters: `size, ${fullTail}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => fill(call, checked(call, call.integers('size')), call.dtype('dtype')),
  },
  {
    names: ['full_like'],
    parameters: `input, ${fullTail}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => fill(call, call.tensor('input').payload.shape, call.dtype('dtype') ?? call.tensor('input').payload.dtype),
  },
  {
    names: ['new_full'],
    parameters: `input, size, ${fullTail}`,
    places: ['method'],
    tolerates: ignored,
    body: (call) => fill(call, checked(call, call.integers('size')), call.dtype('dtype') ?? call.tensor('input').payload.dtype),
  },
  {
    names: ['new_tensor'],
    parameters: `input, data, ${options}`,
    places: ['method'],
    tolerates: ignored,
    body: (call) => fromValue(call, call.value('data')),
  },
  { names: ['arange'], parameters: `start, end=None, step=1, ${options}`, places: ['torch'], tolerates: ignored, body: arange },
  { names: ['range'], parameters: `start, end=None, step=1, ${options}`, places: ['torch'], tolerates: ignored, body: arange },
  {
    names: ['linspace'],
    parameters: `start, end, steps=100, ${options}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => linspace(call, (x) => x),
  },
  {
    names: ['logspace'],
    parameters: `start, end, steps=100, base=10.0, ${options}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => linspace(call, (x) => call.number('base') ** x),
  },
  {
    names: ['eye'],
    parameters: `n, m=None, ${options}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => {
      const rows = call.integer('n')
      const columns = call.optionalInteger('m') ?? rows
      return knownTensor(
        call,
        checked(call, [rows, columns]),
        call.dtype('dtype') ?? 'float',
        (index) => (Math.floor(index / columns) === index % columns ? 1 : 0),
        'eye',
      )
    },
  },
  {
    names: ['tensor'],
    parameters: `data, ${options}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => fromValue(call, call.value('data')),
  },
  {
    names: ['as_tensor', 'asarray', 'from_numpy', 'scalar_tensor'],
    parameters: `data, ${options}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => fromValue(call, call.value('data')),
  },
  {
    names: ['randint'],
    parameters: `low, high=None, size=None, ${options}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => {
      // randint(high, size) has its size second.
      const short = call.isNone('size')
      const shape = checked(call, short ? call.integers('high') : call.integers('size'))
      return unknownData(call, shape, call.dtype('dtype') ?? 'int', 'it is drawn by torch.randint')
    },
  },
  {
    names: ['randint_like'],
    parameters: `input, low, high=None, ${options}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => unknownData(call, call.tensor('input').payload.shape, 'int', 'it is drawn by torch.randint_like'),
  },
  {
    names: ['randperm'],
    parameters: `n, ${options}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => unknownData(call, checked(call, [call.integer('n')]), 'int', 'it is a random permutation'),
  },
  {
    names: ['normal'],
    parameters: `mean=0.0, std=1.0, size=None, ${options}`,
    places: ['torch'],
    tolerates: ignored,
    body: (call) => {
      const [mean, std] = [call.operand('mean'), call.operand('std')]
      if (mean.kind !== 'number' || std.kind !== 'number') {
        const shape = mean.kind !== 'number' ? mean.payload.shape : std.kind !== 'number' ? std.payload.shape : []
        return unknownData(call, shape, 'float', 'it is drawn around computed means')
      }
      const shape = checked(call, call.optionalIntegers('size') ?? [])
      return drawnTensor(
        call,
        shape,
        { kind: 'normal', mean: mean.value, std: std.value },
        `normal(${shortNumber(mean.value)}, ${shortNumber(std.value)})`,
      )
    },
  },
  {
    names: ['bernoulli'],
    parameters: 'input, p=None, *, generator=None, out=None',
    places: ['torch', 'method'],
    tolerates: ['generator'],
    body: (call) => {
      const input = call.tensor('input')
      const { shape, dtype } = input.payload
      const base = call.isNone('p') ? distributionOf(input) : ({ kind: 'constant', value: call.number('p') } as const)
      const distribution: Distribution =
        base.kind === 'constant' ? bernoulli(base.value) : { kind: 'unknown', reason: 'it is drawn by torch.bernoulli' }
      return drawnTensor(call, shape, distribution, 'bernoulli', dtype)
    },
  },
  {
    names: ['multinomial'],
    parameters: 'input, num_samples, replacement=False, *, generator=None',
    places: ['torch', 'method'],
    tolerates: ['generator'],
    body: (call) =>
      unknownData(
        call,
        [...call.tensor('input').payload.shape.slice(0, -1), call.integer('num_samples')],
        'int',
        'it is drawn by torch.multinomial',
      ),
  },
  triangleIndices(true),
  triangleIndices(false),
]
