import type { MeasuredCall } from '../../protocol'
import { strings } from '../strings'
import type { Row } from './rows'
import type { Track } from './track'

/** A column of the table, as its head and sorting know it; the cells are the view's. */
export interface Column {
  readonly id: 'layer' | 'type' | 'shape' | 'fans' | 'feeds' | 'initializer' | 'signal' | 'gradient' | 'measured' | 'note'
  readonly title: string
  readonly help: string
  /** Narrowest useful width in pixels, and the share of what is left over. */
  readonly width: number
  readonly grows: number
  /** Where the panel is narrow, columns with small numbers get the room; 0 is always there. */
  readonly leaves: number
  readonly numeric: boolean
}

export const columns: readonly Column[] = [
  { id: 'layer', title: strings.layer, help: '', width: 126, grows: 2, leaves: 0, numeric: false },
  { id: 'type', title: strings.type, help: '', width: 112, grows: 1, leaves: 7, numeric: false },
  { id: 'shape', title: strings.shape, help: '', width: 104, grows: 0, leaves: 6, numeric: false },
  { id: 'fans', title: strings.fans, help: '', width: 92, grows: 0, leaves: 2, numeric: true },
  { id: 'feeds', title: strings.feeds, help: strings.feedsHelp, width: 78, grows: 0, leaves: 3, numeric: false },
  {
    id: 'initializer',
    title: `${strings.now} → ${strings.recommended}`,
    help: strings.initializer,
    width: 220,
    grows: 3,
    leaves: 4,
    numeric: false,
  },
  { id: 'signal', title: strings.signalArrow, help: strings.signalAxis, width: 158, grows: 0, leaves: 0, numeric: true },
  { id: 'gradient', title: strings.gradientArrow, help: strings.gradientAxis, width: 158, grows: 0, leaves: 0, numeric: true },
  { id: 'measured', title: strings.measured, help: '', width: 120, grows: 0, leaves: 1, numeric: true },
  { id: 'note', title: strings.note, help: '', width: 150, grows: 3, leaves: 5, numeric: false },
]

/** Below this width values are written with two digits, in narrower columns; below the other, names without their module's. */
const COMPACT = 640
const NARROW = 420

/** The columns that fit a width. Nothing measured: no column for it. */
export function columnsWithin(width: number, measured: boolean): readonly Column[] {
  let kept = columns.filter((column) => column.id !== 'measured' || measured)
  if (width < COMPACT)
    kept = kept.map((column) => (column.id === 'signal' || column.id === 'gradient' ? { ...column, width: 132 } : column))
  const narrow: Partial<Record<Column['id'], number>> = { layer: 54, signal: 110, gradient: 122 }
  if (width < NARROW) kept = kept.map((column) => ({ ...column, width: narrow[column.id] ?? column.width }))
  const chosen = new Set<Column>()
  let used = 0
  for (const column of [...kept].sort((a, b) => a.leaves - b.leaves)) {
    if (column.leaves > 0 && used + column.width > width) continue
    chosen.add(column)
    used += column.width
  }
  return kept.filter((column) => chosen.has(column))
}

const severity: Readonly<Record<string, number>> = { error: 0, warning: 1, information: 2 }

/** What a column sorts by: the experiment's numbers while one runs, else the code's as written. Unknown: null or NaN. */
export function sortKey(
  column: Column['id'],
  current: Track,
  experiment: Track | null,
  measured: ReadonlyMap<string, MeasuredCall> | null,
): (row: Row) => number | string | null {
  const track = experiment ?? current
  switch (column) {
    case 'layer':
      return (row) => row.call.name
    case 'type':
      return (row) => row.call.type
    case 'shape':
      return (row) => (row.tensor === null ? null : row.shape.slice(1).reduce((a, b) => a * b, 1))
    case 'fans':
      return (row) => row.parameter?.fans?.fanIn ?? null
    case 'feeds':
      return (row) => row.advice?.activation ?? null
    case 'initializer':
      return (row) => row.parameter?.initializer.label ?? null
    case 'measured':
      return (row) => measured?.get(row.key)?.forward?.secondMoment ?? null
    case 'signal':
      return (row) => track.signal[row.index] ?? null
    case 'gradient':
      return (row) => track.gradient[row.index] ?? null
    case 'note':
      return (row) => (row.findings.length === 0 ? null : Math.min(...row.findings.map((finding) => severity[finding.severity] ?? 3)))
    default:
      return column satisfies never
  }
}
