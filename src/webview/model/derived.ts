import type { ModelAnalysis } from '../../analysis'
import type { Span } from '../../graph'
import { currentSentence, recommendedSentence, type Summary, summarize } from '../../report/summary'
import { verdictSentences } from '../../report/verdicts'
import type { State } from '../state'
import { type ClassicId, classicIds, classicOverrides } from './classics'
import { sortKey } from './columns'
import { predictWith } from './engine'
import { isEmpty, overridesOf } from './experiment'
import { memo } from './memo'
import { filterRows, sortRows } from './order'
import { overlayPoints, shownOverlay } from './overlay'
import { type Row, rowsOf } from './rows'
import { isLarge } from './size'
import { chartSlots, type Slot, tableSlots } from './slots'
import { type Track, trackOf } from './track'
import { writtenTrack } from './written'

export type SeriesId = 'current' | 'recommended' | 'experiment' | 'written' | ClassicId

export interface Series {
  readonly id: SeriesId
  readonly track: Track
}

/** What the view shows of one model, computed once for each change of what it depends on. */
export const modelRows = memo((model: ModelAnalysis): readonly Row[] => rowsOf(model))
const rowByKey = memo((model: ModelAnalysis): ReadonlyMap<string, Row> => new Map(modelRows(model).map((row) => [row.key, row])))

/** The layer whose drawer is open; null when none is, or the model has no such layer. */
export function selectedRow(state: State): Row | null {
  const model = state.analysis?.model ?? null
  return model === null || state.selected === null ? null : (rowByKey(model).get(state.selected) ?? null)
}
const currentTrack = memo((model: ModelAnalysis): Track => trackOf(model.current, modelRows(model)))
const ghostTrack = memo((written: ModelAnalysis, model: ModelAnalysis): Track => writtenTrack(written, modelRows(model)))
const recommendedTrack = memo((model: ModelAnalysis): Track => trackOf(model.recommended, modelRows(model)))
const experimentTrack = memo((model: ModelAnalysis, experiment: State['experiment'], xavier: 'glorot' | 'lesson'): Track | null =>
  isEmpty(experiment)
    ? null
    : trackOf(predictWith(model.graph, overridesOf(experiment, model.graph, model.weights, xavier)), modelRows(model)),
)
const classicTracks = new Map(
  classicIds.map((id) => [
    id,
    memo(
      (model: ModelAnalysis, xavier: 'glorot' | 'lesson'): Track =>
        trackOf(predictWith(model.graph, classicOverrides(id, model.graph, xavier)), modelRows(model)),
    ),
  ]),
)

export function tracks(state: State): { readonly current: Track; readonly recommended: Track; readonly experiment: Track | null } | null {
  const model = state.analysis?.model
  if (state.analysis === null || model === null || model === undefined) return null
  return {
    current: currentTrack(model),
    recommended: recommendedTrack(model),
    experiment: experimentTrack(model, state.experiment, state.analysis.settings.xavierVariance),
  }
}

const seriesList = memo(
  (
    model: ModelAnalysis,
    xavier: 'glorot' | 'lesson',
    current: boolean,
    recommended: boolean,
    classics: ReadonlySet<ClassicId>,
    experiment: State['experiment'],
    compare: boolean,
    written: ModelAnalysis | null,
  ): readonly Series[] => {
    const list: Series[] = []
    for (const id of classicIds) {
      const track = compare && classics.has(id) ? classicTracks.get(id)?.(model, xavier) : undefined
      if (track !== undefined) list.push({ id, track })
    }
    if (written !== null) list.push({ id: 'written', track: ghostTrack(written, model) })
    if (current) list.push({ id: 'current', track: currentTrack(model) })
    // Dashed, it lets a line that runs below it show through.
    if (recommended) list.push({ id: 'recommended', track: recommendedTrack(model) })
    const tried = experimentTrack(model, experiment, xavier)
    if (tried !== null) list.push({ id: 'experiment', track: tried })
    return list
  },
)

// The same object each time, so that nothing renders for it.
const noSeries: readonly Series[] = []
const noSlots: readonly Slot[] = []

/** The lines of the chart, from the back to the front. */
export function series(state: State): readonly Series[] {
  const { analysis } = state
  if (analysis === null || analysis.model === null) return noSeries
  return seriesList(
    analysis.model,
    analysis.settings.xavierVariance,
    state.showCurrent,
    state.showRecommended,
    state.classics,
    state.experiment,
    !isLarge(analysis.model) || state.drawn === analysis.model,
    ghost(state),
  )
}

/** The model as written where the chart shows another beside it: one with other sizes. */
export function ghost({ analysis, written }: State): ModelAnalysis | null {
  return analysis === null || Object.keys(analysis.tried).length === 0 ? null : written
}

export interface Sentences {
  /** Where it is written what could not be predicted. */
  readonly obstacle: Span | null
  readonly current: string
  readonly recommended: string
  /** How long signal and gradient last over depth, where they do not; empty where they do. */
  readonly depth: string
}
const sentencesOf = memo(
  (model: ModelAnalysis, zone: readonly [number, number]): Sentences => ({
    obstacle: summarize(model, model.current).obstacle?.span ?? null,
    current: currentSentence(summarize(model, model.current), zone),
    recommended: recommendedSentence(model, summarize(model, model.recommended), zone),
    depth: verdictSentences(model).join(' '),
  }),
)
export function sentences(model: ModelAnalysis, zone: readonly [number, number]): Sentences {
  return sentencesOf(model, zone)
}
export const experimentSummary = memo((model: ModelAnalysis, track: Track): Summary => summarize(model, track.prediction))

/** The places on the depth axis; only those with weights where asked and where there are any. */
export const slotsOfChart = memo((model: ModelAnalysis, collapsed: ReadonlySet<string>, onlyWeights: boolean): readonly Slot[] => {
  const rows = modelRows(model)
  const weighted = onlyWeights ? rows.filter((row) => row.kind === 'weights') : rows
  return chartSlots(weighted.length > 0 ? weighted : rows, collapsed)
})

const tableLines = memo(
  (
    model: ModelAnalysis,
    collapsed: ReadonlySet<string>,
    order: State['order'],
    filter: string,
    experiment: Track | null,
    overlay: State['overlay'],
  ): readonly Slot[] => {
    const rows = modelRows(model)
    const kept = filterRows(rows, filter)
    if (order === null) return filter.trim() === '' ? tableSlots(rows, collapsed) : kept.map((row) => ({ kind: 'row', row }))
    const key = sortKey(order.column, currentTrack(model), experiment, overlay === null ? null : overlayPoints(overlay.measurement, rows))
    return sortRows(kept, key, order.descending).map((row) => ({ kind: 'row', row }))
  },
)
/** The table's lines: by module in order of execution, flat when sorted or filtered. */
export function slotsOfTable(state: State): readonly Slot[] {
  const model = state.analysis?.model
  if (model === null || model === undefined) return noSlots
  const { order, filter, collapsed } = state
  // Unsorted, the lines do not change with the numbers.
  if (order === null) return tableLines(model, collapsed, null, filter, null, null)
  return tableLines(model, collapsed, order, filter, tracks(state)?.experiment ?? null, shownOverlay(state))
}
