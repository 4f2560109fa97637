import type { Prediction } from '../../analysis'
import { formatNumber } from '../../report/numbers'
import type { Row } from '../model/rows'
import { type Direction, readingOf } from '../model/track'
import { healthOf, healthWord } from '../model/verdict'
import { strings } from '../strings'
import { usePanelState } from './context'

const marks = { healthy: '', small: '▾', large: '▴', zero: '▾', overflow: '▴', unknown: '' } as const
const defaultZone: readonly [number, number] = [0.1, 10]

export interface ValueProps {
  readonly prediction: Prediction
  readonly row: Row
  readonly direction: Direction
  readonly digits?: number
  /** Smallest value that is written without an exponent. */
  readonly plainFrom?: number
}

/** A second moment, with a mark and a word for screen readers where it is outside the healthy zone. */
export function Value({ prediction, row, direction, digits = 3, plainFrom }: ValueProps) {
  const zone = usePanelState((state) => state.analysis?.settings.healthyZone ?? defaultZone)
  const reading = readingOf(prediction, row, direction)
  if (!reading.known)
    return (
      <span class="dim" title={reading.reason}>
        {reading.reason === '' ? '–' : strings.unknown}
      </span>
    )
  const health = healthOf(reading.secondMoment, zone)
  const [low, high] = reading.band
  const band = strings.bandFrom(formatNumber(low, 2), formatNumber(high, 2))
  const about =
    reading.mean === null
      ? band
      : `${strings.meanAndVariance(formatNumber(reading.mean, 2), formatNumber(reading.variance ?? Number.NaN))}\n${band}`
  return (
    <span class={health === 'healthy' ? 'value' : 'value unhealthy'} title={about}>
      {formatNumber(reading.secondMoment, digits, plainFrom)}
      {health !== 'healthy' && (
        <span class="health-mark" aria-hidden="true">
          {marks[health]}
        </span>
      )}
      {health !== 'healthy' && <span class="visually-hidden"> {healthWord(health)}</span>}
    </span>
  )
}
