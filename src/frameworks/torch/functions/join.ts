/** cat, stack and their kin; splitting. */
import { list, tuple } from '../../../python/make'
import type { Value } from '../../../python/values'
import { gather } from '../functional/gather'
import { concat, stack, tile } from '../functional/join'
import { axisOf } from '../shapes/axes'
import { broadcastShapes } from '../shapes/broadcast'
import { runtimeError } from '../site'
import { isTensor, type TensorValue } from '../tensor'
import { numbersOf } from '../tensor/elements'
import { expand, insertAxis, reshape, select, splitAxis } from '../tensor/views'
import { type Call, integersOf } from './call'
import type { TorchFunction } from './declare'

const both = ['torch', 'method'] as const

/** At least `rank` axes, for hstack and vstack. */
function atLeast(call: Call, tensor: TensorValue, rank: number): TensorValue {
  return tensor.payload.shape.length >= rank ? tensor : atLeast(call, insertAxis(call, tensor, 0), rank)
}

/** Sizes of torch.split: equal parts and a smaller last one, or the sizes given. */
function splitSizes(call: Call, size: number, wanted: Value): readonly number[] {
  const sizes = integersOf(wanted) ?? runtimeError(call, 'split expects an int or a list of ints')
  if (wanted.kind === 'list' || wanted.kind === 'tuple') {
    const sum = sizes.reduce((total, part) => total + part, 0)
    if (sum !== size) {
      runtimeError(
        call,
        `split_with_sizes expects split_sizes to sum exactly to ${size} (input tensor's size at dimension), but got split_sizes=[${sizes.join(', ')}]`,
      )
    }
    return sizes
  }
  const part = Math.max(1, sizes[0] ?? 1)
  call.interpreter.step(Math.ceil(size / part))
  const parts = Array.from({ length: Math.ceil(size / part) }, (_, index) => Math.min(part, size - index * part))
  return parts.length === 0 ? [0] : parts
}

/** Sections as even as they go, or the parts between the indices. */
function tensorSplit(call: Call, input: TensorValue, axis: number): Value {
  const size = input.payload.shape[axis] ?? 1
  const ends = call.integers('indices_or_sections')
  const isSections = call.value('indices_or_sections').kind === 'int'
  const sizes = isSections
    ? evenSizes(call, size, ends[0] ?? 1)
    : [...ends, size].map((end, index) => end - (index === 0 ? 0 : (ends[index - 1] as number)))
  return tuple(splitAxis(call, input, axis, sizes))
}

/** numpy's: the first parts one larger. */
function evenSizes(call: Call, size: number, sections: number): number[] {
  call.interpreter.step(sections)
  return Array.from({ length: sections }, (_, index) => Math.floor(size / sections) + (index < size % sections ? 1 : 0))
}

export const joinFunctions: readonly TorchFunction[] = [
  {
    names: ['cat', 'concat', 'concatenate'],
    parameters: 'tensors, dim=0',
    places: ['torch'],
    listed: true,
    body: (call) => {
      const tensors = call.tensors('tensors')
      const rank = Math.max(1, ...tensors.map(({ payload }) => payload.shape.length))
      return concat(call, tensors, axisOf(call, call.integer('dim'), rank))
    },
  },
  {
    names: ['stack'],
    parameters: 'tensors, dim=0',
    places: ['torch'],
    listed: true,
    body: (call) => {
      const tensors = call.tensors('tensors')
      return stack(call, tensors, axisOf(call, call.integer('dim'), (tensors[0]?.payload.shape.length ?? 0) + 1))
    },
  },
  {
    names: ['hstack', 'column_stack'],
    parameters: 'tensors',
    places: ['torch'],
    listed: true,
    body: (call) => {
      const tensors = call.tensors('tensors').map((tensor) => atLeast(call, tensor, 1))
      return concat(call, tensors, tensors[0]?.payload.shape.length === 1 ? 0 : 1)
    },
  },
  {
    names: ['vstack', 'row_stack'],
    parameters: 'tensors',
    places: ['torch'],
    listed: true,
    body: (call) =>
      concat(
        call,
        call.tensors('tensors').map((tensor) => atLeast(call, tensor, 2)),
        0,
      ),
  },
  {
    names: ['chunk'],
    parameters: 'input, chunks, dim=0',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const axis = call.axis('dim', input)
      const size = input.payload.shape[axis] ?? 1
      const part = Math.max(1, Math.ceil(size / call.integer('chunks')))
      return tuple(splitAxis(call, input, axis, splitSizes(call, size, { kind: 'int', value: part })))
    },
  },
  {
    names: ['split', 'split_with_sizes'],
    parameters: 'input, split_size_or_sections, dim=0',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const axis = call.axis('dim', input)
      return tuple(splitAxis(call, input, axis, splitSizes(call, input.payload.shape[axis] ?? 1, call.value('split_size_or_sections'))))
    },
  },
  {
    names: ['tensor_split'],
    parameters: 'input, indices_or_sections, dim=0',
    places: both,
    body: (call) => tensorSplit(call, call.tensor('input'), call.axis('dim', call.tensor('input'))),
  },
  ...(
    [
      ['hsplit', 1],
      ['vsplit', 0],
      ['dsplit', 2],
    ] as const
  ).map(
    ([name, axis]): TorchFunction => ({
      names: [name],
      parameters: 'input, indices_or_sections',
      places: both,
      body: (call) => tensorSplit(call, call.tensor('input'), call.tensor('input').payload.shape.length === 1 ? 0 : axis),
    }),
  ),
  {
    names: ['dstack'],
    parameters: 'tensors',
    places: ['torch'],
    listed: true,
    body: (call) =>
      concat(
        call,
        call
          .tensors('tensors')
          .map((tensor) => (tensor.payload.shape.length >= 3 ? tensor : insertAxis(call, atLeast(call, tensor, 2), 2))),
        2,
      ),
  },
  {
    names: ['unbind'],
    parameters: 'input, dim=0',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const axis = call.axis('dim', input)
      const size = input.payload.shape[axis] ?? 0
      call.interpreter.step(size)
      return tuple(Array.from({ length: size }, (_, index) => select(call, input, axis, index)))
    },
  },
  {
    names: ['repeat'],
    parameters: 'input, *repeats',
    places: ['method'],
    body: (call) => tile(call, call.tensor('input'), call.sizes('repeats')),
  },
  {
    names: ['tile'],
    parameters: 'input, *dims',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const times = call.sizes('dims')
      const missing = Math.max(0, input.payload.shape.length - times.length)
      return tile(call, input, [...new Array<number>(missing).fill(1), ...times])
    },
  },
  {
    names: ['repeat_interleave'],
    parameters: 'input, repeats, dim=None, *, output_size=None',
    places: both,
    body: (call) => {
      const given = call.tensor('input')
      const input = call.isNone('dim') ? flat(call, given) : given
      const axis = call.isNone('dim') ? 0 : call.axis('dim', input)
      const size = input.payload.shape[axis] ?? 1
      const repeats = call.value('repeats')
      const counts = isTensor(repeats) && repeats.payload.shape.length > 0 ? numbersOf(repeats) : call.integers('repeats')
      if (counts === null) return call.interpreter.unknown('how often repeat_interleave repeats is not known', call.span)
      call.interpreter.step(size * Math.max(1, ...(counts.length === 1 ? counts : [])) + counts.length)
      const indices = Array.from({ length: size }, (_, index) =>
        new Array<number>(counts[counts.length === 1 ? 0 : index] ?? 0).fill(index),
      ).flat()
      return gather(call, input, axis, indices)
    },
  },
  { names: ['meshgrid'], parameters: '*tensors, indexing=None', places: ['torch'], body: (call) => meshgrid(call) },
  {
    names: ['broadcast_tensors'],
    parameters: '*tensors',
    places: ['torch'],
    body: (call) => {
      const tensors = call.rest('tensors').filter(isTensor)
      const shape = broadcastShapes(call, ...tensors.map(({ payload }) => payload.shape))
      return list(tensors.map((tensor) => expand(call, tensor, shape)))
    },
  },
]

function flat(call: Call, input: TensorValue): TensorValue {
  return reshape(call, input, [-1])
}

/** Coordinates on a grid; 'xy' swaps the first two axes. */
function meshgrid(call: Call): Value {
  const given = call.rest('tensors')
  const [only] = given
  const items = given.length === 1 && only !== undefined && (only.kind === 'list' || only.kind === 'tuple') ? only.items : given
  const tensors = items.filter(isTensor)
  const xy = call.text('indexing') === 'xy' && tensors.length > 1
  const order = tensors.map((_, index) => (xy && index < 2 ? 1 - index : index))
  const shape = order.map((which) => tensors[which]?.payload.shape[0] ?? 1)
  return tuple(
    tensors.map((tensor, which) => {
      const axis = order.indexOf(which)
      const column = reshape(
        call,
        tensor,
        shape.map((_, own) => (own === axis ? -1 : 1)),
      )
      return expand(call, column, shape)
    }),
  )
}
