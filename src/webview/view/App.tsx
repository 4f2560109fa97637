import { useLayoutEffect } from 'preact/hooks'
import { selectedRow } from '../model/derived'
import { strings } from '../strings'
import { Chart } from './Chart'
import { usePanelState } from './context'
import { DepthSentence } from './DepthSentence'
import { Drawer } from './Drawer'
import { Footer } from './Footer'
import { Header } from './Header'
import { Headline } from './Headline'
import { LayerTable } from './LayerTable'
import { Legend } from './Legend'
import { MeasureBar } from './MeasureBar'
import { Sizes } from './Sizes'

/** The whole panel. */
export function App() {
  const analysis = usePanelState((state) => state.analysis)
  const stale = usePanelState((state) => state.stale)
  const spoken = usePanelState((state) => state.spoken)
  const selected = usePanelState((state) => selectedRow(state) !== null)
  const file = analysis?.file ?? null
  // Another file is read from its beginning.
  useLayoutEffect(() => window.scrollTo(0, 0), [file])
  const hasModel = analysis !== null && analysis.model !== null
  return (
    <main class={selected && hasModel ? 'panel with-drawer' : 'panel'} aria-busy={stale || analysis === null}>
      {/* Takes no room, so that nothing moves when it comes and goes. */}
      <p class={stale ? 'stale-mark shown' : 'stale-mark'} role="status">
        {stale ? strings.stale : ''}
      </p>
      <p class="visually-hidden" aria-live="polite">
        {spoken}
      </p>
      {analysis === null && (
        <p class="empty" role="status">
          {strings.waiting}
        </p>
      )}
      <Header />
      {analysis !== null && (analysis.message !== null || !hasModel) && (
        <p class="empty" role="status">
          {Object.keys(analysis.tried).length > 0 && `${strings.unreadableSizes} `}
          {analysis.message ?? strings.nothingFound(analysis.label)}
        </p>
      )}
      {!hasModel && <Sizes />}
      {hasModel && (
        <>
          <Headline />
          <section class="picture" aria-label={strings.chart}>
            <Legend />
            <Chart />
            <DepthSentence />
            <MeasureBar />
          </section>
          <Sizes />
          <LayerTable />
        </>
      )}
      <Footer />
      {hasModel && <Drawer />}
    </main>
  )
}
