import type { Row } from '../model/rows'
import type { Slot } from '../model/slots'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'

/** Depth of nesting, from 1. A layer's own name on its path counts for nothing. */
export function levelOf(slot: Slot): number {
  return slot.kind === 'group' ? slot.depth + 1 : slot.row.call.path.filter((part) => part !== slot.row.call.name).length + 1
}

export interface LayerCellProps {
  readonly slot: Slot
  /** Whether Tab reaches its buttons. */
  readonly focusable: boolean
  readonly toggle: (slot: Slot, open: boolean) => void
  /** Names without their module's, where the column is narrow. */
  readonly short: boolean
  /** Whether the type has a column of its own. */
  readonly typed: boolean
}

/** A layer's name without that of the module whose heading it stands under. */
function relativeName(row: Row, name: string): string {
  const module = row.call.path.filter((part) => part !== row.call.name).at(-1)
  return module !== undefined && name.startsWith(`${module}.`) ? name.slice(module.length + 1) : name
}

/** The first cell: a module's heading that opens and closes, or a layer's name that shows its line. */
export function LayerCell({ slot, focusable, toggle, short, typed }: LayerCellProps) {
  const { actions } = usePanel()
  const tab = focusable ? 0 : -1
  const nested = usePanelState((state) => state.order === null && state.filter.trim() === '')
  const indent = { paddingInlineStart: `${Math.min(6, levelOf(slot) - 1) * (short ? 6 : 12)}px` }
  if (slot.kind === 'group') {
    return (
      <span class="layer-cell" style={indent}>
        <button
          type="button"
          class="twistie"
          tabIndex={tab}
          aria-expanded={slot.open}
          aria-label={slot.open ? strings.collapse(slot.path) : strings.expand(slot.path)}
          onClick={() => toggle(slot, !slot.open)}
        >
          <svg width="10" height="10" aria-hidden="true">
            <path d={slot.open ? 'M1,3L5,7L9,3' : 'M3,1L7,5L3,9'} />
          </svg>
        </button>
        <span class="module-name">{slot.path}</span> <span class="dim">{strings.layersInside(slot.rows.length)}</span>
      </span>
    )
  }
  const { row } = slot
  const worst = row.findings.reduce<Row['findings'][number] | null>(
    (a, b) => (a === null || (a.severity !== 'error' && b.severity === 'error') ? b : a),
    null,
  )
  const name = row.call.call === 0 ? row.call.name : `${row.call.name} (${row.call.call + 1})`
  const shown = short ? name.slice(name.lastIndexOf('.') + 1) : nested ? relativeName(row, name) : name
  return (
    <span class="layer-cell" style={indent}>
      {worst !== null && (
        <span class={`finding-dot ${worst.severity}`} role="img" aria-label={strings.severity[worst.severity]} title={worst.message} />
      )}
      {row.span === null ? (
        <span title={name}>{shown}</span>
      ) : (
        <button
          type="button"
          class="name"
          tabIndex={tab}
          title={strings.revealLine(name, row.span.line)}
          aria-label={strings.revealLine(name, row.span.line)}
          onClick={() => {
            actions.select(row.key)
            if (row.span !== null) actions.post({ type: 'reveal', span: row.span, preserveFocus: false })
          }}
        >
          {shown}
        </button>
      )}
      {!typed && !short && row.call.kind !== 'function' && <span class="dim type-name">{row.call.type}</span>}
    </span>
  )
}
