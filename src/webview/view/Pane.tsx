import { area, line } from 'd3-shape'
import { useMemo } from 'preact/hooks'
import { powerOfTen } from '../../report/numbers'
import type { Point } from '../model/decimate'
import type { Series } from '../model/derived'
import { type BandPoint, bandPoints, type DepthAxis, linePoints } from '../model/geometry'
import { limitsWithin } from '../model/limits'
import type { LogAxis } from '../model/scale'
import { rowOf, type Slot } from '../model/slots'
import type { Direction } from '../model/track'
import { strings } from '../strings'
import { Marker } from './Marker'

export interface PaneProps {
  readonly direction: Direction
  readonly series: readonly Series[]
  readonly slots: readonly Slot[]
  readonly depth: DepthAxis
  readonly axis: LogAxis
  readonly height: number
  readonly zone: readonly [number, number]
  readonly band: boolean
}

const path = line<Point>()
  .defined((point) => !Number.isNaN(point.y))
  .x((point) => point.x)
  .y((point) => point.y)
const ribbon = area<BandPoint>()
  .defined((point) => !Number.isNaN(point.low))
  .x((point) => point.x)
  .y0((point) => point.low)
  .y1((point) => point.high)

/** Markers need room: pixels between layers below which the line alone is drawn. */
const MARKER_ROOM = 9

/** The end of the axis at which the code's line keeps farther from a value, so that a name there is not crossed. */
function farFrom(value: number, series: readonly Series[], slots: readonly Slot[], direction: Direction): 'start' | 'end' {
  const line = series.find(({ id }) => id === 'current') ?? series.at(-1)
  const distance = (slot: Slot | undefined): number => {
    const moment = slot === undefined ? Number.NaN : line?.track[direction][rowOf(slot).index]
    return moment === undefined || Number.isNaN(moment) ? 0 : Math.abs(Math.log10(moment / value))
  }
  return distance(slots[0]) >= distance(slots.at(-1)) ? 'start' : 'end'
}

/** The decades, the healthy zone and the number formats' ends behind a pane's lines. */
function Backdrop({ direction, series, slots, depth, axis, height, zone }: PaneProps) {
  const top = axis.y(zone[1])
  const limits = limitsWithin(axis.domain)
  return (
    <g class="backdrop">
      <rect class="zone" x={depth.left} y={top} width={Math.max(0, depth.right - depth.left)} height={Math.max(1, axis.y(zone[0]) - top)} />
      {axis.ticks.map((tick) => {
        const y = axis.y(10 ** tick)
        return (
          <g key={tick}>
            <line class={tick === 0 ? 'grid unit' : 'grid'} x1={depth.left} x2={depth.right} y1={y} y2={y} />
            <text class="tick" x={depth.left - 6} y={y} dy="0.32em" text-anchor="end">
              {tick === 0 ? '1' : powerOfTen(tick)}
            </text>
          </g>
        )
      })}
      {axis.zeroLine !== null && (
        <g class="zero">
          <line class="grid" x1={depth.left} x2={depth.right} y1={axis.zeroLine} y2={axis.zeroLine} />
          <text class="tick" x={depth.left - 6} y={axis.zeroLine} dy="0.32em" text-anchor="end">
            0
          </text>
        </g>
      )}
      {limits.map((limit) => {
        const y = axis.y(limit.secondMoment)
        const atStart = farFrom(limit.secondMoment, series, slots, direction) === 'start'
        const says = limit.end === 'max' ? strings.limitMax(limit.format) : strings.limitMin(limit.format)
        return (
          <g key={`${limit.format}${limit.end}`} class="limit">
            <line x1={depth.left} x2={depth.right} y1={y} y2={y} />
            <text x={atStart ? depth.left + 4 : depth.right - 4} y={y - 3} text-anchor={atStart ? 'start' : 'end'}>
              {says}
            </text>
          </g>
        )
      })}
      <line class="edge" x1={depth.left} x2={depth.left} y1={0} y2={height} />
      <text class="pane-title" x={depth.left} y={-8}>
        {direction === 'signal' ? strings.signalAxis : strings.gradientAxis}
      </text>
    </g>
  )
}

/** The lines of one direction over the depth axis. */
export function Pane(props: PaneProps) {
  const { direction, series, slots, depth, axis, band } = props
  const drawn = useMemo(
    () =>
      series.map(({ id, track }) => {
        const points = linePoints(track, direction, slots, depth, axis)
        const banded = band && (id === 'current' || id === 'recommended' || id === 'experiment')
        return {
          id,
          points,
          line: path(points) ?? '',
          band: banded ? (ribbon(bandPoints(track, direction, slots, depth, axis)) ?? '') : '',
        }
      }),
    [series, direction, slots, depth, axis, band],
  )
  return (
    <g class={`pane ${direction}`}>
      <Backdrop {...props} />
      {drawn.map(({ id, band: d }) => d !== '' && <path key={id} class={`band series-${id}`} d={d} />)}
      {drawn.map(({ id, line: d, points }) => (
        <g key={id} class={`series series-${id}`}>
          <path class="line" d={d} />
          {depth.step >= MARKER_ROOM &&
            points.map(
              (point, index) =>
                !Number.isNaN(point.y) && <Marker key={index} series={id} x={point.x} y={point.y} hollow={direction === 'gradient'} />,
            )}
        </g>
      ))}
    </g>
  )
}
