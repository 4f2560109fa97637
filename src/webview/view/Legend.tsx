import { formatNumber } from '../../report/numbers'
import { type ClassicId, classicIds } from '../model/classics'
import { ghost } from '../model/derived'
import { isEmpty } from '../model/experiment'
import { shownOverlay } from '../model/overlay'
import type { Overlay, View } from '../state'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { seriesNames } from './Readout'
import { Swatch } from './Swatch'

const views: readonly (readonly [View, string])[] = [
  ['signal', strings.signalArrow],
  ['gradient', strings.gradientArrow],
  ['both', strings.both],
]

/** Where the overlaid points are from. */
export function overlayName({ source, measurement }: Overlay): string {
  return source === 'measured' ? strings.measuredIn(measurement.environment, measurement.seeds) : strings.simulatedIn(measurement.seeds)
}

/** What the chart shows: signal or gradient, which initializations, the band. Each entry is a switch. */
export function Legend() {
  const { store, actions } = usePanel()
  const view = usePanelState((state) => state.view)
  const classics = usePanelState((state) => state.classics)
  const current = usePanelState((state) => state.showCurrent)
  const recommended = usePanelState((state) => state.showRecommended)
  const band = usePanelState((state) => state.showBand)
  const onlyWeights = usePanelState((state) => state.onlyWeights)
  const trying = usePanelState((state) => !isEmpty(state.experiment))
  const sized = usePanelState((state) => ghost(state) !== null)
  const overlay = usePanelState(shownOverlay)
  const zone = usePanelState((state) => state.analysis?.settings.healthyZone ?? null)
  const outdated = usePanelState((state) => state.overlay?.measurement.version !== state.analysis?.version)
  const toggleClassic = (id: ClassicId): void => {
    const next = new Set(store.get().classics)
    if (!next.delete(id)) next.add(id)
    actions.set({ classics: next })
  }
  return (
    <div class="legend">
      <fieldset class="segments">
        <legend class="visually-hidden">{strings.show}</legend>
        {views.map(([id, label]) => (
          <button key={id} type="button" aria-pressed={view === id} onClick={() => actions.set({ view: id })}>
            {label}
          </button>
        ))}
      </fieldset>
      <div class="entries">
        <button type="button" class="entry" aria-pressed={current} onClick={() => actions.set({ showCurrent: !current })}>
          <Swatch series="current" /> {strings.now}
        </button>
        {sized && (
          <span class="entry static">
            <Swatch series="written" /> {strings.written}
          </span>
        )}
        <button type="button" class="entry" aria-pressed={recommended} onClick={() => actions.set({ showRecommended: !recommended })}>
          <Swatch series="recommended" /> {strings.recommended}
        </button>
        {trying && (
          <span class="entry static">
            <Swatch series="experiment" /> {strings.whatIf}
          </span>
        )}
        {[...classics].map((id) => (
          <button key={id} type="button" class="entry" aria-pressed={true} onClick={() => toggleClassic(id)}>
            <Swatch series={id} /> {seriesNames[id]}
          </button>
        ))}
        <button type="button" class="entry" aria-pressed={band} title={strings.bandHelp} onClick={() => actions.set({ showBand: !band })}>
          <svg class="swatch" width="26" height="12" aria-hidden="true">
            <rect class="band series-current" x="1" y="1" width="24" height="10" />
          </svg>{' '}
          {strings.band}
        </button>
        <span class="entry static">
          <svg class="swatch" width="26" height="12" aria-hidden="true">
            <rect class="zone" x="1" y="1" width="24" height="10" />
          </svg>{' '}
          {zone !== null && strings.healthyZone(formatNumber(zone[0]), formatNumber(zone[1]))}
        </span>
        <label class="entry">
          <input type="checkbox" checked={onlyWeights} onChange={(event) => actions.set({ onlyWeights: event.currentTarget.checked })} />
          {strings.onlyWeights}
        </label>
        {overlay !== null && (
          <button
            type="button"
            class="entry"
            title={strings.clearMeasurement}
            aria-pressed={true}
            onClick={() => actions.set({ overlay: null })}
          >
            <svg class="swatch measured" width="14" height="12" aria-hidden="true">
              <path class="cross" d="M4,3l6,6m0,-6l-6,6" />
            </svg>{' '}
            {overlayName(overlay)}
            {outdated && `, ${strings.outdatedMeasurement}`}
          </button>
        )}
        {classics.size < classicIds.length && (
          <select
            aria-label={strings.compare}
            value=""
            onChange={(event) => {
              const id = classicIds.find((classic) => classic === event.currentTarget.value)
              if (id !== undefined) toggleClassic(id)
              event.currentTarget.value = ''
            }}
          >
            <option value="">{strings.compare}…</option>
            {classicIds
              .filter((id) => !classics.has(id))
              .map((id) => (
                <option key={id} value={id}>
                  {seriesNames[id]}
                </option>
              ))}
          </select>
        )}
      </div>
    </div>
  )
}
