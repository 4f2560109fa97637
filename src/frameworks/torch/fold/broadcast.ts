/** Reading broadcast operands in the order of the output's elements. */

import type { Elements } from '../tensor'
import { arranged, arrayOf, maximumStoredElements, once } from '../tensor/elements'
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

/** f of each element. */
export function mapped(elements: Elements, length: number, f: (value: number) => number): Elements {
  if (length > maximumStoredElements) return (index) => f(elements(index))
  return once(length, () => arrayOf(elements, length).map((value) => f(value)))
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
  const length = count(output)
  if (all.length === 1 && a !== undefined) return mapped(a, length, f)
  if (all.length === 2 && a !== undefined && b !== undefined) {
    if (length > maximumStoredElements) return (index) => f(a(index), b(index))
    return once(length, () => {
      const [left, right] = [arrayOf(a, length), arrayOf(b, length)]
      const array = new Float64Array(length)
      for (let index = 0; index < length; index++) array[index] = f(left[index] as number, right[index] as number)
      return array
    })
  }
  return (index) => f(...all.map((elements) => elements(index)))
}
