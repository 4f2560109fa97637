import { useState } from 'preact/hooks'
import { simulationObstacle } from '../simulation/obstacle'
import { startSimulation } from '../simulation/run'
import { frameworkNames } from '../../protocol'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'

/** Ways to hold the prediction against a real network: the user's own framework, or weights sampled here. */
export function MeasureBar() {
  const { actions } = usePanel()
  const measuring = usePanelState((state) => state.measuring)
  const availability = usePanelState((state) => state.analysis?.measuring ?? 'unavailable')
  const framework = usePanelState((state) => state.analysis?.model?.framework ?? 'pytorch')
  const trying = usePanelState((state) => Object.keys(state.analysis?.tried ?? {}).length > 0)
  const [seeds, setSeeds] = useState(5)
  const [seconds, setSeconds] = useState(60)
  if (measuring.kind === 'running') return <Progress />
  return (
    <div class="measure-bar">
      <span class="buttons">
        {availability === 'ready' && (
          <button
            type="button"
            class="secondary"
            title={trying ? strings.measureWritten : strings.measureHelp}
            aria-disabled={trying}
            onClick={() => {
              if (!trying) actions.post({ type: 'measureStart', seeds, seconds })
            }}
          >
            {strings.measure(frameworkNames[framework])}
          </button>
        )}
        <Simulate seeds={seeds} />
      </span>
      {availability === 'ready' && (
        <>
          <NumberField label={strings.seeds} value={seeds} low={2} high={100} set={setSeeds} />
          <NumberField label={strings.seconds} value={seconds} low={5} high={3600} set={setSeconds} />
        </>
      )}
      {availability === 'untrusted' && (
        <span class="help">
          {strings.measureUntrusted}{' '}
          <button type="button" class="link" onClick={() => actions.post({ type: 'manageTrust' })}>
            {strings.manageTrust}
          </button>
        </span>
      )}
      {measuring.kind === 'failed' && (
        <p class="problem failure" role="alert">
          {measuring.message}
          {measuring.detail !== null && (
            <>
              {' '}
              <code>{measuring.detail}</code>
            </>
          )}{' '}
          {measuring.action === 'chooseInterpreter' && (
            <button type="button" class="link" onClick={() => actions.post({ type: 'chooseInterpreter' })}>
              {strings.chooseInterpreter}
            </button>
          )}
          {measuring.action === 'showLog' && (
            <button type="button" class="link" onClick={() => actions.post({ type: 'showLog' })}>
              {strings.showLog}
            </button>
          )}
        </p>
      )}
    </div>
  )
}

function NumberField({
  label,
  value,
  low,
  high,
  set,
}: {
  readonly label: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly set: (value: number) => void
}) {
  return (
    <label class="number-field">
      <span class="field-label">{label}</span>
      <input
        type="number"
        class="text-field"
        min={low}
        max={high}
        value={value}
        onChange={(event) => {
          const next = Math.round(Number(event.currentTarget.value))
          set(Number.isFinite(next) ? Math.min(high, Math.max(low, next)) : value)
        }}
      />
    </label>
  )
}

function Progress() {
  const { actions } = usePanel()
  const running = usePanelState((state) => (state.measuring.kind === 'running' ? state.measuring : null))
  if (running === null) return null
  return (
    <div class="measure-bar" role="status">
      <progress value={running.total > 0 ? running.done : undefined} max={Math.max(1, running.total)} aria-label={running.message} />
      <span>{running.message}</span>
      <button
        type="button"
        class="secondary small"
        onClick={() => {
          if (running.what === 'measure') actions.post({ type: 'measureCancel' })
          else actions.cancelSimulation()
        }}
      >
        {strings.cancel}
      </button>
    </div>
  )
}

/** Samples weights in a worker; says why where it cannot. */
function Simulate({ seeds }: { readonly seeds: number }) {
  const panel = usePanel()
  const model = usePanelState((state) => state.analysis?.model ?? null)
  if (model === null || panel.worker === null) return null
  const obstacle = simulationObstacle(model.graph)
  return (
    <button
      type="button"
      class="secondary"
      title={obstacle === null ? strings.simulateHelp : strings.simulateCannot(obstacle)}
      onClick={() => {
        if (obstacle === null) startSimulation(panel, model, seeds)
        else panel.actions.set({ measuring: { kind: 'failed', message: strings.simulateCannot(obstacle), detail: null, action: null } })
      }}
    >
      {strings.simulate}
    </button>
  )
}
