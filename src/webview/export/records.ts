import type { ModelAnalysis } from '../../analysis'
import { overlayPoints } from '../model/overlay'
import type { Row } from '../model/rows'
import { type Direction, readingOf, type Track } from '../model/track'
import type { Overlay } from '../state'

/** One layer as it is taken away: plain numbers, null where unknown. */
export interface LayerRecord {
  readonly layer: string
  readonly type: string
  readonly shape: readonly number[]
  readonly fanIn: number | null
  readonly fanOut: number | null
  readonly activation: string | null
  readonly initializer: string | null
  readonly recommended: string | null
  readonly signal: number | null
  readonly signalRecommended: number | null
  readonly gradient: number | null
  readonly gradientRecommended: number | null
  readonly signalMeasured: number | null
  readonly gradientMeasured: number | null
}

/** The table's rows in order of execution. Overflowed values are null, as JSON has no infinity. */
export function recordsOf(rows: readonly Row[], current: Track, recommended: Track, overlay: Overlay | null): readonly LayerRecord[] {
  const points = overlay === null ? null : overlayPoints(overlay.measurement, rows)
  const value = (track: Track, row: Row, direction: Direction): number | null => {
    const reading = readingOf(track.prediction, row, direction)
    return reading.known && Number.isFinite(reading.secondMoment) ? reading.secondMoment : null
  }
  return rows.map((row) => ({
    layer: row.call.call === 0 ? row.call.name : `${row.call.name} (${row.call.call + 1})`,
    type: row.call.type,
    shape: row.shape,
    fanIn: row.parameter?.fans?.fanIn ?? null,
    fanOut: row.parameter?.fans?.fanOut ?? null,
    activation: row.advice?.activation ?? null,
    initializer: row.parameter?.initializer.label ?? null,
    recommended: row.advice === null ? null : row.advice.recommended.initializer.label,
    signal: value(current, row, 'signal'),
    signalRecommended: value(recommended, row, 'signal'),
    gradient: value(current, row, 'gradient'),
    gradientRecommended: value(recommended, row, 'gradient'),
    signalMeasured: points?.get(row.key)?.forward?.secondMoment ?? null,
    gradientMeasured: points?.get(row.key)?.backward?.secondMoment ?? null,
  }))
}

/** `alexnet-init`: a file name without an ending. */
export function fileStem(model: ModelAnalysis): string {
  const name = model.name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '')
  return `${name === '' ? 'model' : name}-initialization`
}
