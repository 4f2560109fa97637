import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Column, columnsWithin } from '../model/columns'
import { modelRows, slotsOfTable } from '../model/derived'
import { shownOverlay } from '../model/overlay'
import { modulesOf, rowOf, type Slot } from '../model/slots'
import { scrollTo, windowOf } from '../model/window'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { LayerLine } from './LayerLine'
import { useWidth } from './useWidth'

export const LINE_HEIGHT = 26
const MOST_LINES = 18
const SCROLLBAR = 14

const keyOf = (slot: Slot): string => (slot.kind === 'row' ? slot.row.key : `${slot.path}@${slot.rows[0]?.index}`)

/** Table heads: pressing one sorts by it, again turns it round, a third time restores the order of execution. */
function Head({ shown, template }: { readonly shown: readonly Column[]; readonly template: string }) {
  const { store, actions } = usePanel()
  const order = usePanelState((state) => state.order)
  const overlay = usePanelState((state) => shownOverlay(state)?.source ?? null)
  const sort = (column: Column): void => {
    const now = store.get().order
    if (now === null || now.column !== column.id) actions.set({ order: { column: column.id, descending: column.numeric } })
    else if (now.descending === column.numeric) actions.set({ order: { column: column.id, descending: !column.numeric } })
    else actions.set({ order: null })
  }
  return (
    <div role="row" class="line head" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
      {shown.map((column) => {
        const sorted = order?.column === column.id ? (order.descending ? 'descending' : 'ascending') : undefined
        return (
          <div
            key={column.id}
            role="columnheader"
            class={column.id === 'signal' || column.id === 'gradient' ? 'cell paired' : column.numeric ? 'cell numeric' : 'cell'}
            aria-sort={sorted}
          >
            <button type="button" title={column.help === '' ? undefined : column.help} onClick={() => sort(column)}>
              {column.id === 'measured' && overlay === 'simulated' ? strings.simulated : column.title}
              <span class="sort-mark" aria-hidden="true">
                {sorted === undefined ? '' : sorted === 'descending' ? ' ▾' : ' ▴'}
              </span>
            </button>
          </div>
        )
      })}
    </div>
  )
}

/** Filter and the switches for all modules. */
function TableBar() {
  const { actions } = usePanel()
  const model = usePanelState((state) => state.analysis?.model ?? null)
  const filter = usePanelState((state) => state.filter)
  const collapsed = usePanelState((state) => state.collapsed)
  const modules = useMemo(() => (model === null ? [] : modulesOf(modelRows(model))), [model])
  return (
    <div class="table-bar">
      <h2>{strings.tableName}</h2>
      <input
        type="search"
        class="text-field"
        placeholder={strings.filter}
        aria-label={strings.filter}
        value={filter}
        onInput={(event) => actions.set({ filter: event.currentTarget.value })}
      />
      {modules.length > 0 && (
        <span class="buttons">
          <button
            type="button"
            class="link"
            disabled={collapsed.size === modules.length}
            onClick={() => actions.set({ collapsed: new Set(modules) })}
          >
            {strings.collapseAll}
          </button>
          <button type="button" class="link" disabled={collapsed.size === 0} onClick={() => actions.set({ collapsed: new Set() })}>
            {strings.expandAll}
          </button>
        </span>
      )}
    </div>
  )
}

/** Every layer with its numbers. Only lines in sight are rendered; rows are walked by the arrow keys. */
export function LayerTable() {
  const { store, actions } = usePanel()
  const slots = usePanelState(slotsOfTable)
  const measured = usePanelState((state) => shownOverlay(state) !== null)
  const selected = usePanelState((state) => state.selected)
  const outer = useRef<HTMLDivElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const width = useWidth(outer)
  const [scrollTop, setScrollTop] = useState(0)
  const [active, setActive] = useState(0)
  const wantsFocus = useRef(false)
  const shown = useMemo(() => columnsWithin(width - SCROLLBAR, measured), [width, measured])
  const template = shown.map(({ width: least, grows }) => (grows === 0 ? `${least}px` : `minmax(${least}px, ${grows}fr)`)).join(' ')
  const height = Math.min(MOST_LINES, Math.max(1, slots.length)) * LINE_HEIGHT
  const { from, to } = windowOf(scrollTop, height, LINE_HEIGHT, slots.length)
  const current = Math.min(active, slots.length - 1)

  const go = (index: number, focus: boolean): void => {
    const bounded = Math.min(slots.length - 1, Math.max(0, index))
    const element = scroller.current
    if (element !== null) {
      const top = scrollTo(bounded, element.scrollTop, height, LINE_HEIGHT)
      if (top !== element.scrollTop) element.scrollTop = top
      setScrollTop(top)
    }
    wantsFocus.current = focus
    setActive(bounded)
    const slot = slots[bounded]
    if (focus && slot !== undefined) actions.set({ crosshair: rowOf(slot).key, readout: false })
  }
  useLayoutEffect(() => {
    if (!wantsFocus.current) return
    wantsFocus.current = false
    scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${current + 2}"]`)?.focus({ preventScroll: true })
  })
  // A layer chosen in the chart comes into sight.
  useLayoutEffect(() => {
    if (selected === null) return
    const index = slots.findIndex((slot) => slot.kind === 'row' && slot.row.key === selected)
    if (index >= 0) go(index, false)
  }, [selected])

  const toggle = (slot: Slot, open: boolean): void => {
    if (slot.kind !== 'group' || slot.open === open) return
    const collapsed = new Set(store.get().collapsed)
    if (open) collapsed.delete(slot.path)
    else collapsed.add(slot.path)
    actions.set({ collapsed })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const onRow = (event.target as HTMLElement).getAttribute('role') === 'row'
    const slot = slots[current]
    if (slot === undefined || !onRow) return
    const page = Math.max(1, Math.floor(height / LINE_HEIGHT) - 1)
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      Home: 0,
      End: slots.length - 1,
      PageDown: current + page,
      PageUp: current - page,
    }
    const target = moves[event.key]
    if (target !== undefined) go(target, true)
    else if (event.key === 'ArrowRight') toggle(slot, true)
    else if (event.key === 'ArrowLeft') toggle(slot, false)
    else if (event.key === 'Enter' || event.key === ' ') {
      if (slot.kind === 'group') toggle(slot, !slot.open)
      else actions.select(slot.row.key)
    } else return
    event.preventDefault()
  }
  return (
    <section class="layers" ref={outer} aria-label={strings.tableName}>
      <TableBar />
      <div
        role="treegrid"
        class="table"
        aria-label={strings.tableName}
        aria-rowcount={slots.length + 1}
        aria-colcount={shown.length}
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup" class="table-head">
          <Head shown={shown} template={template} />
        </div>
        <div
          role="rowgroup"
          class="table-body"
          ref={scroller}
          style={{ height: `${height}px` }}
          onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
        >
          <div role="presentation" class="runway" style={{ height: `${slots.length * LINE_HEIGHT}px` }}>
            {slots.slice(from, to).map((slot, offset) => {
              const index = from + offset
              return (
                <LayerLine
                  key={keyOf(slot)}
                  slot={slot}
                  index={index}
                  shown={shown}
                  template={template}
                  top={index * LINE_HEIGHT}
                  focusable={index === current}
                  toggle={toggle}
                  activate={setActive}
                />
              )
            })}
          </div>
        </div>
      </div>
      {slots.length === 0 && (
        <p class="empty" role="status">
          {strings.noRows}
        </p>
      )}
    </section>
  )
}
