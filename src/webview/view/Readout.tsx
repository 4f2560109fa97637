import { formatNumber } from '../../report/numbers'
import { classicIds } from '../model/classics'
import type { Series, SeriesId } from '../model/derived'
import type { DepthAxis } from '../model/geometry'
import { rowOf, type Slot } from '../model/slots'
import { directions, readingOf } from '../model/track'
import { strings } from '../strings'
import { slotIndex } from './Crosshair'
import { usePanelState } from './context'
import { Swatch } from './Swatch'

export const seriesNames: Readonly<Record<SeriesId, string>> = {
  current: strings.now,
  recommended: strings.recommended,
  experiment: strings.whatIf,
  written: strings.written,
  small: strings.small,
  xavier: strings.xavier,
  he: strings.he,
  lecun: strings.lecun,
  orthogonal: strings.orthogonal,
}

interface ReadoutProps {
  readonly slots: readonly Slot[]
  readonly depth: DepthAxis
  readonly series: readonly Series[]
  readonly width: number
}

const WIDTH = 320
const order: readonly SeriesId[] = ['current', 'written', 'recommended', 'experiment', ...classicIds]

/** In the order of the legend. */
export function ordered(series: readonly Series[]): readonly Series[] {
  return [...series].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
}

/** The numbers at the crosshair, beside it. The table and the spoken text say the same. */
export function Readout({ slots, depth, series, width }: ReadoutProps) {
  const key = usePanelState((state) => (state.readout ? state.crosshair : null))
  // Too narrow to stand beside the crosshair: below the chart, in a place that is kept for it and shows the network's end meanwhile.
  const below = width < 1.5 * WIDTH
  const kept = { minHeight: `${50 + 19 * series.length}px` }
  const index = slotIndex(slots, key)
  const slot = index >= 0 ? slots[index] : below ? slots.at(-1) : undefined
  if (slot === undefined) return null
  const row = rowOf(slot)
  const x = depth.x(index)
  const left = x + 14 + WIDTH > width ? Math.max(0, x - 14 - WIDTH) : x + 14
  return (
    <div
      class={below ? 'readout below' : 'readout'}
      aria-hidden="true"
      style={below ? kept : { left: `${left}px`, maxWidth: `${WIDTH}px` }}
    >
      <div class="readout-title">
        <strong>{slot.kind === 'group' ? slot.path : row.call.name}</strong>
        <span>{slot.kind === 'group' ? strings.layersInside(slot.rows.length) : row.call.type}</span>
      </div>
      <table>
        <thead>
          <tr>
            <td />
            <th>{strings.signalArrow}</th>
            <th>{strings.gradientArrow}</th>
          </tr>
        </thead>
        <tbody>
          {ordered(series).map(({ id, track }) => (
            <tr key={id}>
              <th>
                <Swatch series={id} /> {seriesNames[id]}
              </th>
              {directions.map((direction) => {
                const reading = readingOf(track.prediction, row, direction)
                return <td key={direction}>{reading.known ? formatNumber(reading.secondMoment) : strings.unknown}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
