import { moduleLabel } from './labels'
import type { Row } from './rows'

/** A place on the depth axis and in the unsorted table: a layer, or a collapsed module with all its layers. */
export type Slot =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'group'; readonly path: string; readonly rows: readonly Row[]; readonly open: boolean; readonly depth: number }

/** The row whose numbers stand for the slot: a module's are those of its last layer, which is what it hands on. */
export function rowOf(slot: Slot): Row {
  if (slot.kind === 'row') return slot.row
  const last = slot.rows.at(-1)
  if (last === undefined) throw new RangeError(`module ${slot.path} has no layer`)
  return last
}

/** The places on the chart's axis: collapsed modules take one. */
export function chartSlots(rows: readonly Row[], collapsed: ReadonlySet<string>): readonly Slot[] {
  if (collapsed.size === 0) return rows.map((row) => ({ kind: 'row', row }))
  return tableSlots(rows, collapsed, false)
}

/**
 * The table's lines: a heading for each stretch of calls in one module, which can be collapsed, and the layers of open ones.
 * `headings` false leaves the headings of open modules away.
 */
export function tableSlots(rows: readonly Row[], collapsed: ReadonlySet<string>, headings = true): readonly Slot[] {
  const slots: Slot[] = []
  // A leaf's own name may be on its path; a heading with one layer under it says nothing.
  const place = (from: number, to: number, depth: number): void => {
    let start = from
    while (start < to) {
      const row = rows[start] as Row
      const path = row.call.path[depth]
      let end = start + 1
      if (path === undefined || path === row.call.name) {
        slots.push({ kind: 'row', row })
        start = end
        continue
      }
      while (end < to && rows[end]?.call.path[depth] === path) end++
      if (end - start < 2) {
        slots.push({ kind: 'row', row })
      } else {
        const open = !collapsed.has(path)
        if (headings || !open) slots.push({ kind: 'group', path, rows: rows.slice(start, end), open, depth })
        if (open) place(start, end, depth + 1)
      }
      start = end
    }
  }
  place(0, rows.length, 0)
  return slots
}

/** A labelled stretch of the axis. */
export interface Stretch {
  readonly path: string
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly collapsed: boolean
}

/** The outermost modules along the axis, to be named and collapsed below it. */
export function stretches(slots: readonly Slot[], depth = 0): readonly Stretch[] {
  const found: Stretch[] = []
  slots.forEach((slot, index) => {
    const path = slot.kind === 'group' && slot.depth === depth ? slot.path : rowOf(slot).call.path[depth]
    if (path === undefined || path === rowOf(slot).call.name) return
    const last = found.at(-1)
    const collapsed = slot.kind === 'group' && slot.path === path
    if (last !== undefined && last.path === path && last.to === index) found[found.length - 1] = { ...last, to: index + 1 }
    else found.push({ path, from: index, to: index + 1, collapsed })
  })
  return found.filter((stretch) => stretch.collapsed || stretch.to - stretch.from > 1)
}

/** The modules along the axis, each opened to the next level down where the names of all its parts fit. */
export function fittingStretches(slots: readonly Slot[], step: number): readonly Stretch[] {
  const descend = (found: readonly Stretch[], depth: number): readonly Stretch[] =>
    found.flatMap((stretch) => {
      if (stretch.collapsed || depth > 6) return [stretch]
      const inner = stretches(slots.slice(stretch.from, stretch.to), depth + 1).map((part) => ({
        ...part,
        from: part.from + stretch.from,
        to: part.to + stretch.from,
      }))
      // A module that holds one other is told by its parts, where they can be told apart.
      const [only] = inner
      if (inner.length === 1 && only !== undefined && !only.collapsed) {
        const deeper = descend(inner, depth + 1)
        return deeper.length > 1 ? deeper : [stretch]
      }
      const readable = inner.length > 1 && inner.every((part) => moduleLabel(part.path, (part.to - part.from) * step) !== '')
      return readable ? descend(inner, depth + 1) : [stretch]
    })
  return descend(stretches(slots), 0)
}

/** Every module that has a heading, outermost first. */
export function modulesOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(tableSlots(rows, new Set()).flatMap((slot) => (slot.kind === 'group' ? [slot.path] : [])))]
}
