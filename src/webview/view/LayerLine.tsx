import type { Column } from '../model/columns'
import { rowsOnLine } from '../model/rows'
import { rowOf, type Slot } from '../model/slots'
import { Cell } from './Cell'
import { usePanel, usePanelState } from './context'
import { LayerCell, levelOf } from './LayerCell'

export interface LayerLineProps {
  readonly slot: Slot
  readonly index: number
  readonly shown: readonly Column[]
  readonly template: string
  readonly top: number
  /** The row that Tab enters; the others are reached by arrows. */
  readonly focusable: boolean
  readonly toggle: (slot: Slot, open: boolean) => void
  readonly activate: (index: number) => void
}

/** One line of the table: a layer, or a module's heading that stands for its layers while it is closed. */
export function LayerLine({ slot, index, shown, template, top, focusable, toggle, activate }: LayerLineProps) {
  const { actions } = usePanel()
  const row = rowOf(slot)
  const selected = usePanelState((state) => slot.kind === 'row' && state.selected === slot.row.key)
  const underCursor = usePanelState(
    (state) =>
      state.analysis !== null &&
      state.analysis.model !== null &&
      state.cursorLine !== null &&
      slot.kind === 'row' &&
      rowsOnLine([slot.row], state.analysis.file, state.cursorLine).length > 0,
  )
  const hovered = usePanelState((state) => state.crosshair === row.key)
  const classes = ['line', selected && 'selected', underCursor && 'under-cursor', hovered && 'hovered', slot.kind === 'group' && 'heading']
    .filter(Boolean)
    .join(' ')
  return (
    <div
      role="row"
      class={classes}
      aria-rowindex={index + 2}
      aria-level={levelOf(slot)}
      aria-expanded={slot.kind === 'group' ? slot.open : undefined}
      aria-selected={slot.kind === 'row' ? selected : undefined}
      tabIndex={focusable ? 0 : -1}
      style={{ gridTemplateColumns: template, transform: `translateY(${top}px)` }}
      onClick={(event) => {
        activate(index)
        if ((event.target as Element).closest('button') !== null) return
        if (slot.kind === 'group') toggle(slot, !slot.open)
        else {
          actions.select(slot.row.key)
          if (row.span !== null) actions.post({ type: 'reveal', span: row.span, preserveFocus: true })
        }
      }}
      onFocus={() => activate(index)}
      onPointerEnter={() => actions.set({ crosshair: row.key, readout: false })}
      onPointerLeave={() => actions.set({ crosshair: null })}
    >
      {shown.map((column, position) => (
        <div key={column.id} role={position === 0 ? 'rowheader' : 'gridcell'} class={column.numeric ? 'cell numeric' : 'cell'}>
          {column.id === 'layer' ? (
            <LayerCell
              slot={slot}
              focusable={focusable}
              toggle={toggle}
              short={column.width < 100}
              typed={shown.some(({ id }) => id === 'type')}
            />
          ) : (
            <Cell column={column} slot={slot} focusable={focusable} />
          )}
        </div>
      ))}
    </div>
  )
}
