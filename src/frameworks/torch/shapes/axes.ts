/** Axis numbers as torch reads them. */
import { indexError, runtimeError, type Site } from '../site'

/** 0-based axis of `dim` in a tensor of `rank` axes; a scalar counts as one axis. Raises IndexError outside [−rank, rank). */
export function axisOf(at: Site, dim: number, rank: number): number {
  const most = Math.max(rank, 1)
  if (dim < -most || dim >= most || !Number.isInteger(dim)) {
    indexError(at, `Dimension out of range (expected to be in range of [${-most}, ${most - 1}], but got ${dim})`)
  }
  return dim < 0 ? dim + most : dim
}

/** Several different axes, sorted. */
export function axesOf(at: Site, dims: readonly number[], rank: number): number[] {
  const axes = dims.map((dim) => axisOf(at, dim, rank)).sort((a, b) => a - b)
  for (const [index, axis] of axes.entries()) {
    if (axes[index + 1] === axis) runtimeError(at, `dim ${axis} appears multiple times in the list of dims`)
  }
  return axes
}

export function allAxes(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis)
}
