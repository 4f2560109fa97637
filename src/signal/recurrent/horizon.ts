/** Longest sequence that is followed step by step. */
const LONGEST = 64

/**
 * The steps that are followed: all of them, or of a longer sequence its first and last, between which the statistics have settled.
 * `stepOf[t]` is the followed step that stands for time t, for times between one of the middle ones by turns; `timeOf[k]` the time
 * that step k is.
 */
export interface Horizon {
  readonly stepOf: readonly number[]
  readonly timeOf: readonly number[]
}

export function horizon(length: number): Horizon {
  const steps = Math.min(length, LONGEST)
  const head = steps === length ? steps : steps >> 1
  const quarter = steps >> 2
  const stepOf = Array.from({ length }, (_, t) => {
    if (t < head) return t
    const fromEnd = length - t
    return fromEnd <= steps - head ? steps - fromEnd : quarter + ((t - head) % (steps - 2 * quarter))
  })
  const timeOf = Array.from({ length: steps }, (_, k) => (k < head ? k : k + length - steps))
  return { stepOf, timeOf }
}
