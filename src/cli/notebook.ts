import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser'
import { cellExtents, inCells, type Replacement } from '../python/notebookEdits'

/**
 * A notebook's JSON with edits of the module that its code cells form carried out; only lines that change are written anew. null when
 * an edit fits into no cell.
 */
export function editNotebook(json: string, edits: readonly Replacement[]): string | null {
  const root = parseTree(json)
  const cells = root === undefined ? [] : codeCells(root)
  const placed = inCells(edits, cellExtents(cells.map(textOf)))
  if (placed === null) return null
  const changed = cells.map((cell, index) => {
    const own = placed.filter((edit) => edit.cell === index)
    return own.length === 0 ? [] : sourceEdits(json, cell, replaced(textOf(cell), own))
  })
  return replaced(json, changed.flat())
}

/** The texts of a notebook's code cells, in order. */
export function cellSources(json: string): readonly string[] {
  const root = parseTree(json)
  return root === undefined ? [] : codeCells(root).map(textOf)
}

/** The text with non-overlapping replacements carried out. */
export function replaced(text: string, edits: readonly Replacement[]): string {
  let result = ''
  let done = 0
  for (const { start, end, newText } of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(done, start) + newText
    done = end
  }
  return result + text.slice(done)
}

/** The sources of the code cells, in order: a string, or an array of lines. */
function codeCells(notebook: Node): readonly Node[] {
  const cells = findNodeAtLocation(notebook, ['cells'])?.children
  if (cells === undefined) return (findNodeAtLocation(notebook, ['worksheets'])?.children ?? []).flatMap((sheet) => [...codeCells(sheet)])
  return cells.flatMap((cell) => {
    if (findNodeAtLocation(cell, ['cell_type'])?.value !== 'code') return []
    const source = findNodeAtLocation(cell, ['source']) ?? findNodeAtLocation(cell, ['input'])
    return source?.type === 'string' || source?.type === 'array' ? [source] : []
  })
}

function linesIn(source: Node): readonly Node[] {
  return (source.children ?? []).filter(({ type }) => type === 'string')
}

function textOf(source: Node): string {
  return source.type === 'string'
    ? String(source.value)
    : linesIn(source)
        .map(({ value }) => String(value))
        .join('')
}

/** Puts another text into a cell's source; of an array of lines, those that differ. */
function sourceEdits(json: string, source: Node, text: string): readonly Replacement[] {
  if (source.type === 'string') return [over(source, JSON.stringify(text))]
  const nodes = linesIn(source)
  const before = nodes.map(({ value }) => String(value))
  const after = text.split(/(?<=\n)/)
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const lines = after.slice(head, after.length - tail).map((line) => JSON.stringify(line))
  const between = separator(json, source, nodes)
  const [first, last] = [nodes[head], nodes[before.length - tail - 1]]
  if (first !== undefined && last !== undefined && head < before.length - tail)
    return [{ start: first.offset, end: last.offset + last.length, newText: lines.join(between) }]
  if (first !== undefined) return [{ start: first.offset, end: first.offset, newText: lines.map((line) => line + between).join('') }]
  const end = nodes.at(-1)
  const at = end === undefined ? source.offset + 1 : end.offset + end.length
  return [{ start: at, end: at, newText: end === undefined ? lines.join(between) : lines.map((line) => between + line).join('') }]
}

/** What stands between two lines of a source: a comma, and the line break and indentation of the file. */
function separator(json: string, source: Node, nodes: readonly Node[]): string {
  const [first, second] = nodes
  if (first === undefined) return ', '
  if (second !== undefined) return json.slice(first.offset + first.length, second.offset)
  return `,${json.slice(source.offset + 1, first.offset) || ' '}`
}

function over({ offset, length }: Node, newText: string): Replacement {
  return { start: offset, end: offset + length, newText }
}
