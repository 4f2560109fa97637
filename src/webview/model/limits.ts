/** Where a number format ends, as a second moment: the square of its largest and of its smallest normal number. */
export interface FormatLimit {
  readonly format: 'float16' | 'bfloat16, float32'
  readonly end: 'max' | 'min'
  readonly secondMoment: number
}

export const formatLimits: readonly FormatLimit[] = [
  { format: 'float16', end: 'max', secondMoment: 65504 ** 2 },
  { format: 'float16', end: 'min', secondMoment: 2 ** -28 },
  { format: 'bfloat16, float32', end: 'max', secondMoment: 3.39e38 ** 2 },
  { format: 'bfloat16, float32', end: 'min', secondMoment: 2 ** -252 },
]

/** The limits that lie on an axis from 10^low to 10^high. */
export function limitsWithin([low, high]: readonly [number, number]): readonly FormatLimit[] {
  return formatLimits.filter(({ secondMoment }) => {
    const log = Math.log10(secondMoment)
    return log > low && log < high
  })
}
