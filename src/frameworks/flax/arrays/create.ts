/** Functions of `jax.numpy` that make arrays. */
import { cast } from '../../torch/functional/cast'
import { compare } from '../../torch/functional/compare'
import { builtins } from '../../torch/functions'
import type { Value } from '../../../python/values'
import { constantTensor, knownTensor, unknownData } from '../../torch/tensor/make'
import { expand, insertAxis } from '../../torch/tensor/views'
import { type ArrayCall, toTensor } from './call'
import type { ArrayFunction } from './declare'

const filled = (name: string, value: number): ArrayFunction => ({
  names: [name],
  parameters: 'shape, dtype=None, device=None, out_sharding=None',
  body: (call) => constantTensor(call, call.integers('shape'), call.dtype('dtype') ?? 'float', value, name),
})

const alike = (name: string, value: number): ArrayFunction => ({
  names: [name],
  parameters: 'a, dtype=None, shape=None, device=None',
  body: (call) => {
    const { shape, dtype } = call.tensor('a').payload
    return constantTensor(call, call.optionalIntegers('shape') ?? shape, call.dtype('dtype') ?? dtype, value, name)
  },
})

/** The same function of torch's, which takes these arguments by position. */
const ofTorch = (name: string, parameters: string, order: readonly string[]): ArrayFunction => ({
  names: [name],
  parameters,
  body: (call) => {
    const callee = builtins.torch.get(name)
    if (callee === undefined) return null
    const values = order.map((each, index): Value => (index === 0 ? call.tensor(each) : call.value(each)))
    return call.interpreter.callWith(callee, {
      positional: values.filter(({ kind }) => kind !== 'none'),
      keyword: new Map(),
      span: call.span,
    })
  },
})

function arange(call: ArrayCall): Value {
  const one = call.isNone('stop')
  const start = one ? 0 : call.number('start')
  const stop = one ? call.number('start') : call.number('stop')
  const step = call.isNone('step') ? 1 : call.number('step')
  const whole = ['start', 'stop', 'step'].every((name) => call.value(name).kind !== 'float')
  const length = Math.max(0, Math.ceil((stop - start) / step))
  return knownTensor(call, [length], call.dtype('dtype') ?? (whole ? 'int' : 'float'), (index) => start + index * step, 'arange')
}

export const createFunctions: readonly ArrayFunction[] = [
  filled('zeros', 0),
  filled('ones', 1),
  { ...filled('empty', 0), names: ['empty'] },
  alike('zeros_like', 0),
  alike('ones_like', 1),
  { ...alike('empty_like', 0), names: ['empty_like'] },
  {
    names: ['full'],
    parameters: 'shape, fill_value, dtype=None, device=None',
    body: (call) => {
      const value = call.value('fill_value')
      const own = value.kind === 'int' ? 'int' : value.kind === 'bool' ? 'bool' : 'float'
      return constantTensor(call, call.integers('shape'), call.dtype('dtype') ?? own, call.number('fill_value'), 'full')
    },
  },
  {
    names: ['full_like'],
    parameters: 'a, fill_value, dtype=None, shape=None',
    body: (call) => {
      const { shape, dtype } = call.tensor('a').payload
      return constantTensor(call, call.optionalIntegers('shape') ?? shape, call.dtype('dtype') ?? dtype, call.number('fill_value'), 'full')
    },
  },
  { names: ['arange'], parameters: 'start, stop=None, step=None, dtype=None', body: arange },
  {
    names: ['iota'],
    parameters: 'dtype, size',
    body: (call) => knownTensor(call, [call.integer('size')], call.dtype('dtype') ?? 'int', (index) => index, 'iota'),
  },
  {
    names: ['linspace'],
    parameters: 'start, stop, num=50, endpoint=True, dtype=None',
    body: (call) => {
      const [start, stop, num] = [call.number('start'), call.number('stop'), call.integer('num')]
      const steps = call.flag('endpoint') ? num - 1 : num
      return knownTensor(call, [num], 'float', (index) => start + ((stop - start) * index) / Math.max(1, steps), 'linspace')
    },
  },
  {
    names: ['eye', 'identity'],
    parameters: 'N, M=None, k=0, dtype=None',
    body: (call) => {
      const rows = call.integer('N')
      const columns = call.optionalInteger('M') ?? rows
      const k = call.integer('k')
      const element = (index: number) => ((index % columns) - Math.floor(index / columns) === k ? 1 : 0)
      return knownTensor(call, [rows, columns], call.dtype('dtype') ?? 'float', element, 'eye')
    },
  },
  {
    names: ['array', 'asarray', 'asanyarray', 'convert_element_type', 'copy', 'device_put', 'device_get'],
    parameters: 'object, dtype=None, copy=None, order=None, ndmin=0, device=None, new_dtype=None',
    body: (call) => {
      const value = call.tensor('object')
      const dtype = call.dtype('dtype') ?? call.dtype('new_dtype')
      return dtype === null ? value : cast(call, value, dtype)
    },
  },
  {
    names: ['one_hot'],
    parameters: 'x, num_classes, dtype=None, axis=-1',
    body: (call) => {
      const x = call.tensor('x')
      const classes = call.integer('num_classes')
      const wide = insertAxis(call, x, x.payload.shape.length)
      const labels = knownTensor(call, [classes], 'int', (index) => index, 'arange')
      return cast(call, compare(call, 'eq', wide, labels), 'float')
    },
  },
  {
    names: ['meshgrid'],
    parameters: '*xi, copy=True, sparse=False, indexing="xy"',
    body: (call) => {
      const tensors = call.rest('xi').map((each) => toTensor(call, each))
      const callee = builtins.torch.get('meshgrid')
      if (callee === undefined || !tensors.every((each) => each !== null)) return null
      return call.interpreter.callWith(callee, {
        positional: tensors,
        keyword: new Map([['indexing', call.value('indexing')]]),
        span: call.span,
      })
    },
  },
  ofTorch('floor_divide', 'x1, x2', ['x1', 'x2']),
  { ...ofTorch('remainder', 'x1, x2', ['x1', 'x2']), names: ['remainder', 'mod', 'rem'] },
  ofTorch('tril', 'm, k=0', ['m', 'k']),
  ofTorch('triu', 'm, k=0', ['m', 'k']),
  ofTorch('cumsum', 'a, axis=None, dtype=None', ['a', 'axis']),
  ofTorch('cumprod', 'a, axis=None, dtype=None', ['a', 'axis']),
  ofTorch('diag', 'v, k=0', ['v', 'k']),
  {
    names: ['sort', 'argsort'],
    parameters: 'a, axis=-1, **kwargs',
    body: (call) => {
      const { shape, dtype } = call.tensor('a').payload
      return unknownData(call, shape, call.name === 'sort' ? dtype : 'int', `${call.name} is not modelled`)
    },
  },
  {
    names: ['nan_to_num'],
    parameters: 'x, **kwargs',
    body: (call) => call.tensor('x'),
  },
  {
    names: ['atleast_1d', 'atleast_2d', 'atleast_3d'],
    parameters: 'x',
    body: (call) => {
      let x = call.tensor('x')
      const least = Number(call.name.slice(8, 9))
      while (x.payload.shape.length < least) x = insertAxis(call, x, 0)
      return x
    },
  },
  {
    names: ['make_causal_mask'],
    parameters: 'x, extra_batch_dims=0, dtype=None',
    body: (call) => {
      const { shape } = call.tensor('x').payload
      const length = shape.at(-1) ?? 1
      const triangle = knownTensor(
        call,
        [length, length],
        'bool',
        (index) => (index % length <= Math.floor(index / length) ? 1 : 0),
        'mask',
      )
      const one = insertAxis(call, insertAxis(call, triangle, 0), 0)
      return expand(call, one, [shape[0] ?? 1, 1, length, length])
    },
  },
]
