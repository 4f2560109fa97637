import type { ComponentChildren } from 'preact'
import type { Finding } from '../../analysis'
import { formatNumber, formatShape } from '../../report/numbers'
import { departs } from '../../report/summary'
import type { Column } from '../model/columns'
import { modelRows, tracks } from '../model/derived'
import { overlayPoints, shownOverlay } from '../model/overlay'
import type { Row } from '../model/rows'
import { rowOf, type Slot } from '../model/slots'
import { readingOf } from '../model/track'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { Prose } from './Prose'
import { Value } from './Value'

/** What a column says of a slot; a closed module says only what it hands on. */
export function Cell({
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
      return <MomentCell row={row} direction={column.id} digits={column.width < 150 ? 2 : 3} />
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
    <span class="initializers" title={`${text}\n${then.why}`}>
      <span class="dim">{now}</span>
      {then.family !== 'keep' && <span class="then">{` → ${then.initializer.label}`}</span>}
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
