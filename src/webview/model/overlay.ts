import type { MeasuredCall, Measurement } from '../../protocol'
import type { Overlay, State } from '../state'
import { memo } from './memo'
import { callKey, type Row } from './rows'

/** The overlay, where it is one of the model that is shown. */
export function shownOverlay({ overlay, analysis }: Pick<State, 'overlay' | 'analysis'>): Overlay | null {
  return overlay !== null && overlay.measurement.model === analysis?.model?.name ? overlay : null
}

/** Measured calls by row key. Calls that the model no longer has are left out. */
export const overlayPoints = memo((measurement: Measurement, rows: readonly Row[]): ReadonlyMap<string, MeasuredCall> => {
  const keys = new Set(rows.map((row) => row.key))
  return new Map(measurement.calls.map((call) => [callKey(call), call] as const).filter(([key]) => keys.has(key)))
})
