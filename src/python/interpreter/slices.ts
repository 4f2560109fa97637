/** The arithmetic of slices. */

export interface Slice {
  readonly start: number | null
  readonly stop: number | null
  readonly step: number | null
}

export interface ResolvedSlice {
  readonly start: number
  readonly stop: number
  readonly step: number
  readonly length: number
}

/** `slice.indices(length)`: within bounds, negative indices counted from the end. The step must not be 0. */
export function resolveSlice({ start, stop, step }: Slice, length: number): ResolvedSlice {
  const by = step ?? 1
  const lower = by < 0 ? -1 : 0
  const upper = by < 0 ? length - 1 : length
  const within = (index: number): number => Math.min(upper, Math.max(lower, index < 0 ? index + length : index))
  const from = start === null ? (by < 0 ? upper : lower) : within(start)
  const to = stop === null ? (by < 0 ? lower : upper) : within(stop)
  return { start: from, stop: to, step: by, length: Math.max(0, by > 0 ? Math.ceil((to - from) / by) : Math.ceil((from - to) / -by)) }
}

export function indicesOf({ start, step, length }: ResolvedSlice): number[] {
  return Array.from({ length }, (_, index) => start + index * step)
}
