import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { ModelAnalysis } from '../../analysis'
import type { Initializer } from '../../graph'
import { formatNumber, formatShape } from '../../report/numbers'
import { activationBehind } from '../model/behind'
import { selectedRow, tracks } from '../model/derived'
import { overridesOf, triedActivation } from '../model/experiment'
import { signalFormula } from '../model/formula'
import type { Row } from '../model/rows'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { type Case, Distributions } from './Distributions'
import { EditPreview } from './EditPreview'
import { FindingsList } from './FindingsList'
import { LineLink } from './Footer'
import { seriesNames } from './Readout'
import { Swatch } from './Swatch'
import { Value } from './Value'
import { WhatIf } from './WhatIf'

/** One layer in depth: its numbers, distributions, formula, findings and edits, and the what-if controls. */
export function Drawer() {
  const model = usePanelState((state) => state.analysis?.model ?? null)
  const row = usePanelState(selectedRow)
  return model === null || row === null ? null : <LayerDrawer model={model} row={row} />
}

function LayerDrawer({ model, row }: { readonly model: ModelAnalysis; readonly row: Row }) {
  const { actions } = usePanel()
  const all = usePanelState(tracksOf)
  const experiment = usePanelState((state) => state.experiment)
  const xavier = usePanelState((state) => state.analysis?.settings.xavierVariance ?? 'glorot')
  const overrides = useMemo(() => overridesOf(experiment, model.graph, model.weights, xavier), [experiment, model, xavier])
  const title = useRef<HTMLHeadingElement>(null)
  // Opening it by keyboard leads there, and closing it back; the arrow keys on the chart keep the focus.
  useLayoutEffect(() => {
    const opener = document.activeElement
    if (opener?.getAttribute('role') !== 'application') title.current?.focus({ preventScroll: true })
    const drawer = title.current?.closest('.drawer') ?? null
    return () => {
      if (drawer?.contains(document.activeElement) !== true && document.activeElement !== document.body) return
      const back =
        opener instanceof HTMLElement && opener.isConnected && opener !== document.body
          ? opener
          : document.querySelector<HTMLElement>('.chart')
      back?.focus({ preventScroll: true })
    }
  }, [])
  useUncovered(row.key)
  if (all === null) return null
  const { parameter, advice } = row
  const behind = activationBehind(model.graph, row)
  const behindCall = behind === null || behind.call === null ? undefined : model.graph.calls[behind.call]
  const cases: Case[] = [
    { series: 'current', prediction: all.current.prediction, initializer: parameter?.initializer ?? null, activation: null },
    {
      series: 'recommended',
      prediction: all.recommended.prediction,
      initializer: advice?.recommended.initializer ?? null,
      activation: null,
    },
    ...(all.experiment === null
      ? []
      : [
          {
            series: 'experiment' as const,
            prediction: all.experiment.prediction,
            initializer: parameter === null ? null : (overrides.initializers.get(parameter.id) ?? parameter.initializer),
            activation: behind === null || behindCall === undefined ? null : triedActivation(experiment, behindCall, behind.op.fn),
          },
        ]),
  ]
  return (
    <aside
      class="drawer"
      aria-label={strings.drawer(row.call.name)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') actions.select(null)
      }}
    >
      <header>
        <h2 ref={title} tabIndex={-1}>
          {row.call.name}
        </h2>
        <span class="dim">
          {row.call.type}
          {row.tensor === null ? '' : ` · ${formatShape(row.shape)}`}
        </span>
        <LineLink span={row.span} />
        <span class="spring" />
        <button type="button" class="link" aria-label={strings.close} onClick={() => actions.select(null)}>
          ✕
        </button>
      </header>
      <Numbers row={row} cases={cases} />
      {row.findings.length > 0 && (
        <section aria-label={strings.findings}>
          <h3>{strings.findings}</h3>
          <FindingsList findings={row.findings} />
        </section>
      )}
      {advice !== null && (
        <section aria-label={strings.formula}>
          <h3>{strings.formula}</h3>
          <p class="mono">
            {advice.recommended.formula}, std {formatNumber(advice.recommended.std)}
            {advice.recommended.bound === null ? '' : `, U(±${formatNumber(advice.recommended.bound)})`}
          </p>
          <SignalFormula
            model={model}
            row={row}
            shown={cases.at(-1) ?? null}
            initializers={all.experiment === null ? null : overrides.initializers}
          />
          <p>{advice.recommended.why}</p>
          <p class="mono code">{advice.recommended.code}</p>
          <span class="buttons">
            <button type="button" onClick={() => actions.apply({ kind: 'parameters', parameters: [advice.parameter] })}>
              {strings.applyLayer}
            </button>
            <button type="button" class="secondary" onClick={() => actions.preview({ kind: 'parameters', parameters: [advice.parameter] })}>
              {strings.preview}
            </button>
          </span>
          <EditPreview />
        </section>
      )}
      <WhatIf model={model} row={row} />
      <section aria-label={strings.distribution}>
        <h3>{strings.distribution}</h3>
        <Distributions model={model} row={row} cases={cases} />
      </section>
    </aside>
  )
}

/** Scrolls the page by what it takes to keep the chosen line of the table above the sheet. */
function useUncovered(key: string): void {
  useLayoutEffect(() => {
    const frame = requestAnimationFrame(() => {
      const sheet = document.querySelector('.drawer')?.getBoundingClientRect()
      const line = document.querySelector('.line.selected')?.getBoundingClientRect()
      if (sheet === undefined || line === undefined || line.left >= sheet.right || line.right <= sheet.left) return
      // Only what was in sight: a layer chosen in the chart does not pull the page to the table.
      if (line.top < window.innerHeight && line.bottom > sheet.top) window.scrollBy(0, line.bottom - sheet.top + 8)
    })
    return () => cancelAnimationFrame(frame)
  }, [key])
}

const tracksOf = (() => {
  // Rendered again only when one of the tracks is another.
  let last: ReturnType<typeof tracks> = null
  return (state: Parameters<typeof tracks>[0]): ReturnType<typeof tracks> => {
    const next = tracks(state)
    if (
      last !== null &&
      next !== null &&
      last.current === next.current &&
      last.recommended === next.recommended &&
      last.experiment === next.experiment
    )
      return last
    last = next
    return next
  }
})()

function Numbers({ row, cases }: { readonly row: Row; readonly cases: readonly Case[] }) {
  return (
    <table class="numbers">
      <thead>
        <tr>
          <td />
          <th scope="col">{strings.signalArrow}</th>
          <th scope="col">{strings.gradientArrow}</th>
        </tr>
      </thead>
      <tbody>
        {cases.map(({ series, prediction, initializer }) => (
          <tr key={series}>
            <th scope="row">
              <Swatch series={series} /> {seriesNames[series]}
              {initializer !== null && <span class="dim drawn-from">{initializer.label}</span>}
            </th>
            <td>
              <Value prediction={prediction} row={row} direction="signal" />
            </td>
            <td>
              <Value prediction={prediction} row={row} direction="gradient" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function SignalFormula({
  model,
  row,
  shown,
  initializers,
}: {
  readonly model: ModelAnalysis
  readonly row: Row
  readonly shown: Case | null
  readonly initializers: ReadonlyMap<number, Initializer> | null
}) {
  const all = usePanelState(tracksOf)
  if (all === null || shown === null) return null
  const current = shown.series === 'experiment' ? shown.prediction : all.current.prediction
  const formula = signalFormula(model.graph, row, current, shown.series === 'experiment' ? (initializers ?? new Map()) : new Map())
  if (formula === null) return null
  return (
    <div class="formula">
      <p class="mono">{formula.symbols}</p>
      <p class="mono">
        {seriesNames[shown.series === 'experiment' ? 'experiment' : 'current']}: {formula.numbers}
        {formula.remark === null ? '' : ` → ${formula.result}`}
      </p>
      {formula.remark !== null && <p class="help">{formula.remark}</p>}
    </div>
  )
}
