/** Views and rearrangements: view, permute, squeeze, roll, … */

import { cast } from '../functional/cast'
import { axesOf, axisOf } from '../shapes/axes'
import { runtimeError } from '../site'
import { isTensor, type TensorValue } from '../tensor'
import { dropAxes, expand, flatten, insertAxis, permute, reshape, select, slice, transpose } from '../tensor/views'
import type { Call } from './call'
import type { TorchFunction } from './declare'
import { dtypeOfValue } from './dtypes'

const both = ['torch', 'method'] as const

/** Removes the axes of size 1 among those named, all of them by default. */
function squeeze(call: Call): TensorValue {
  const input = call.tensor('input')
  const { shape } = input.payload
  const named = call.optionalIntegers('dim')?.map((dim) => axisOf(call, dim, shape.length)) ?? [...shape.keys()]
  return dropAxes(
    call,
    input,
    named.filter((axis) => shape[axis] === 1),
  )
}

function movedOrder(call: Call, rank: number, from: readonly number[], to: readonly number[]): number[] {
  const sources = from.map((dim) => axisOf(call, dim, rank))
  const places = to.map((dim) => axisOf(call, dim, rank))
  if (sources.length !== places.length)
    runtimeError(
      call,
      `movedim: Invalid source or destination dims: source (${from.join()}) and destination (${to.join()}) should contain the same number of elements`,
    )
  const order = new Array<number | undefined>(rank).fill(undefined)
  for (const [index, place] of places.entries()) order[place] = sources[index]
  const rest = [...order.keys()].filter((axis) => !sources.includes(axis))
  return order.map((axis) => axis ?? (rest.shift() as number))
}

export const shapeFunctions: readonly TorchFunction[] = [
  {
    names: ['view'],
    parameters: 'input, *shape, dtype=None',
    places: ['method'],
    body: (call) => {
      const [only] = call.rest('shape')
      const dtype = only === undefined ? null : dtypeOfValue(only)
      return dtype === null ? reshape(call, call.tensor('input'), call.sizes('shape')) : cast(call, call.tensor('input'), dtype)
    },
  },
  {
    names: ['reshape'],
    parameters: 'input, *shape',
    places: both,
    listed: false,
    body: (call) => reshape(call, call.tensor('input'), call.sizes('shape')),
  },
  {
    names: ['view_as', 'reshape_as'],
    parameters: 'input, other',
    places: ['method'],
    body: (call) => reshape(call, call.tensor('input'), call.tensor('other').payload.shape),
  },
  {
    names: ['flatten'],
    parameters: 'input, start_dim=0, end_dim=-1',
    places: both,
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      return flatten(call, input, call.axis('start_dim', input), call.axis('end_dim', input))
    },
  },
  { names: ['ravel'], parameters: 'input', places: both, body: (call) => reshape(call, call.tensor('input'), [-1]) },
  {
    names: ['unflatten'],
    parameters: 'input, dim, sizes',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const axis = call.axis('dim', input)
      const { shape } = input.payload
      const part = call.integers('sizes')
      const free = part.reduce((product, size) => (size === -1 ? product : product * size), 1)
      const sizes = part.map((size) => (size === -1 ? (shape[axis] as number) / free : size))
      if (sizes.reduce((product, size) => product * size, 1) !== shape[axis]) {
        runtimeError(
          call,
          `unflatten: Provided sizes [${part.join(', ')}] don't multiply up to the size of dim ${axis} (${shape[axis]}) in the input tensor`,
        )
      }
      return reshape(call, input, [...shape.slice(0, axis), ...sizes, ...shape.slice(axis + 1)])
    },
  },
  {
    names: ['permute'],
    parameters: 'input, *dims',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const rank = input.payload.shape.length
      const dims = call.sizes('dims')
      if (dims.length !== rank)
        runtimeError(
          call,
          `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${rank} is not equal to len(dims) = ${dims.length}`,
        )
      axesOf(call, dims, rank)
      return permute(
        call,
        input,
        dims.map((dim) => axisOf(call, dim, rank)),
      )
    },
  },
  {
    names: ['transpose', 'swapaxes', 'swapdims'],
    parameters: 'input, dim0, dim1',
    places: both,
    inPlace: true,
    body: (call) => {
      const input = call.tensor('input')
      return transpose(call, input, call.axis('dim0', input), call.axis('dim1', input))
    },
  },
  {
    names: ['t'],
    parameters: 'input',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const rank = input.payload.shape.length
      if (rank > 2) runtimeError(call, `t() expects a tensor with <= 2 dimensions, but self is ${rank}D`)
      return rank < 2 ? input : transpose(call, input, 0, 1)
    },
  },
  {
    names: ['adjoint'],
    parameters: 'input',
    places: both,
    body: (call) =>
      transpose(call, call.tensor('input'), call.tensor('input').payload.shape.length - 2, call.tensor('input').payload.shape.length - 1),
  },
  {
    names: ['movedim', 'moveaxis'],
    parameters: 'input, source, destination',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      return permute(call, input, movedOrder(call, input.payload.shape.length, call.integers('source'), call.integers('destination')))
    },
  },
  { names: ['squeeze'], parameters: 'input, dim=None', places: both, inPlace: true, body: squeeze },
  {
    names: ['unsqueeze'],
    parameters: 'input, dim',
    places: both,
    inPlace: true,
    body: (call) => {
      const input = call.tensor('input')
      return insertAxis(call, input, axisOf(call, call.integer('dim'), input.payload.shape.length + 1))
    },
  },
  {
    names: ['expand', 'broadcast_to'],
    parameters: 'input, *size',
    places: both,
    body: (call) => expand(call, call.tensor('input'), call.sizes('size')),
  },
  {
    names: ['expand_as'],
    parameters: 'input, other',
    places: ['method'],
    body: (call) => expand(call, call.tensor('input'), call.tensor('other').payload.shape),
  },
  {
    names: ['atleast_1d', 'atleast_2d', 'atleast_3d'],
    parameters: 'input',
    places: ['torch'],
    body: (call) => {
      const wanted = Number(call.name.at(8))
      const pad = (tensor: TensorValue): TensorValue => (tensor.payload.shape.length >= wanted ? tensor : pad(insertAxis(call, tensor, 0)))
      return pad(call.tensor('input'))
    },
  },
  {
    names: ['narrow'],
    parameters: 'input, dim, start, length',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const axis = call.axis('dim', input)
      const start = call.integer('start')
      return slice(call, input, axis, start, start + call.integer('length'))
    },
  },
  {
    names: ['select'],
    parameters: 'input, dim, index',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const axis = call.axis('dim', input)
      const index = call.integer('index')
      return select(call, input, axis, index < 0 ? index + (input.payload.shape[axis] as number) : index)
    },
  },
  {
    names: ['clone', 'detach'],
    parameters: 'input, *args, **kwargs',
    places: ['torch'],
    body: (call) => call.interpreter.call(call.interpreter.getAttribute(call.tensor('input'), call.name), [], undefined, call.span),
  },
  {
    names: ['numel'],
    parameters: 'input',
    places: ['torch'],
    body: (call) => ({ kind: 'int', value: call.tensor('input').payload.shape.reduce((product, size) => product * size, 1) }),
  },
  { names: ['is_tensor'], parameters: 'obj', places: ['torch'], body: (call) => ({ kind: 'bool', value: isTensor(call.value('obj')) }) },
  {
    names: ['is_floating_point'],
    parameters: 'input',
    places: both,
    body: (call) => ({ kind: 'bool', value: call.tensor('input').payload.dtype === 'float' }),
  },
  { names: ['is_complex'], parameters: 'input', places: both, body: () => ({ kind: 'bool', value: false }) },
]
