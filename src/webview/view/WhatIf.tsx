import { useState } from 'preact/hooks'
import type { ModelAnalysis } from '../../analysis'
import { formatNumber } from '../../report/numbers'
import { activationBehind } from '../model/behind'
import {
  activationChoices,
  choiceFamilies,
  emptyExperiment,
  isEmpty,
  isWeight,
  type ChoiceFamily,
  type InitializerChoice,
} from '../model/experiment'
import { experimentEdit } from '../model/experimentEdit'
import { callKey, type Row } from '../model/rows'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'

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
  const { type } = row.call
  const name = row.parameter !== null && isWeight(row.parameter) ? row.parameter.name : null
  const behind = activationBehind(model.graph, row)
  const activationCall = behind === null || behind.call === null ? null : (model.graph.calls[behind.call] ?? null)
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
  const setActivation = (value: string): void => {
    if (activationCall === null) return
    const activations = { ...store.get().experiment.activations }
    const fn = activationChoices.find((candidate) => candidate.name === value)
    const key = callKey(activationCall)
    if (fn === undefined) delete activations[key]
    else activations[key] = fn
    actions.set({ experiment: { ...store.get().experiment, activations } })
  }
  const write = (): void => {
    if (settings !== null && !isEmpty(experiment)) actions.apply(experimentEdit(store.get().experiment, model, settings.xavierVariance))
  }
  return (
    <section class="what-if" aria-label={strings.tryTitle}>
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
      {behind !== null && activationCall !== null && (
        <div class="controls">
          <label>
            <span>{strings.activation}</span>
            <select
              value={experiment.activations[callKey(activationCall)]?.name ?? ''}
              onChange={(event) => setActivation(event.currentTarget.value)}
            >
              <option value="">
                {behind.op.fn.name}, {strings.asWritten}
              </option>
              {activationChoices
                .filter((fn) => fn.name !== behind.op.fn.name)
                .map((fn) => (
                  <option key={fn.name} value={fn.name}>
                    {fn.name}
                  </option>
                ))}
            </select>
          </label>
        </div>
      )}
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

/** A slider whose steps are equal factors. */
function LogSlider({
  label,
  value,
  low,
  high,
  onInput,
}: {
  readonly label: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly onInput: (value: number) => void
}) {
  return (
    <label>
      <span>{label}</span>
      <input
        type="range"
        min={Math.log2(low)}
        max={Math.log2(high)}
        step={0.125}
        value={Math.log2(value)}
        aria-valuetext={formatNumber(value)}
        onInput={(event) => onInput(Number((2 ** Number(event.currentTarget.value)).toPrecision(4)))}
      />
      <output>{formatNumber(value)}</output>
    </label>
  )
}

/** Scale and shift of what the model is fed; nothing for models that are fed tokens. */
function InputStatistics() {
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
