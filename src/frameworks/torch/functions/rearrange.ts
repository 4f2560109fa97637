/** Elements moved around: roll, flip, triangles, diagonals, windows, shuffled channels. */
import { gather } from '../functional/gather'
import { axesOf, axisOf } from '../shapes/axes'
import { runtimeError } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { permute, reshape, slice, transpose } from '../tensor/views'
import type { Call } from './call'
import type { TorchFunction } from './declare'

const both = ['torch', 'method'] as const

/** Windows of one axis as a new last axis (Tensor.unfold). */
function windows(call: Call): TensorValue {
  const input = call.tensor('input')
  const axis = call.axis('dimension', input)
  const [size, step] = [call.integer('size'), call.integer('step')]
  const { shape } = input.payload
  const total = shape[axis] as number
  if (size > total) runtimeError(call, `maximum size for tensor at dimension ${axis} is ${total} but size is ${size}`)
  const count = Math.floor((total - size) / step) + 1
  call.interpreter.step(count * size)
  const indices = Array.from({ length: count * size }, (_, index) => Math.floor(index / size) * step + (index % size))
  const picked = gather(call, input, axis, indices)
  const split = reshape(call, picked, [...shape.slice(0, axis), count, size, ...shape.slice(axis + 1)])
  const order = [...split.payload.shape.keys()].filter((own) => own !== axis + 1)
  return permute(call, split, [...order, axis + 1])
}

/** Zero outside the triangle of the last two axes. */
function triangle(name: 'tril' | 'triu'): TorchFunction {
  return {
    names: [name],
    parameters: 'input, diagonal=0',
    places: both,
    inPlace: true,
    body: (call) => {
      const input = call.tensor('input')
      const diagonal = call.integer('diagonal')
      const { shape } = input.payload
      const [rows = 1, columns = 1] = shape.slice(-2)
      const inside = (index: number) => {
        const column = index % columns
        const row = Math.floor(index / columns) % rows
        return name === 'tril' ? column - row <= diagonal : column - row >= diagonal
      }
      return emit(call, {
        op: { kind: 'opaque', name, reason: `${name} of a computed tensor is not modelled` },
        inputs: [input],
        output: input.payload,
        fold: ([elements]) => (elements === undefined ? null : (index) => (inside(index) ? elements(index) : 0)),
      })
    },
  }
}

/** Elements where two axes agree, as a new last axis. */
function diagonal(call: Call): TensorValue {
  const input = call.tensor('input')
  const { shape, dtype } = input.payload
  const [a, b] = [call.axis('dim1', input), call.axis('dim2', input)]
  const offset = call.integer('offset')
  const [rows, columns] = [shape[a] as number, shape[b] as number]
  const length = Math.max(0, Math.min(rows - Math.max(0, -offset), columns - Math.max(0, offset)))
  const rest = [...shape.keys()].filter((axis) => axis !== a && axis !== b)
  const last = permute(call, input, [...rest, a, b])
  const flat = reshape(call, last, [...rest.map((axis) => shape[axis] as number), rows * columns])
  const start = Math.max(0, -offset) * columns + Math.max(0, offset)
  if (length === 0)
    return emit(call, {
      op: { kind: 'opaque', name: 'diagonal', reason: 'an empty diagonal' },
      inputs: [input],
      output: { shape: [...rest.map((axis) => shape[axis] as number), 0], dtype },
    })
  return slice(call, flat, rest.length, start, start + (length - 1) * (columns + 1) + 1, columns + 1)
}

export const rearrangeFunctions: readonly TorchFunction[] = [
  {
    names: ['roll'],
    parameters: 'input, shifts, dims=None',
    places: both,
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      const { shape } = input.payload
      const shifts = call.integers('shifts')
      if (call.isNone('dims')) {
        const flat = reshape(call, input, [-1])
        return reshape(call, emit(call, { op: { kind: 'roll', axes: [0], shifts }, inputs: [flat], output: flat.payload }), shape)
      }
      const axes = call.integers('dims').map((dim) => axisOf(call, dim, shape.length))
      return emit(call, { op: { kind: 'roll', axes, shifts }, inputs: [input], output: input.payload })
    },
  },
  {
    names: ['flip'],
    parameters: 'input, *dims',
    places: both,
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      const axes = axesOf(call, call.sizes('dims'), input.payload.shape.length)
      return emit(call, { op: { kind: 'flip', axes }, inputs: [input], output: input.payload })
    },
  },
  {
    names: ['fliplr'],
    parameters: 'input',
    places: both,
    body: (call) => emit(call, { op: { kind: 'flip', axes: [1] }, inputs: [call.tensor('input')], output: call.tensor('input').payload }),
  },
  {
    names: ['flipud'],
    parameters: 'input',
    places: both,
    body: (call) => emit(call, { op: { kind: 'flip', axes: [0] }, inputs: [call.tensor('input')], output: call.tensor('input').payload }),
  },
  {
    names: ['rot90'],
    parameters: 'input, k=1, dims=(0, 1)',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const [a = 0, b = 1] = call.integers('dims').map((dim) => axisOf(call, dim, input.payload.shape.length))
      const turns = ((call.integer('k') % 4) + 4) % 4
      const flip = (tensor: TensorValue, axes: readonly number[]) =>
        emit(call, { op: { kind: 'flip', axes }, inputs: [tensor], output: tensor.payload })
      if (turns === 0) return input
      if (turns === 2) return flip(input, [a, b])
      return turns === 1 ? transpose(call, flip(input, [b]), a, b) : flip(transpose(call, input, a, b), [b])
    },
  },
  { names: ['unfold'], parameters: 'input, dimension, size, step', places: ['method'], body: windows },
  triangle('tril'),
  triangle('triu'),
  { names: ['diagonal'], parameters: 'input, offset=0, dim1=0, dim2=1', places: both, body: diagonal },
  {
    names: ['diag'],
    parameters: 'input, diagonal=0',
    places: both,
    body: (call) => {
      const input = call.tensor('input')
      const { shape, dtype } = input.payload
      const size = shape[0] ?? 1
      if (shape.length !== 1 || call.integer('diagonal') !== 0) {
        return emit(call, {
          op: { kind: 'opaque', name: 'diag', reason: 'diag is not modelled' },
          inputs: [input],
          output: { shape: [Math.min(size, shape[1] ?? size)], dtype },
        })
      }
      return diagonalMatrix(call, input)
    },
  },
  {
    names: ['diag_embed'],
    parameters: 'input, offset=0, dim1=-2, dim2=-1',
    places: both,
    body: (call) => diagonalMatrix(call, call.tensor('input')),
  },
  {
    names: ['pixel_shuffle', 'pixel_unshuffle'],
    parameters: 'input, factor',
    places: ['torch'],
    body: (call) => pixelShuffle(call, call.tensor('input'), call.integer('factor'), call.name === 'pixel_unshuffle'),
  },
  {
    names: ['pixel_shuffle'],
    parameters: 'input, upscale_factor',
    places: ['functional'],
    listed: true,
    body: (call) => pixelShuffle(call, call.tensor('input'), call.integer('upscale_factor'), false),
  },
  {
    names: ['pixel_unshuffle'],
    parameters: 'input, downscale_factor',
    places: ['functional'],
    listed: true,
    body: (call) => pixelShuffle(call, call.tensor('input'), call.integer('downscale_factor'), true),
  },
  {
    names: ['channel_shuffle'],
    parameters: 'input, groups',
    places: ['torch', 'functional'],
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      const { shape } = input.payload
      const [batch = 1, channels = 1, ...rest] = shape
      const groups = call.integer('groups')
      const split = reshape(call, input, [batch, groups, channels / groups, ...rest])
      return reshape(call, transpose(call, split, 1, 2), shape)
    },
  },
]

/** The last axis on the diagonal of a new square. */
function diagonalMatrix(call: Call, input: TensorValue): TensorValue {
  const { shape, dtype } = input.payload
  const size = shape.at(-1) ?? 1
  return emit(call, {
    op: { kind: 'opaque', name: 'diag_embed', reason: 'diagonal matrices of computed values are not modelled' },
    inputs: [input],
    output: { shape: [...shape, size], dtype },
    fold: ([elements]) =>
      elements === undefined
        ? null
        : (index) => {
            const column = index % size
            const row = Math.floor(index / size)
            return row % size === column ? elements(row) : 0
          },
  })
}

/** [.., C·r², H, W] to [.., C, H·r, W·r], or back. */
function pixelShuffle(call: Call, input: TensorValue, factor: number, down: boolean): TensorValue {
  const { shape, dtype } = input.payload
  const [channels = 0, height = 0, width = 0] = shape.slice(-3)
  const square = factor * factor
  if (!down && channels % square !== 0) {
    runtimeError(
      call,
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${channels} is not divisible by ${square}`,
    )
  }
  const sizes = down ? [channels * square, height / factor, width / factor] : [channels / square, height * factor, width * factor]
  return emit(call, {
    op: { kind: 'pixelShuffle', factor, down },
    inputs: [input],
    output: { shape: [...shape.slice(0, -3), ...sizes], dtype },
  })
}
