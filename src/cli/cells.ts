import type { Span } from '../graph'
import { cellExtents } from '../python/notebookEdits'
import type { Source } from './document'
import { cellSources } from './notebook'

/** Says where a span lies: `net.py:12:5`, or in a notebook, whose lines are counted in each of its code cells, `net.ipynb:cell 2:3:5`. */
export type PlaceOf = (span: Span) => string

export function placesIn({ raw, document: { file } }: Source): PlaceOf {
  const plain: PlaceOf = ({ file: other, line, column }) => `${other}:${line}:${column + 1}`
  if (!file.endsWith('.ipynb')) return plain
  const cells = cellSources(raw)
  const text = cells.map((source) => `${source}\n`).join('')
  const firstLines = cellExtents(cells).map(({ start }) => text.slice(0, start).split('\n').length)
  return (span) => {
    if (span.file !== file) return plain(span)
    const cell = firstLines.filter((first) => first <= span.line).length - 1
    const line = span.line - (firstLines[cell] ?? 1) + 1
    return `${file}:cell ${cell + 1}:${line}:${span.column + 1}`
  }
}
