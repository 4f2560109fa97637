import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { LogSlider } from './LogSlider'

/** Scale and shift of what the model is fed; nothing for models that are fed tokens. */
export function InputStatistics() {
  const { store, actions } = usePanel()
  const input = usePanelState((state) => state.experiment.input)
  const written = usePanelState((state) => state.analysis?.model?.input[0]?.distribution ?? null)
  if (written === null || written.kind === 'tokens' || written.kind === 'oneHot') return null
  const std = input?.kind === 'normal' ? input.std : 1
  const set = (next: typeof input): void => actions.set({ experiment: { ...store.get().experiment, input: next } })
  return (
    <div class="controls">
      <label>
        <span>{strings.inputStatistics}</span>
        <select
          value={input?.kind ?? ''}
          onChange={(event) => {
            const { value } = event.currentTarget
            set(
              value === 'normal' ? { kind: 'normal', mean: 0, std: 1 } : value === 'uniform' ? { kind: 'uniform', low: 0, high: 1 } : null,
            )
          }}
        >
          <option value="">{strings.asWritten}</option>
          <option value="normal">N(0, σ²)</option>
          <option value="uniform">U[0, 1)</option>
        </select>
      </label>
      {input?.kind === 'normal' && (
        <LogSlider label={strings.std} value={std} low={0.01} high={256} onInput={(next) => set({ kind: 'normal', mean: 0, std: next })} />
      )}
    </div>
  )
}
