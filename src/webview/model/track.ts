import type { ForwardMoments, GradientMoments, Prediction, Unpredicted } from '../../analysis'
import type { Row } from './rows'

export type Direction = 'signal' | 'gradient'
export const directions: readonly Direction[] = ['signal', 'gradient']

/** The second moments of one initialization at every row. Unknown: NaN. Beyond a double: Infinity. */
export interface Track {
  readonly signal: Float64Array
  readonly gradient: Float64Array
  readonly prediction: Prediction
}

type Moments = ForwardMoments | GradientMoments

function momentsAt(prediction: Prediction, row: Row, direction: Direction): Moments | Unpredicted | undefined {
  if (row.tensor === null) return undefined
  return (direction === 'signal' ? prediction.forward : prediction.backward)[row.tensor]
}

/** JSON has no Infinity: what overflowed arrives as null. */
function numberOf(value: number | null): number {
  return value === null ? Number.POSITIVE_INFINITY : value
}

/** What is predicted at a row, or the reason why nothing is. */
export type Reading =
  | {
      readonly known: true
      readonly secondMoment: number
      readonly band: readonly [number, number]
      readonly mean: number | null
      readonly variance: number | null
    }
  | { readonly known: false; readonly reason: string }

export function readingOf(prediction: Prediction, row: Row, direction: Direction): Reading {
  const moments = momentsAt(prediction, row, direction)
  if (moments === undefined) return { known: false, reason: '' }
  if (!moments.known) return { known: false, reason: moments.reason }
  const [low, high] = moments.band
  return {
    known: true,
    secondMoment: numberOf(moments.secondMoment),
    band: [numberOf(low), numberOf(high)],
    mean: 'mean' in moments ? moments.mean : null,
    variance: 'variance' in moments ? numberOf(moments.variance) : null,
  }
}

export function trackOf(prediction: Prediction, rows: readonly Row[]): Track {
  const values = (direction: Direction): Float64Array =>
    Float64Array.from(rows, (row) => {
      const moments = momentsAt(prediction, row, direction)
      return moments?.known === true ? numberOf(moments.secondMoment) : Number.NaN
    })
  return { signal: values('signal'), gradient: values('gradient'), prediction }
}
