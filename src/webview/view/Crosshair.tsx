import type { Series } from '../model/derived'
import type { DepthAxis } from '../model/geometry'
import type { LogAxis } from '../model/scale'
import { rowOf, type Slot } from '../model/slots'
import type { Direction } from '../model/track'
import { usePanelState } from './context'
import { Marker } from './Marker'

export interface CrosshairProps {
  readonly slots: readonly Slot[]
  readonly depth: DepthAxis
  readonly series: readonly Series[]
  readonly panes: readonly { readonly direction: Direction; readonly axis: LogAxis }[]
  readonly paneHeight: number
  /** Room above each pane. */
  readonly title: number
}

/** Index of the slot that shows this row; −1 for none. */
export function slotIndex(slots: readonly Slot[], key: string | null): number {
  if (key === null) return -1
  return slots.findIndex((slot) => (slot.kind === 'row' ? slot.row.key === key : slot.rows.some((row) => row.key === key)))
}

/** The vertical line through the layer under the pointer, with every series' point on it. */
export function Crosshair({ slots, depth, series, panes, paneHeight, title }: CrosshairProps) {
  const key = usePanelState((state) => state.crosshair)
  const index = slotIndex(slots, key)
  const slot = slots[index]
  if (slot === undefined) return null
  const x = depth.x(index)
  const row = rowOf(slot)
  return (
    <g class="crosshair">
      {panes.map(({ direction, axis }, pane) => (
        <g key={direction} transform={`translate(0,${title + pane * (paneHeight + title)})`}>
          <line x1={x} x2={x} y1={0} y2={paneHeight} />
          {series.map(({ id, track }) => {
            const value = track[direction][row.index] ?? Number.NaN
            return Number.isNaN(value) ? null : (
              <g key={id} class={`series series-${id}`}>
                <Marker series={id} x={x} y={axis.y(value)} hollow={direction === 'gradient'} />
              </g>
            )
          })}
        </g>
      ))}
    </g>
  )
}
