/** Matrix products of data that is known. */
import type { Elements } from '../tensor'
import { count } from '../tensor/layout'
import { expanded } from './broadcast'

/** Multiplications worth doing for data. */
const mostWork = 1 << 21

/** Operands of two axes or more. */
export function foldMatmul(
  inputs: readonly Elements[],
  shapes: readonly (readonly number[])[],
  output: readonly number[],
): Elements | null {
  const [left, right] = inputs
  const [a, b] = shapes
  const inner = a?.at(-1)
  if (left === undefined || right === undefined || a === undefined || b === undefined || inner === undefined) return null
  if (count(output) * inner > mostWork) return null
  const batch = output.slice(0, -2)
  const rows = output.at(-2) as number
  const columns = output.at(-1) as number
  const leftAll = expanded(left, a, [...batch, rows, inner])
  const rightAll = expanded(right, b, [...batch, inner, columns])
  return (index) => {
    const column = index % columns
    const row = Math.floor(index / columns) % rows
    const matrix = Math.floor(index / (columns * rows))
    let sum = 0
    for (let k = 0; k < inner; k++) sum += leftAll((matrix * rows + row) * inner + k) * rightAll((matrix * inner + k) * columns + column)
    return sum
  }
}
