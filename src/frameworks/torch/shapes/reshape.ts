import { runtimeError, type Site } from '../site'
import { count } from '../tensor/layout'
import { sizes } from './text'

/** `wanted` with its −1 filled in. */
export function reshapedShape(at: Site, shape: readonly number[], wanted: readonly number[]): number[] {
  const total = count(shape)
  const misfit = () => runtimeError(at, `shape '${sizes(wanted)}' is invalid for input of size ${total}`)
  const free = wanted.filter((size) => size === -1).length
  if (free > 1) runtimeError(at, 'only one dimension can be inferred')
  const bad = wanted.find((size) => size < -1)
  if (bad !== undefined) runtimeError(at, `invalid shape dimension ${bad}`)
  const product = wanted.reduce((all, size) => (size === -1 ? all : all * size), 1)
  if (free === 0) return product === total ? [...wanted] : misfit()
  if (product === 0)
    return runtimeError(
      at,
      `cannot reshape tensor of 0 elements into shape ${sizes(wanted)} because the unspecified dimension size -1 can be any value and is ambiguous`,
    )
  if (total % product !== 0) return misfit()
  return wanted.map((size) => (size === -1 ? total / product : size))
}

export function flattenedShape(shape: readonly number[], start: number, end: number): number[] {
  if (shape.length === 0) return [1]
  return [...shape.slice(0, start), count(shape.slice(start, end + 1)), ...shape.slice(end + 1)]
}

export function expandedShape(at: Site, shape: readonly number[], wanted: readonly number[]): number[] {
  if (wanted.length < shape.length) {
    runtimeError(
      at,
      `expand(${sizes(wanted)}, size=${sizes(shape)}): the number of sizes provided (${wanted.length}) must be greater or equal to the number of dimensions in the tensor (${shape.length})`,
    )
  }
  const skip = wanted.length - shape.length
  return wanted.map((size, axis) => {
    const own = axis < skip ? 1 : (shape[axis - skip] as number)
    if (size === -1) {
      if (axis < skip)
        runtimeError(
          at,
          `expand(${sizes(wanted)}, size=${sizes(shape)}): the expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${axis}`,
        )
      return own
    }
    if (own !== 1 && own !== size) {
      runtimeError(
        at,
        `The expanded size of the tensor (${size}) must match the existing size (${own}) at non-singleton dimension ${axis}.  Target sizes: ${sizes(wanted)}.  Tensor sizes: ${sizes(shape)}`,
      )
    }
    return size
  })
}
