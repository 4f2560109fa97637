/** Operations that only move elements, for data that is known. */
import type { Elements } from '../tensor'
import { arranged } from '../tensor/elements'
import { count, rowMajor } from '../tensor/layout'

/** Splits a row-major index into (before, along, after) around an axis. */
function around(shape: readonly number[], axis: number): (index: number) => readonly [before: number, along: number, after: number] {
  const inner = count(shape.slice(axis + 1))
  const size = shape[axis] as number
  return (index) => [Math.floor(index / (inner * size)), Math.floor(index / inner) % size, index % inner]
}

export function foldConcat(
  axis: number,
  inputs: readonly Elements[],
  shapes: readonly (readonly number[])[],
  output: readonly number[],
): Elements {
  const split = around(output, axis)
  const inner = count(output.slice(axis + 1))
  const sizes = shapes.map((shape) => shape[axis] as number)
  return (index) => {
    const [before, along, after] = split(index)
    let rest = along
    for (const [which, size] of sizes.entries()) {
      if (rest < size) return (inputs[which] as Elements)((before * size + rest) * inner + after)
      rest -= size
    }
    return Number.NaN
  }
}

/** Picks along an axis: `pick` gives the input's index for the output's. */
export function foldAlong(
  axis: number,
  elements: Elements,
  shape: readonly number[],
  output: readonly number[],
  pick: (along: number) => number,
): Elements {
  const split = around(output, axis)
  const inner = count(shape.slice(axis + 1))
  const size = shape[axis] as number
  return (index) => {
    const [before, along, after] = split(index)
    return elements((before * size + pick(along)) * inner + after)
  }
}

/** Reads the input at a position computed for each axis from the output's; `otherwise` where that is outside (null). */
export function foldPositions(
  elements: Elements,
  shape: readonly number[],
  output: readonly number[],
  from: (position: number, axis: number) => number | null,
  otherwise: number,
): Elements {
  const strides = rowMajor(shape)
  const sizes = rowMajor(output)
  return (index) => {
    let rest = index
    let place = 0
    for (let axis = 0; axis < output.length; axis++) {
      const position = Math.floor(rest / (sizes[axis] as number))
      rest -= position * (sizes[axis] as number)
      const source = from(position, axis)
      if (source === null) return otherwise
      place += source * (strides[axis] as number)
    }
    return elements(place)
  }
}

export function foldPermute(elements: Elements, shape: readonly number[], output: readonly number[], order: readonly number[]): Elements {
  const strides = rowMajor(shape)
  return arranged(elements, output, { offset: 0, strides: order.map((axis) => strides[axis] as number) })
}
