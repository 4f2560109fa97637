import { floatFormats } from '../../signal'

/** Where a number format ends, as a second moment: the square of its largest and of its smallest number. */
export interface FormatLimit {
  /** One name, or several whose ends lie together on a chart: `bfloat16, float32`. */
  readonly format: string
  readonly end: 'max' | 'min'
  readonly secondMoment: number
}

/** Decades within which two limits are one line. */
const TOGETHER = 1

function ends(): readonly FormatLimit[] {
  const limits: FormatLimit[] = []
  for (const { name, largest, smallest } of floatFormats) {
    for (const [end, value] of [
      ['max', largest],
      ['min', smallest],
    ] as const) {
      const secondMoment = value ** 2
      const near = limits.findIndex((limit) => limit.end === end && Math.abs(Math.log10(limit.secondMoment / secondMoment)) < TOGETHER)
      const other = limits[near]
      if (other === undefined) limits.push({ format: name, end, secondMoment })
      else limits[near] = { ...other, format: `${other.format}, ${name}` }
    }
  }
  return limits
}

export const formatLimits: readonly FormatLimit[] = ends()

/** The limits that lie on an axis from 10^low to 10^high. */
export function limitsWithin([low, high]: readonly [number, number]): readonly FormatLimit[] {
  return formatLimits.filter(({ secondMoment }) => {
    const log = Math.log10(secondMoment)
    return log > low && log < high
  })
}
