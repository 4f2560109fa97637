import { useState } from 'preact/hooks'
import type { SizeKnob } from '../../analysis'
import { experimentEdit } from '../model/experimentEdit'
import { largestSize, type Sizes as SizesOf, wantedSizes, withSize } from '../model/sizes'
import { strings } from '../strings'
import { usePanel, usePanelState } from './context'
import { useStill } from './useStill'

/** Sizes beyond these wait until they are asked for. */
const FEW = 4

/** Widths and depths that the file sets, to be tried with others: the file is read with them in place, and stays as it is. */
export function Sizes() {
  const { store, actions } = usePanel()
  const knobs = usePanelState((state) => state.knobs)
  const sizes = usePanelState(wantedSizes)
  const [whole, setWhole] = useState(false)
  const analysis = usePanelState((state) => state.analysis)
  const { ref, hold } = useStill<HTMLElement>(analysis)
  // Keeps the place of what is told a moment after the first numbers.
  if (knobs === null) return <div class="sizes" />
  if (knobs.length === 0) return null
  const isTried = Object.keys(sizes).length > 0
  const shown = knobs.filter(({ id }, index) => whole || index < FEW || sizes[id] !== undefined)
  const attempt = (next: SizesOf): void => {
    hold()
    actions.set({ wanted: next, notice: null })
    actions.post({ type: 'trySizes', sizes: next })
  }
  const write = (): void => {
    const { analysis, experiment } = store.get()
    if (analysis !== null && analysis.model !== null)
      actions.apply(experimentEdit(experiment, analysis.model, analysis.settings.xavierVariance))
  }
  return (
    <section class="sizes" aria-label={strings.sizes} ref={ref}>
      <h3 title={strings.sizesHelp}>{strings.sizes}</h3>
      {shown.map((knob) => (
        <SizeField
          key={knob.id}
          knob={knob}
          ambiguous={/^\d+$/.test(knob.label) || knobs.some((other) => other !== knob && other.label === knob.label)}
          value={sizes[knob.id] ?? knob.value}
          set={(value) => attempt(withSize(wantedSizes(store.get()), knob, value))}
        />
      ))}
      {knobs.length > FEW && (
        <button type="button" class="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? strings.fewerSizes : strings.allSizes(knobs.length)}
        </button>
      )}
      {isTried && (
        <span class="buttons">
          <button type="button" onClick={write}>
            {strings.writeSizes}
          </button>
          <button type="button" class="secondary" onClick={() => attempt({})}>
            {strings.resetSizes}
          </button>
        </span>
      )}
    </section>
  )
}

interface SizeFieldProps {
  readonly knob: SizeKnob
  /** Its label alone does not tell which it is: a number, or a name that another size has as well. */
  readonly ambiguous: boolean
  readonly value: number
  readonly set: (value: number) => void
}

function SizeField({ knob, ambiguous, value, set }: SizeFieldProps) {
  // What is being typed stands, although the numbers for it are still on their way.
  const [draft, setDraft] = useState<string | null>(null)
  const places = knob.spans.length
  const [first] = knob.spans
  const name =
    places > 1
      ? strings.inPlaces(knob.label, places)
      : ambiguous && first !== undefined
        ? strings.onLine(knob.label, first.line)
        : knob.label
  const tried = value !== knob.value
  return (
    <span class={tried ? 'size tried' : 'size'}>
      <label class="number-field" title={tried ? strings.inTheFile(knob.value) : undefined}>
        <span class="field-label">{name}</span>
        <input
          type="number"
          class="text-field"
          min={1}
          max={largestSize}
          value={draft ?? value}
          onInput={(event) => {
            const text = event.currentTarget.value
            setDraft(text)
            if (/^\d+$/.test(text) && Number(text) > 0) set(Number(text))
          }}
          onBlur={() => setDraft(null)}
        />
      </label>
      <button type="button" class="secondary small" aria-label={strings.halve(name)} onClick={() => set(Math.floor(value / 2))}>
        ÷2
      </button>
      <button type="button" class="secondary small" aria-label={strings.double(name)} onClick={() => set(value * 2)}>
        ×2
      </button>
    </span>
  )
}
