import { formatNumber } from '../../report/numbers'

/** A slider whose steps are equal factors. */
export function LogSlider({
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
