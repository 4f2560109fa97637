import type { FlipOp, GatherOp, PadOp, PermuteOp, RepeatOp, RollOp, SliceOp, UpsampleOp } from '../../../graph'
import { broadcastIndices, eachPosition, stridesOf } from './indices'
import type { Done, Field } from './kernel'

/** Element i of the output is element `indices[i]` of x; −1: a zero. */
export function picked(x: Field, shape: readonly number[], indices: Int32Array): Done {
  return {
    output: { shape, data: Float32Array.from(indices, (index) => (index < 0 ? 0 : (x.data[index] as number))) },
    backward(gradient) {
      const back = new Float32Array(x.data.length)
      for (let index = 0; index < indices.length; index++) {
        const from = indices[index] as number
        if (from >= 0) back[from] = (back[from] as number) + (gradient[index] as number)
      }
      return [back]
    },
  }
}

export type PickOp = SliceOp | PermuteOp | GatherOp | FlipOp | RollOp | RepeatOp | PadOp | UpsampleOp

const modulo = (value: number, size: number): number => ((value % size) + size) % size

/** Position along `axis` of the input that an output's position takes; null: outside, a zero. */
function source(op: PickOp, axis: number, at: number, x: Field, out: readonly number[]): number | null {
  const size = x.shape[axis] ?? 1
  switch (op.kind) {
    case 'permute':
      return at
    case 'slice':
      return axis === op.axis ? op.start + at * op.step : at
    case 'gather':
      return axis === op.axis ? (op.indices?.[at] ?? null) : at
    case 'flip':
      return op.axes.includes(axis) ? size - 1 - at : at
    case 'roll': {
      const which = op.axes.indexOf(axis)
      return which < 0 ? at : modulo(at - (op.shifts[which] ?? 0), size)
    }
    case 'repeat':
      return at % size
    case 'pad': {
      const inside = at - (op.padding[axis]?.[0] ?? 0)
      return inside >= 0 && inside < size ? inside : null
    }
    case 'upsample':
      return Math.floor((at * size) / (out[axis] ?? size))
    default:
      return op satisfies never
  }
}

/** What only moves, repeats or leaves out elements. */
export function moved(x: Field, op: PickOp, shape: readonly number[]): Done {
  const strides = stridesOf(x.shape)
  // The axis of the input that each axis of the output runs along; `repeat` may put new ones in front.
  const lead = op.kind === 'repeat' ? shape.length - x.shape.length : 0
  const axes = shape.map((_, axis) => (op.kind === 'permute' ? (op.order[axis] ?? axis) : axis - lead))
  const indices = eachPosition(shape, (position) => {
    let index = 0
    for (let axis = 0; axis < axes.length; axis++) {
      const own = axes[axis] as number
      if (own < 0) continue
      const at = source(op, own, position[axis] as number, x, shape)
      if (at === null) return -1
      index += at * (strides[own] as number)
    }
    return index
  })
  return picked(x, shape, indices)
}

export function expanded(x: Field, shape: readonly number[]): Done {
  return picked(x, shape, broadcastIndices(x.shape, shape))
}

/** Rows of a [count, dim] weight at whole numbers; nothing flows back to the numbers. */
export function embedded(x: Field, weight: Float32Array, dim: number): Done {
  const data = new Float32Array(x.data.length * dim)
  for (const [index, row] of x.data.entries()) data.set(weight.subarray(row * dim, (row + 1) * dim), index * dim)
  return { output: { shape: [...x.shape, dim], data }, backward: () => [null] }
}

export function concatenated(inputs: readonly Field[], axis: number, shape: readonly number[]): Done {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const row = (shape[axis] ?? 1) * inner
  /** Calls `copy` for each stretch that lies together in an input and in the output. */
  const stretches = (copy: (which: number, from: number, to: number, length: number) => void): void => {
    let offset = 0
    inputs.forEach((field, which) => {
      const length = (field.shape[axis] ?? 1) * inner
      for (let from = 0, to = offset; from < field.data.length; from += length, to += row) copy(which, from, to, length)
      offset += length
    })
  }
  stretches((which, from, to, length) => data.set((inputs[which] as Field).data.subarray(from, from + length), to))
  return {
    output: { shape, data },
    backward(gradient) {
      const parts = inputs.map((field) => new Float32Array(field.data.length))
      stretches((which, from, to, length) => (parts[which] as Float32Array).set(gradient.subarray(to, to + length), from))
      return parts
    },
  }
}
