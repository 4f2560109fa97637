import { useEffect, useRef, useState } from 'preact/hooks'
import { formatNumber } from '../../report/numbers'
import { isLarge } from '../model/size'
import { usePanelState } from './context'

export interface LogSliderProps {
  readonly label: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly onInput: (value: number) => void
}

/** How long the slider rests before a large network is predicted anew, in milliseconds. */
const REST = 200

/** A slider whose steps are equal factors. It follows the hand at once; a large network follows when it rests. */
export function LogSlider({ label, value, low, high, onInput }: LogSliderProps) {
  const large = usePanelState((state) => state.analysis !== null && state.analysis.model !== null && isLarge(state.analysis.model))
  const [draft, setDraft] = useState<number | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const move = (next: number): void => {
    if (!large) {
      onInput(next)
      return
    }
    setDraft(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setDraft(null)
      onInput(next)
    }, REST)
  }
  const shown = draft ?? value
  return (
    <label>
      <span>{label}</span>
      <input
        type="range"
        min={Math.log2(low)}
        max={Math.log2(high)}
        step={0.125}
        value={Math.log2(shown)}
        aria-valuetext={formatNumber(shown)}
        onInput={(event) => move(Number((2 ** Number(event.currentTarget.value)).toPrecision(4)))}
      />
      <output>{formatNumber(shown)}</output>
    </label>
  )
}
