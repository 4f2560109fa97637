import { formatNumber } from '../../report/numbers'
import { recommendedFamilies } from '../../report/summary'
import { experimentSummary, selectedRow, sentences, tracks } from '../model/derived'
import type { State } from '../state'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { EditPreview } from './EditPreview'
import { FindingsList } from './FindingsList'
import { LineLink } from './Footer'

/** What happens to the signal in one sentence, what would mend it in another, and the button that does. */
export function Headline() {
  const { actions } = usePanel()
  const model = usePanelState((state) => state.analysis?.model ?? null)
  const zone = usePanelState((state) => state.analysis?.settings.healthyZone ?? null)
  const experiment = usePanelState((state) => tracks(state)?.experiment ?? null)
  const notice = usePanelState((state) => state.notice)
  const drawer = usePanelState(selectedRow)
  const triedSizes = usePanelState(triedSizesSentence)
  if (model === null || zone === null) return null
  const { current, recommended, obstacle } = sentences(model, zone)
  const tried = experiment === null ? null : experimentSummary(model, experiment)
  return (
    <section class="headline" aria-label={strings.summary}>
      {triedSizes !== '' && (
        <p class="tried" role="status">
          {triedSizes}
        </p>
      )}
      <p class="now">
        {current} <LineLink span={obstacle} />
      </p>
      {recommended !== '' && (
        <p class="then">
          <span>{recommended}</span>
          {recommendedFamilies(model) !== '' && (
            <span class="buttons">
              <button type="button" onClick={() => actions.apply({ kind: 'recommended' })}>
                {strings.applyToFile}
              </button>
              <button type="button" class="secondary" onClick={() => actions.preview({ kind: 'recommended' })}>
                {strings.preview}
              </button>
            </span>
          )}
        </p>
      )}
      {recommended === '' && model.weights.length > 0 && <p class="then dim">{strings.inPlace}</p>}
      {tried !== null && (
        <p class="tried" role="status">
          {strings.experimentSentence(
            tried.signal === null ? strings.unknown : formatNumber(tried.signal.end.secondMoment),
            tried.gradient === null ? strings.unknown : formatNumber(tried.gradient.end.secondMoment),
          )}
        </p>
      )}
      <FindingsList findings={model.findings} />
      {drawer === null && <EditPreview />}
      {notice !== null && (
        <p class={notice.ok ? 'notice' : 'notice problem'} role={notice.ok ? 'status' : 'alert'}>
          {notice.message}
        </p>
      )}
    </section>
  )
}

function triedSizesSentence({ analysis, knobs }: State): string {
  const list = (knobs ?? []).flatMap(({ id, label, value }) => {
    const tried = analysis?.tried[id]
    return tried === undefined ? [] : [strings.triedSize(label, tried, value)]
  })
  return list.length === 0 ? '' : strings.triedSizes(list.join(', '))
}
