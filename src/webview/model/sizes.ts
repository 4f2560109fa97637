import type { SizeKnob } from '../../analysis'
import type { State } from '../state'

export type Sizes = Readonly<Record<string, number>>

export const largestSize = 1_000_000

/** The sizes that were asked for last, whether their numbers are there already or not. */
export function wantedSizes({ wanted, analysis }: Pick<State, 'wanted' | 'analysis'>): Sizes {
  return wanted ?? analysis?.tried ?? noSizes
}

const noSizes: Sizes = {}

export function sameSizes(a: Sizes, b: Sizes): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

/** The sizes with one of them set; one that is as written is not among them. Bounded to whole numbers from 1. */
export function withSize(sizes: Sizes, knob: SizeKnob, value: number): Sizes {
  const { [knob.id]: _, ...others } = sizes
  const size = Math.min(largestSize, Math.max(1, Math.round(value)))
  return Number.isNaN(size) || size === knob.value ? others : { ...others, [knob.id]: size }
}
