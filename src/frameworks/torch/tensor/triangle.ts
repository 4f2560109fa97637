import type { Triangle } from '../../../graph'
import type { Elements } from '../tensor'
import { count } from './layout'

/** More elements than this are not checked. */
const mostChecked = 1 << 22

/** The triangle that a matrix of two different numbers is, every element checked; null for all else. */
export function triangleOf(shape: readonly number[], elements: Elements): Triangle | null {
  const [rows = 1, columns = 1] = shape.slice(-2)
  if (rows < 2 || columns < 2 || count(shape) !== rows * columns || rows * columns > mostChecked) return null
  const inside = elements((rows - 1) * columns)
  const outside = elements(columns - 1)
  if (inside === outside) return null
  const diagonal = diagonalOf(rows, columns, (row, column) => elements(row * columns + column) === inside)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (elements(row * columns + column) !== (column - row <= diagonal ? inside : outside)) return null
    }
  }
  return { diagonal, inside, outside }
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
