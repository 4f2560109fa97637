/** index_select, gather, scatter and other access by index. */
import { unknown } from '../../../python/make'
import { elementwise, type Operand } from '../functional/arithmetic'
import { gatherBy } from '../functional/gather'
import { runtimeError } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { reshape } from '../tensor/views'
import type { TorchFunction } from './declare'

const both = ['torch', 'method'] as const

/** An operation on whole tensors whose meaning is not followed; the result has the first one's shape. */
function shapeOfFirst(names: readonly string[], parameters: string, operands: readonly string[]): TorchFunction {
  return {
    names,
    parameters,
    places: both,
    inPlace: true,
    body: (call) => {
      const inputs = operands
        .map((name) => call.operand(name))
        .filter((operand): operand is Exclude<Operand, { kind: 'number' }> => operand.kind !== 'number')
      const [input] = inputs as [TensorValue]
      return emit(call, {
        op: { kind: 'opaque', name: call.name, reason: `the moments of ${call.name} are not modelled` },
        inputs,
        output: input.payload,
      })
    },
  }
}

export const gatherFunctions: readonly TorchFunction[] = [
  {
    names: ['index_select'],
    parameters: 'input, dim, index',
    places: both,
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      const index = call.tensor('index')
      if (index.payload.shape.length > 1) runtimeError(call, 'index_select(): Index is supposed to be a vector')
      return gatherBy(call, input, call.axis('dim', input), reshape(call, index, [-1]))
    },
  },
  {
    names: ['gather'],
    parameters: 'input, dim, index, *, sparse_grad=False',
    places: both,
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      const index = call.tensor('index')
      call.axis('dim', input)
      return emit(call, {
        op: { kind: 'opaque', name: 'gather', reason: 'gathering a different index for every element is not modelled' },
        inputs: [input, index],
        output: { shape: index.payload.shape, dtype: input.payload.dtype },
      })
    },
  },
  {
    names: ['take'],
    parameters: 'input, index',
    places: both,
    body: (call) => gatherBy(call, reshape(call, call.tensor('input'), [-1]), 0, call.tensor('index')),
  },
  {
    names: ['take_along_dim'],
    parameters: 'input, indices, dim=None',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const index = call.tensor('indices')
      return emit(call, {
        op: { kind: 'opaque', name: 'take_along_dim', reason: 'gathering a different index for every element is not modelled' },
        inputs: [input, index],
        output: { shape: index.payload.shape, dtype: input.payload.dtype },
      })
    },
  },
  shapeOfFirst(['scatter', 'scatter_add'], 'input, dim, index, src=None, *, value=None, reduce=None', ['input', 'index', 'src']),
  shapeOfFirst(['scatter_reduce'], 'input, dim, index, src, reduce, *, include_self=True', ['input', 'index', 'src']),
  {
    names: ['index_add'],
    parameters: 'input, dim, index, source, *, alpha=1',
    places: both,
    inPlace: true,
    body: (call) => {
      const input = call.tensor('input')
      const axis = call.axis('dim', input)
      const source = call.tensor('source')
      const alpha = call.number('alpha')
      const scaled =
        alpha === 1 ? source : emit(call, { op: { kind: 'affine', factor: alpha, shift: 0 }, inputs: [source], output: source.payload })
      return emit(call, { op: { kind: 'indexAdd', axis }, inputs: [input, call.tensor('index'), scaled], output: input.payload })
    },
  },
  shapeOfFirst(['index_copy'], 'input, dim, index, source', ['input', 'index', 'source']),
  shapeOfFirst(['index_fill'], 'input, dim, index, value', ['input', 'index']),
  shapeOfFirst(['masked_scatter'], 'input, mask, source', ['input', 'mask', 'source']),
  {
    names: ['index_put'],
    parameters: 'input, indices, values, accumulate=False',
    places: both,
    inPlace: true,
    body: (call) => {
      const input = call.tensor('input')
      return emit(call, {
        op: { kind: 'opaque', name: 'index_put', reason: 'the moments of index_put are not modelled' },
        inputs: [input, call.tensor('values')],
        output: input.payload,
      })
    },
  },
  {
    names: ['one_hot'],
    parameters: 'tensor, num_classes=-1',
    places: ['functional'],
    listed: true,
    body: (call) => {
      const tensor = call.tensor('tensor')
      const classes = call.integer('num_classes')
      if (classes < 0) return unknown('how many classes one_hot finds is not known', call.span)
      const { shape } = tensor.payload
      return emit(call, {
        op: { kind: 'opaque', name: 'one_hot', reason: 'one_hot is not modelled' },
        inputs: [tensor],
        output: { shape: [...shape, classes], dtype: 'int' },
        fold: ([elements]) =>
          elements === undefined ? null : (index) => (elements(Math.floor(index / classes)) === index % classes ? 1 : 0),
      })
    },
  },
  {
    names: ['searchsorted', 'bucketize'],
    parameters: 'input, boundaries, *args, **kwargs',
    places: ['torch'],
    body: (call) =>
      elementwise(call, call.name, [call.name === 'bucketize' ? call.tensor('input') : call.tensor('boundaries')], 'int', () => Number.NaN),
  },
]
