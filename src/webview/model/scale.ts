import { scaleLinear } from 'd3-scale'

/** Nothing is drawn beyond 10^±92: there float32's numbers have ended, whose second moments run from 2e-90 to 1e77. */
const FARTHEST = 92

/** A log axis: decades on it, and where a second moment lies on a height in pixels. */
export interface LogAxis {
  /** log10 of the ends. */
  readonly domain: readonly [number, number]
  readonly ticks: readonly number[]
  /** Where exact zeros lie, below the decades; null when the axis shows none. */
  readonly zeroLine: number | null
  /** Pixels from the top. What lies beyond the ends lies on the edge. */
  y(value: number): number
}

/** [min, max] of the finite, non-zero values' log10; null when there is none. */
export function logExtent(arrays: Iterable<Iterable<number>>): readonly [number, number] | null {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const values of arrays) {
    for (const value of values) {
      if (!(value > 0) || value === Number.POSITIVE_INFINITY) continue
      const log = Math.log10(value)
      if (log < low) low = log
      if (log > high) high = log
    }
  }
  return low > high ? null : [low, high]
}

/** Room for the line of exact zeros, which no decade reaches. */
const ZERO_ROOM = 16

/**
 * A log axis that shows `extent` and the healthy zone whole, in whole decades.
 * @param height in pixels, from the top (largest) to the bottom.
 * @param zeros whether some value is exactly zero: they get a line of their own below.
 */
export function logAxis(extent: readonly [number, number] | null, zone: readonly [number, number], height: number, zeros = false): LogAxis {
  const [zoneLow, zoneHigh] = [Math.log10(zone[0]), Math.log10(zone[1])]
  const low = Math.max(-FARTHEST, Math.floor(Math.min(extent?.[0] ?? zoneLow, zoneLow) - 0.05))
  const high = Math.min(FARTHEST, Math.ceil(Math.max(extent?.[1] ?? zoneHigh, zoneHigh) + 0.05))
  const scale = scaleLinear()
    .domain([low, high])
    .range([zeros ? height - ZERO_ROOM : height, 0])
  return {
    domain: [low, high],
    ticks: decades(low, high, Math.max(2, Math.floor(height / 22))),
    zeroLine: zeros ? height : null,
    y: (value) => (zeros && value === 0 ? height : scale(Math.min(high, Math.max(low, Math.log10(value))))),
  }
}

/** At most `most` whole decades at a step of 1, 2, 5, 10, 20, 50 … that includes 10⁰. */
export function decades(low: number, high: number, most: number): readonly number[] {
  const span = high - low
  let step = 1
  for (const factor of [1, 2, 5, 10, 20, 50, 100, 200, 500]) {
    step = factor
    if (Math.floor(span / factor) + 1 <= most) break
  }
  const ticks: number[] = []
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(tick === 0 ? 0 : tick)
  return ticks
}
