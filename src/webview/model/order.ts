import type { Column } from './columns'
import type { Row } from './rows'

export interface Order {
  readonly column: Column['id']
  readonly descending: boolean
}

/** Rows that contain every word of the filter in name, type, activation, initializer or finding; case does not count. */
export function filterRows(rows: readonly Row[], filter: string): readonly Row[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return rows
  return rows.filter((row) => {
    const text = [
      row.call.name,
      row.call.type,
      row.advice?.activation ?? '',
      row.parameter?.initializer.label ?? '',
      row.advice?.recommended.initializer.label ?? '',
      ...row.findings.map((finding) => `${finding.rule} ${finding.message}`),
    ]
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Sorted by a column's key; what has none comes last either way, and equals keep the order of execution. */
export function sortRows(rows: readonly Row[], keyOf: (row: Row) => number | string | null, descending: boolean): readonly Row[] {
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }))
  const missing = (key: number | string | null): boolean => key === null || (typeof key === 'number' && Number.isNaN(key))
  keyed.sort((a, b) => {
    if (missing(a.key) || missing(b.key)) return Number(missing(a.key)) - Number(missing(b.key)) || a.row.index - b.row.index
    const compared =
      typeof a.key === 'string' || typeof b.key === 'string'
        ? String(a.key).localeCompare(String(b.key), 'en', { numeric: true })
        : (a.key as number) - (b.key as number)
    return (descending ? -compared : compared) || a.row.index - b.row.index
  })
  return keyed.map(({ row }) => row)
}
