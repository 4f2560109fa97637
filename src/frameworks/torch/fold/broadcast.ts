/** Reading broadcast operands in the order of the output's elements. */

import type { Elements } from '../tensor'
import { arranged } from '../tensor/elements'
import { count, rowMajor } from '../tensor/layout'

/** The operand's numbers as if expanded to `output`. */
export function expanded(elements: Elements, shape: readonly number[], output: readonly number[]): Elements {
  if (count(shape) === 1) return () => elements(0)
  if (shape.length === output.length && shape.every((size, axis) => size === output[axis])) return elements
  const own = rowMajor(shape)
  const skip = output.length - shape.length
  const strides = output.map((_, axis) => (axis < skip || shape[axis - skip] === 1 ? 0 : (own[axis - skip] as number)))
  return arranged(elements, output, { offset: 0, strides })
}

/** f of the operands' elements, broadcast. */
export function elementwise(
  inputs: readonly Elements[],
  shapes: readonly (readonly number[])[],
  output: readonly number[],
  f: (...values: number[]) => number,
): Elements {
  const all = inputs.map((elements, which) => expanded(elements, shapes[which] as readonly number[], output))
  const [a, b] = all
  if (all.length === 1 && a !== undefined) return (index) => f(a(index))
  if (all.length === 2 && a !== undefined && b !== undefined) return (index) => f(a(index), b(index))
  return (index) => f(...all.map((elements) => elements(index)))
}
