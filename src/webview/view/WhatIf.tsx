import { useState } from 'preact/hooks'
import type { ModelAnalysis } from '../../analysis'
import { type ChoiceFamily, choiceFamilies, emptyExperiment, type InitializerChoice, isEmpty, isWeight } from '../model/experiment'
import { experimentEdit } from '../model/experimentEdit'
import type { Row } from '../model/rows'
import { strings } from '../strings'
import { ActivationChoice } from './ActivationChoice'
import { usePanel, usePanelState } from './context'
import { InputStatistics } from './InputStatistics'
import { LogSlider } from './LogSlider'
import { useStill } from './useStill'

const families: Readonly<Record<ChoiceFamily, string>> = {
  he: 'He',
  xavier: 'Xavier',
  lecun: 'LeCun',
  orthogonal: 'orthogonal',
  normal: 'N(0, σ²)',
  zeros: 'zeros',
  recommended: strings.recommended,
}
const plainChoice: InitializerChoice = { family: 'he', distribution: 'normal', gain: 1, std: 0.01 }

/** Controls that change a layer's initialization or activation; the chart follows at once, the file when it is asked for. */
export function WhatIf({ model, row }: { readonly model: ModelAnalysis; readonly row: Row }) {
  const { store, actions } = usePanel()
  const experiment = usePanelState((state) => state.experiment)
  const settings = usePanelState((state) => state.analysis?.settings ?? null)
  const [wide, setWide] = useState(false)
  const { ref, hold } = useStill<HTMLElement>(experiment)
  const { type } = row.call
  const name = row.parameter !== null && isWeight(row.parameter) ? row.parameter.name : null
  const choice = name === null ? undefined : wide ? experiment.types[type] : (experiment.weights[name] ?? experiment.types[type])

  const choose = (next: InitializerChoice | null): void => {
    if (name === null) return
    const now = store.get().experiment
    const record = { ...(wide ? now.types : now.weights) }
    const key = wide ? type : name
    if (next === null) delete record[key]
    else record[key] = next
    actions.set({ experiment: wide ? { ...now, types: record } : { ...now, weights: record } })
  }
  const write = (): void => {
    if (settings !== null && !isEmpty(experiment)) actions.apply(experimentEdit(store.get().experiment, model, settings.xavierVariance))
  }
  return (
    <section class="what-if" aria-label={strings.tryTitle} ref={ref} onInputCapture={hold} onChangeCapture={hold} onClickCapture={hold}>
      <h3>{strings.tryTitle}</h3>
      <p class="help">{strings.tryHelp}</p>
      {name !== null && (
        <div class="controls">
          <label>
            <span>{strings.scope}</span>
            <select value={wide ? 'type' : 'layer'} onChange={(event) => setWide(event.currentTarget.value === 'type')}>
              <option value="layer">{strings.tryLayer}</option>
              <option value="type">{strings.tryType(type)}</option>
            </select>
          </label>
          <label>
            <span>{strings.initializer}</span>
            <select
              value={choice?.family ?? ''}
              onChange={(event) => {
                const family = choiceFamilies.find((candidate) => candidate === event.currentTarget.value)
                choose(family === undefined ? null : { ...(choice ?? plainChoice), family })
              }}
            >
              <option value="">{strings.asWritten}</option>
              {choiceFamilies.map((family) => (
                <option key={family} value={family}>
                  {families[family]}
                </option>
              ))}
            </select>
          </label>
          {choice !== undefined && ['he', 'xavier', 'lecun', 'normal'].includes(choice.family) && (
            <label>
              <span>{strings.drawnFrom}</span>
              <select
                value={choice.distribution}
                onChange={(event) => choose({ ...choice, distribution: event.currentTarget.value === 'uniform' ? 'uniform' : 'normal' })}
              >
                <option value="normal">{strings.normal}</option>
                <option value="uniform">{strings.uniform}</option>
              </select>
            </label>
          )}
          {choice?.family === 'normal' && (
            <LogSlider label={strings.std} value={choice.std} low={1e-4} high={10} onInput={(std) => choose({ ...choice, std })} />
          )}
          {choice !== undefined && choice.family !== 'normal' && choice.family !== 'zeros' && (
            <LogSlider label={strings.gain} value={choice.gain} low={0.125} high={8} onInput={(gain) => choose({ ...choice, gain })} />
          )}
        </div>
      )}
      <ActivationChoice model={model} row={row} />
      <InputStatistics />
      <span class="buttons">
        {/* Not `disabled`: that would drop the keyboard's focus when a reset empties the experiment. */}
        <button type="button" aria-disabled={isEmpty(experiment)} onClick={write}>
          {strings.writeToFile}
        </button>
        <button
          type="button"
          class="secondary"
          aria-disabled={isEmpty(experiment)}
          onClick={() => actions.set({ experiment: emptyExperiment })}
        >
          {strings.resetExperiment}
        </button>
      </span>
    </section>
  )
}
