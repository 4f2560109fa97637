import { maskMagics } from './magics'

/** Code cells in order as one module: each ends its line, magics and shell lines are blanked out. */
export function joinCells(cells: readonly string[]): string {
  return cells.map((cell) => `${maskMagics(cell)}\n`).join('')
}

/** The Python module that a Jupyter notebook's JSON holds (nbformat 4, or the worksheets of 3); null when the text is no notebook. */
export function notebookModule(json: string): string | null {
  let notebook: unknown
  try {
    notebook = JSON.parse(json)
  } catch {
    return null
  }
  const cells = cellsOf(notebook)
  return cells === null ? null : joinCells(cells.flatMap(codeOf))
}

function cellsOf(notebook: unknown): readonly unknown[] | null {
  if (!isRecord(notebook)) return null
  if (Array.isArray(notebook['cells'])) return notebook['cells']
  if (!Array.isArray(notebook['worksheets'])) return null
  return notebook['worksheets'].flatMap((sheet) => cellsOf(sheet) ?? [])
}

/** The source of a code cell, as one text or as lines with their breaks. */
function codeOf(cell: unknown): readonly string[] {
  if (!isRecord(cell) || cell['cell_type'] !== 'code') return []
  const source = cell['source'] ?? cell['input']
  if (typeof source === 'string') return [source]
  return Array.isArray(source) ? [source.filter((line) => typeof line === 'string').join('')] : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
