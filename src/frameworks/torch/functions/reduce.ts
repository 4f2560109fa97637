/** `x.mean(dim)`, `torch.sum`, `x.max()`, … */
import type { ReduceOp } from '../../../graph'
import { tuple } from '../../../python/make'
import type { Value } from '../../../python/values'
import { activation } from '../functional/activations'
import { affine } from '../functional/arithmetic'
import { extremum } from '../functional/clamp'
import { along, opaqueReduce, reduce } from '../functional/reduce'
import { allAxes } from '../shapes/axes'
import { type DType, isTensor, type TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { replaced } from '../tensor/layout'
import { slice } from '../tensor/views'
import type { Call } from './call'
import type { TorchFunction } from './declare'
import { valuesIndices } from './returns'

const places = ['torch', 'method'] as const

/** Over some axes, all by default. */
function over(names: readonly string[], which: ReduceOp['reduce'], extra = ''): TorchFunction {
  return {
    names,
    parameters: `input, dim=None, keepdim=False${extra}`,
    places,
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      return reduce(call, input, which, call.axes('dim', input), call.flag('keepdim'))
    },
  }
}

/** Sample variance and its root; n/(n − 1) taken back where the call asks for the biased one. */
function spread(name: 'var' | 'std'): TorchFunction {
  return {
    names: [name],
    parameters: 'input, dim=None, unbiased=True, keepdim=False, *, correction=None',
    places,
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      const [axes, unbiased] = axesAndBias(call, input)
      return unbiasedSpread(call, input, name, axes, unbiased, call.flag('keepdim'))
    },
  }
}

/** `x.var(False)` is the biased variance over everything. */
function axesAndBias(call: Call, input: TensorValue): readonly [readonly number[], boolean] {
  const dim = call.value('dim')
  if (dim.kind === 'bool') return [allAxes(input.payload.shape.length), dim.value]
  const correction = call.optionalNumber('correction')
  return [call.axes('dim', input), correction === null ? call.flag('unbiased') : correction !== 0]
}

function unbiasedSpread(
  call: Call,
  input: TensorValue,
  name: 'var' | 'std',
  axes: readonly number[],
  unbiased: boolean,
  keepDims: boolean,
): TensorValue {
  const result = reduce(call, input, name === 'var' ? 'variance' : 'std', axes, keepDims)
  if (unbiased) return result
  const n = axes.reduce((product, axis) => product * (input.payload.shape[axis] ?? 1), 1)
  const factor = (n - 1) / n
  return affine(call, result, name === 'var' ? factor : Math.sqrt(factor), 0)
}

function spreadAndMean(name: 'var' | 'std'): TorchFunction {
  return {
    names: [`${name}_mean`],
    parameters: 'input, dim=None, unbiased=True, keepdim=False, *, correction=None',
    places: ['torch'],
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      const [axes, unbiased] = axesAndBias(call, input)
      const keepDims = call.flag('keepdim')
      return tuple([unbiasedSpread(call, input, name, axes, unbiased, keepDims), reduce(call, input, 'mean', axes, keepDims)])
    },
  }
}

function bestIndex(which: 'max' | 'min'): (values: readonly number[]) => number {
  const better = which === 'max' ? (a: number, b: number) => a > b : (a: number, b: number) => a < b
  return (values) => values.reduce((best, value, index) => (better(value, values[best] as number) ? index : best), 0)
}

/** Three functions in one name: over everything, along an axis with indices, or elementwise of two tensors. */
function best(which: 'max' | 'min'): TorchFunction {
  return {
    names: [which],
    parameters: 'input, dim=None, keepdim=False, *, other=None',
    places,
    listed: true,
    body: (call): Value => {
      const input = call.tensor('input')
      const second = call.passed('other') ? call.value('other') : call.value('dim')
      if (isTensor(second) && second.payload.shape.length > 0) return extremum(call, which, input, second)
      if (second.kind === 'none') return reduce(call, input, which, allAxes(input.payload.shape.length), false)
      const axis = call.axis('dim', input)
      const keepDims = call.flag('keepdim')
      return valuesIndices(
        reduce(call, input, which, [axis], keepDims),
        opaqueReduce(call, `arg${which}`, input, [axis], keepDims, 'int', bestIndex(which)),
      )
    },
  }
}

function index(which: 'max' | 'min'): TorchFunction {
  return {
    names: [`arg${which}`],
    parameters: 'input, dim=None, keepdim=False',
    places,
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      return opaqueReduce(call, call.name, input, call.axes('dim', input), call.flag('keepdim'), 'int', bestIndex(which))
    },
  }
}

/** Truth of the values along axes. */
function truth(names: readonly string[], f: (values: readonly number[]) => boolean | number, dtype: DType): TorchFunction {
  return {
    names,
    parameters: 'input, dim=None, keepdim=False',
    places,
    body: (call) => {
      const input = call.tensor('input')
      return opaqueReduce(call, call.name, input, call.axes('dim', input), call.flag('keepdim'), dtype, (values) => Number(f(values)))
    },
  }
}

function cumulative(name: string, f: (sum: number, value: number) => number): TorchFunction {
  return {
    names: [name],
    parameters: 'input, dim, *, dtype=None',
    places,
    inPlace: true,
    body: (call) => {
      const input = call.tensor('input')
      const dtype = call.dtype('dtype') ?? (input.payload.dtype === 'bool' ? 'int' : input.payload.dtype)
      return along(call, name, input, call.axis('dim', input), dtype, (values) => {
        const sums: number[] = []
        for (const value of values) sums.push(sums.length === 0 ? value : f(sums.at(-1) as number, value))
        return sums
      })
    },
  }
}

const ordered = (descending: boolean) => (values: readonly number[]) =>
  values.map((value, at) => ({ value, at })).sort((a, b) => (descending ? b.value - a.value : a.value - b.value))

const sorting: readonly TorchFunction[] = [
  {
    names: ['sort'],
    parameters: 'input, dim=-1, descending=False, stable=False',
    places,
    body: (call) => {
      const input = call.tensor('input')
      const axis = call.axis('dim', input)
      const order = ordered(call.flag('descending'))
      return valuesIndices(
        along(call, 'sort', input, axis, input.payload.dtype, (values) => order(values).map(({ value }) => value)),
        along(call, 'argsort', input, axis, 'int', (values) => order(values).map(({ at }) => at)),
      )
    },
  },
  {
    names: ['argsort'],
    parameters: 'input, dim=-1, descending=False, stable=False',
    places,
    body: (call) => {
      const input = call.tensor('input')
      const order = ordered(call.flag('descending'))
      return along(call, 'argsort', input, call.axis('dim', input), 'int', (values) => order(values).map(({ at }) => at))
    },
  },
  {
    names: ['topk'],
    parameters: 'input, k, dim=-1, largest=True, sorted=True',
    places,
    body: (call) => {
      const input = call.tensor('input')
      const axis = call.axis('dim', input)
      const order = ordered(call.flag('largest'))
      const first = (values: TensorValue) => slice(call, values, axis, 0, call.integer('k'))
      return valuesIndices(
        first(along(call, 'topk', input, axis, input.payload.dtype, (values) => order(values).map(({ value }) => value))),
        first(along(call, 'topk', input, axis, 'int', (values) => order(values).map(({ at }) => at))),
      )
    },
  },
  {
    names: ['kthvalue', 'mode', 'median', 'nanmedian'],
    parameters: 'input, dim=None, keepdim=False',
    places,
    body: (call): Value => {
      const input = call.tensor('input')
      const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN
      if (call.isNone('dim'))
        return opaqueReduce(call, call.name, input, allAxes(input.payload.shape.length), false, input.payload.dtype, middle)
      const axis = call.axis('dim', input)
      const keepDims = call.flag('keepdim')
      return valuesIndices(
        opaqueReduce(call, call.name, input, [axis], keepDims, input.payload.dtype, middle),
        opaqueReduce(call, call.name, input, [axis], keepDims, 'int', () => Number.NaN),
      )
    },
  },
]

/** ‖x‖_p over axes. */
function norm(call: Call, input: TensorValue, p: Value, axes: readonly number[], keepDims: boolean): TensorValue {
  const order = p.kind === 'none' || (p.kind === 'str' && p.value === 'fro') ? 2 : call.number('p')
  if (order === 2) return reduce(call, input, 'norm', axes, keepDims)
  const size = activation(call, input, { name: 'abs' })
  if (order === 1) return reduce(call, size, 'sum', axes, keepDims)
  if (order === Number.POSITIVE_INFINITY) return reduce(call, size, 'max', axes, keepDims)
  const powers = emit(call, { op: { kind: 'power', exponent: order }, inputs: [size], output: size.payload })
  const sum = reduce(call, powers, 'sum', axes, keepDims)
  return emit(call, { op: { kind: 'power', exponent: 1 / order }, inputs: [sum], output: sum.payload })
}

export const reduceFunctions: readonly TorchFunction[] = [
  over(['sum', 'nansum'], 'sum', ', *, dtype=None'),
  over(['mean', 'nanmean'], 'mean', ', *, dtype=None'),
  over(['prod'], 'prod', ', *, dtype=None'),
  over(['amax'], 'max'),
  over(['amin'], 'min'),
  over(['logsumexp'], 'logSumExp'),
  spread('var'),
  spread('std'),
  spreadAndMean('var'),
  spreadAndMean('std'),
  best('max'),
  best('min'),
  index('max'),
  index('min'),
  truth(['any'], (values) => values.some((value) => value !== 0), 'bool'),
  truth(['all'], (values) => values.every((value) => value !== 0), 'bool'),
  truth(['count_nonzero'], (values) => values.filter((value) => value !== 0).length, 'int'),
  cumulative('cumsum', (sum, value) => sum + value),
  cumulative('cumprod', (product, value) => product * value),
  cumulative('logcumsumexp', (sum, value) => Math.log(Math.exp(sum) + Math.exp(value))),
  {
    names: ['norm'],
    parameters: "input, p='fro', dim=None, keepdim=False, *, dtype=None",
    places: ['torch', 'method'],
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      return norm(call, input, call.value('p'), call.axes('dim', input), call.flag('keepdim'))
    },
  },
  {
    names: ['norm', 'vector_norm'],
    parameters: 'input, p=None, dim=None, keepdim=False, *, ord=None, dtype=None',
    places: ['linalg'],
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      return norm(call, input, call.value('p'), call.axes('dim', input), call.flag('keepdim'))
    },
  },
  ...sorting,
  {
    names: ['diff'],
    parameters: 'input, n=1, dim=-1',
    places,
    body: (call) => {
      const input = call.tensor('input')
      const axis = call.axis('dim', input)
      const size = input.payload.shape[axis] ?? 1
      const later = slice(call, input, axis, 1, size)
      const sooner = slice(call, input, axis, 0, size - 1)
      return emit(call, {
        op: { kind: 'add', signs: [1, -1] },
        inputs: [later, sooner],
        output: { shape: replaced(input.payload.shape, axis, size - 1), dtype: input.payload.dtype },
      })
    },
  },
]
