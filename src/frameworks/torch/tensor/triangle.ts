import type { Triangle } from '../../../graph'
import type { Elements } from '../tensor'
import { count } from './layout'

/** More elements than this are not looked at. */
const mostLookedAt = 1 << 22
/** Up to this many every element is compared; in larger matrices both ends of every row and both sides of its step. */
const mostCompared = 1 << 14

/** The triangle that a matrix of two different numbers is; null for all else. */
export function triangleOf(shape: readonly number[], elements: Elements): Triangle | null {
  const [rows = 1, columns = 1] = shape.slice(-2)
  if (rows < 2 || columns < 2 || count(shape) !== rows * columns || rows * columns > mostLookedAt) return null
  const inside = elements((rows - 1) * columns)
  const outside = elements(columns - 1)
  if (inside === outside) return null
  const diagonal = diagonalOf(rows, columns, (row, column) => elements(row * columns + column) === inside)
  const fits = (row: number, column: number): boolean => elements(row * columns + column) === (column - row <= diagonal ? inside : outside)
  const every = rows * columns <= mostCompared
  for (let row = 0; row < rows; row++) {
    const step = row + diagonal
    const looked = every ? columns : 4
    for (let which = 0; which < looked; which++) {
      const column = every ? which : ([0, step, step + 1, columns - 1][which] as number)
      if (column >= 0 && column < columns && !fits(row, column)) return null
    }
  }
  return { diagonal, inside, outside }
}

/** Mean of f over the matrix's elements. */
export function overTriangle({ diagonal, inside, outside }: Triangle, shape: readonly number[], f: (value: number) => number): number {
  const [rows = 1, columns = 1] = shape.slice(-2)
  let kept = 0
  for (let row = 0; row < rows; row++) kept += Math.min(columns, Math.max(0, row + diagonal + 1))
  const share = kept / (rows * columns)
  const part = (weight: number, value: number): number => (weight === 0 ? 0 : weight * f(value))
  return part(share, inside) + part(1 - share, outside)
}

/** Where the first row leaves the triangle; where it is outside from its start, the first row that begins inside. */
function diagonalOf(rows: number, columns: number, isInside: (row: number, column: number) => boolean): number {
  if (isInside(0, 0)) {
    let column = 0
    while (column + 1 < columns && isInside(0, column + 1)) column++
    return column
  }
  let row = 0
  while (row + 1 < rows && !isInside(row, 0)) row++
  return -row
}
