import type { ComponentChildren } from 'preact'
import type { Finding } from '../../analysis'
import { formatNumber, formatShape } from '../../report/numbers'
import { departs } from '../../report/summary'
import type { Column } from '../model/columns'
import { modelRows, tracks } from '../model/derived'
import { overlayPoints, shownOverlay } from '../model/overlay'
import { rowsOnLine, type Row } from '../model/rows'
import { rowOf, type Slot } from '../model/slots'
import { readingOf } from '../model/track'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { Prose } from './Prose'
import { Value } from './Value'

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

/** Depth of nesting, from 1. A layer's own name on its path counts for nothing. */
function levelOf(slot: Slot): number {
  return slot.kind === 'group' ? slot.depth + 1 : slot.row.call.path.filter((part) => part !== slot.row.call.name).length + 1
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

interface LayerCellProps extends Pick<LayerLineProps, 'slot' | 'focusable' | 'toggle'> {
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

function LayerCell({ slot, focusable, toggle, short, typed }: LayerCellProps) {
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

function Cell({
  column,
  slot,
  focusable,
}: {
  readonly column: Column
  readonly slot: Slot
  readonly focusable: boolean
}): ComponentChildren {
  const row = rowOf(slot)
  if (slot.kind === 'group' && (slot.open || (column.id !== 'signal' && column.id !== 'gradient' && column.id !== 'shape'))) return null
  switch (column.id) {
    case 'layer':
      return null
    case 'type':
      return (
        <span class="dim" title={row.call.type}>
          {row.call.type}
        </span>
      )
    case 'shape':
      return <span class="dim">{row.tensor === null ? '' : formatShape(row.shape.slice(1))}</span>
    case 'fans':
      return row.parameter?.fans == null ? null : <span class="dim">{`${row.parameter.fans.fanIn}/${row.parameter.fans.fanOut}`}</span>
    case 'feeds':
      return row.advice === null ? null : (
        <span title={row.advice.activation ?? strings.unknown}>{row.advice.activation ?? strings.unknown}</span>
      )
    case 'initializer':
      return <InitializerCell row={row} />
    case 'signal':
    case 'gradient':
      return <MomentCell row={row} direction={column.id} digits={column.width < 130 ? 2 : 3} />
    case 'measured':
      return <MeasuredCell row={row} />
    case 'note':
      return <NoteCell row={row} focusable={focusable} />
    default:
      return column.id satisfies never
  }
}

function InitializerCell({ row }: { readonly row: Row }) {
  if (row.advice === null || row.parameter === null) return null
  const now = row.parameter.initializer.label
  const then = row.advice.recommended
  const text = then.family === 'keep' ? now : `${now} → ${then.initializer.label}`
  return (
    <span title={`${text}\n${then.why}`}>
      <span class="dim">{now}</span>
      {then.family === 'keep' ? '' : ` → ${then.initializer.label}`}
    </span>
  )
}

function MomentCell({ row, direction, digits }: { readonly row: Row; readonly direction: 'signal' | 'gradient'; readonly digits: number }) {
  const all = usePanelState((state) => tracks(state)?.current ?? null)
  const other = usePanelState((state) => {
    const found = tracks(state)
    return found?.experiment ?? found?.recommended ?? null
  })
  if (all === null || other === null) return null
  const now = readingOf(all.prediction, row, direction)
  if (!now.known && !readingOf(other.prediction, row, direction).known)
    return (
      <span class="unpaired">
        <Value prediction={all.prediction} row={row} direction={direction} />
      </span>
    )
  return (
    <span class="pair">
      <Value prediction={all.prediction} row={row} direction={direction} digits={digits} plainFrom={1e-3} />
      <span class="dim"> → </span>
      <Value prediction={other.prediction} row={row} direction={direction} digits={digits} plainFrom={1e-3} />
    </span>
  )
}

function MeasuredCell({ row }: { readonly row: Row }) {
  const overlay = usePanelState(shownOverlay)
  const model = usePanelState((state) => state.analysis?.model ?? null)
  if (overlay === null || model === null) return null
  const point = overlayPoints(overlay.measurement, modelRows(model)).get(row.key)
  if (point === undefined) return null
  const say = (moment: typeof point.forward): string => (moment === null ? strings.unknown : formatNumber(moment.secondMoment, 2, 1e-3))
  const sayWhole = (moment: typeof point.forward): string =>
    moment === null ? strings.unknown : strings.withError(formatNumber(moment.secondMoment), formatNumber(moment.standardError, 2))
  return (
    <span title={`${strings.signalArrow} ${sayWhole(point.forward)}\n${strings.gradientArrow} ${sayWhole(point.backward)}`}>
      {say(point.forward)} <span class="dim">·</span> {say(point.backward)}
    </span>
  )
}

function NoteCell({ row, focusable }: { readonly row: Row; readonly focusable: boolean }) {
  const { store, actions } = usePanel()
  const finding = row.findings[0]
  const model = usePanelState((state) => state.analysis?.model ?? null)
  if (finding === undefined || finding.fix === null) {
    const { advice } = row
    const mendable = model !== null && advice !== null && departs(model, advice)
    return (
      <span class="note-cell">
        {finding !== undefined && <Note row={row} finding={finding} />}
        {mendable && (
          <button
            type="button"
            class="link"
            tabIndex={focusable ? 0 : -1}
            aria-label={strings.applyTo(row.call.name)}
            onClick={() => actions.apply({ kind: 'parameters', parameters: [advice.parameter] })}
          >
            {strings.apply}
          </button>
        )}
      </span>
    )
  }
  const { fix } = finding
  return (
    <span class="note-cell">
      <Note row={row} finding={finding} />
      <button
        type="button"
        class="link"
        tabIndex={focusable ? 0 : -1}
        title={fix.title}
        aria-label={`${strings.fix}: ${fix.title}`}
        onClick={() => {
          const index = store.get().analysis?.model?.findings.indexOf(finding) ?? -1
          if (index >= 0) actions.apply({ kind: 'finding', finding: index })
        }}
      >
        {strings.fix}
      </button>
    </span>
  )
}

function Note({ row, finding }: { readonly row: Row; readonly finding: Finding }) {
  return (
    <span class={`note ${finding.severity}`} title={row.findings.map(({ message }) => message).join('\n')}>
      <Prose text={finding.message} />
    </span>
  )
}
