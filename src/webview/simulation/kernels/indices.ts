import { sizeOf } from './kernel'

/** Row-major distances between neighbours along each axis. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  const strides: number[] = []
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step
    step *= shape[axis] ?? 1
  }
  return strides
}

/** For every element of `shape`, row-major, what `at` makes of its position; the position is the same array each time. */
export function eachPosition(shape: readonly number[], at: (position: readonly number[]) => number): Int32Array {
  const position = shape.map(() => 0)
  const indices = new Int32Array(sizeOf(shape))
  for (let index = 0; index < indices.length; index++) {
    indices[index] = at(position)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (position[axis] as number) + 1
      position[axis] = next
      if (next < (shape[axis] as number)) break
      position[axis] = 0
    }
  }
  return indices
}

/** Where each element of the larger shape finds its own in one that is broadcast to it. */
export function broadcastIndices(from: readonly number[], to: readonly number[]): Int32Array {
  const lead = to.length - from.length
  const strides = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride))
  return eachPosition(to, (position) => strides.reduce((index, stride, axis) => index + stride * (position[axis + lead] as number), 0))
}
