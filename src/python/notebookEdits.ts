/** Where a cell's text lies in the module that a notebook's code cells form; `end` leaves out the line break that joins cells. */
export interface CellExtent {
  readonly start: number
  readonly end: number
}

/** What to put in the place of [start, end) of a text. */
export interface Replacement {
  readonly start: number
  readonly end: number
  readonly newText: string
}

/** A replacement in one cell's own text. */
export interface CellReplacement extends Replacement {
  /** Index of the cell among those given. */
  readonly cell: number
}

/** Extents of cells with these texts, in order, as `joinCells` puts them together. */
export function cellExtents(cells: readonly string[]): readonly CellExtent[] {
  let start = 0
  return cells.map((text) => {
    const extent = { start, end: start + text.length }
    start = extent.end + 1
    return extent
  })
}

/**
 * Edits of the module as edits of its cells. Whole lines that go behind the last line of a cell lie, in the module, at the start of the
 * next one: they belong to the cell before. null when an edit reaches over the end of a cell.
 */
export function inCells(edits: readonly Replacement[], cells: readonly CellExtent[]): readonly CellReplacement[] | null {
  const placed: CellReplacement[] = []
  for (const { start, end, newText } of edits) {
    const before = cells.findIndex((cell) => cell.end + 1 === start)
    const isLines = start === end && newText.endsWith('\n')
    const index = isLines && before >= 0 ? before : cells.findIndex((cell) => cell.start <= start && end <= cell.end)
    const cell = cells[index]
    if (cell === undefined) return null
    if (index === before && isLines) {
      const at = cell.end - cell.start
      placed.push({ cell: index, start: at, end: at, newText: `\n${newText.slice(0, -1)}` })
    } else placed.push({ cell: index, start: start - cell.start, end: end - cell.start, newText })
  }
  return placed
}
