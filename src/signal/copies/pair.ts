/** How two tensors, or two gradients, of one shape go together, over units, samples and positions. */
export interface Pair {
  /** E[x y] of one unit at one position. */
  readonly same: number
  /** E[x y'] of one unit at two positions of one sample. */
  readonly apart: number
}

export const NOTHING: Pair = { same: 0, apart: 0 }

export const isNothing = ({ same, apart }: Pair): boolean => same === 0 && apart === 0

export const addPairs = (a: Pair, b: Pair, factor = 1): Pair => ({ same: a.same + factor * b.same, apart: a.apart + factor * b.apart })

export const scalePair = ({ same, apart }: Pair, factor: number): Pair => ({ same: same * factor, apart: apart * factor })

export const shiftPair = ({ same, apart }: Pair, by: number): Pair => ({ same: same + by, apart: apart + by })

/** What weighted means over positions make of a pair when they make `after` of `before`: A·x with rows of A that sum to 1. */
export function averaged(pair: Pair, before: Pair, after: Pair): Pair {
  const range = before.same - before.apart
  if (!(range > 0)) return pair
  const mix = (value: number): number => pair.apart + ((value - before.apart) / range) * (pair.same - pair.apart)
  return { same: mix(after.same), apart: mix(after.apart) }
}
