import { decimate, type Point } from './decimate'
import type { LogAxis } from './scale'
import { rowOf, type Slot } from './slots'
import { type Direction, readingOf, type Track } from './track'

/** Places slots along the depth axis, in pixels. */
export interface DepthAxis {
  readonly left: number
  readonly right: number
  readonly step: number
  x(index: number): number
  /** The slot nearest to a pixel; null off the axis or without slots. */
  at(pixel: number): number | null
}

export function depthAxis(slots: number, left: number, right: number): DepthAxis {
  const step = slots === 0 ? 0 : (right - left) / slots
  return {
    left,
    right,
    step,
    x: (index) => left + (index + 0.5) * step,
    at: (pixel) =>
      slots === 0 || pixel < left - 8 || pixel > right + 8 ? null : Math.min(slots - 1, Math.max(0, Math.floor((pixel - left) / step))),
  }
}

/** A series' points in pixels, thinned to the screen; NaN heights are gaps. */
export function linePoints(track: Track, direction: Direction, slots: readonly Slot[], depth: DepthAxis, axis: LogAxis): readonly Point[] {
  const values = track[direction]
  const points = slots.map((slot, index): Point => {
    const value = values[rowOf(slot).index] ?? Number.NaN
    return { x: depth.x(index), y: Number.isNaN(value) ? Number.NaN : axis.y(value) }
  })
  return decimate(points)
}

export interface BandPoint {
  readonly x: number
  readonly low: number
  readonly high: number
}

/** The 90 % band in pixels; every `stride`-th slot where there are more slots than pixels. */
export function bandPoints(
  track: Track,
  direction: Direction,
  slots: readonly Slot[],
  depth: DepthAxis,
  axis: LogAxis,
): readonly BandPoint[] {
  const stride = depth.step > 0 && depth.step < 1 ? Math.ceil(1 / depth.step) : 1
  const points: BandPoint[] = []
  for (let index = 0; index < slots.length; index += stride) {
    const slot = slots[index] as Slot
    const reading = readingOf(track.prediction, rowOf(slot), direction)
    points.push(
      reading.known
        ? { x: depth.x(index), low: axis.y(reading.band[0]), high: axis.y(reading.band[1]) }
        : { x: depth.x(index), low: Number.NaN, high: Number.NaN },
    )
  }
  return points
}
