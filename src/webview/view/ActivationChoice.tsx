import { useState } from 'preact/hooks'
import type { ModelAnalysis } from '../../analysis'
import { activationBehind } from '../model/behind'
import { activationChoices, triedActivation } from '../model/experiment'
import { callKey, type Row } from '../model/rows'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'

/** Another function in place of the activation behind a layer, or of every one like it. */
export function ActivationChoice({ model, row }: { readonly model: ModelAnalysis; readonly row: Row }) {
  const { store, actions } = usePanel()
  const experiment = usePanelState((state) => state.experiment)
  const [every, setEvery] = useState(false)
  const behind = activationBehind(model.graph, row)
  const call = behind === null || behind.call === null ? undefined : model.graph.calls[behind.call]
  if (behind === null || call === undefined) return null
  const written = behind.op.fn
  const choose = (value: string): void => {
    const now = store.get().experiment
    const fn = activationChoices.find((candidate) => candidate.name === value)
    const record = { ...(every ? now.activationTypes : now.activations) }
    const key = every ? written.name : callKey(call)
    if (fn === undefined) delete record[key]
    else record[key] = fn
    actions.set({ experiment: every ? { ...now, activationTypes: record } : { ...now, activations: record } })
  }
  const tried = every ? (experiment.activationTypes[written.name] ?? null) : triedActivation(experiment, call, written)
  return (
    <div class="controls">
      <label>
        <span>{strings.activation}</span>
        <select value={tried?.name ?? ''} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">
            {written.name}, {strings.asWritten}
          </option>
          {activationChoices
            .filter((fn) => fn.name !== written.name)
            .map((fn) => (
              <option key={fn.name} value={fn.name}>
                {fn.name}
              </option>
            ))}
        </select>
      </label>
      <label>
        <span>{strings.activationScope}</span>
        <select value={every ? 'every' : 'one'} onChange={(event) => setEvery(event.currentTarget.value === 'every')}>
          <option value="one">{strings.tryActivation}</option>
          <option value="every">{strings.tryType(written.name)}</option>
        </select>
      </label>
    </div>
  )
}
