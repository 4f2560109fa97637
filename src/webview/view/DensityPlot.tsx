import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import { formatNumber } from '../../report/numbers'
import type { Drawn } from '../model/density'
import type { SeriesId } from '../model/derived'

export interface DensityPlotProps {
  readonly title: string
  readonly entries: readonly { readonly series: SeriesId; readonly drawn: Drawn }[]
  /** Said below the title: dead and saturated shares, bounds. */
  readonly notes: readonly string[]
  readonly width: number
}

const HEIGHT = 84
const AXIS = 16

/** Densities over each other, each scaled to the same height; values with a probability of their own as bars. */
export function DensityPlot({ title, entries, notes, width }: DensityPlotProps) {
  const xs = entries.flatMap(({ drawn }) => [...drawn.curve, ...drawn.atoms].map(({ x }) => x))
  const low = Math.min(...xs, 0)
  const high = Math.max(...xs, 0)
  const pad = (high - low || 1) * 0.04
  const x = scaleLinear()
    .domain([low - pad, high + pad])
    .range([0, width])
  const ticks = x.ticks(Math.max(2, Math.floor(width / 90)))
  const said = entries
    .map(
      ({ series, drawn }) =>
        `${series}: ${drawn.curve.length === 0 ? drawn.atoms.map((atom) => formatNumber(atom.x)).join(', ') : `${formatNumber(drawn.curve[0]?.x ?? 0, 2)} … ${formatNumber(drawn.curve.at(-1)?.x ?? 0, 2)}`}`,
    )
    .join('; ')
  return (
    <figure class="density">
      <figcaption>
        {title}
        {notes.length > 0 && <span class="dim"> · {notes.join(' · ')}</span>}
      </figcaption>
      <svg width={width} height={HEIGHT + AXIS} role="img" aria-label={`${title}. ${[...notes, said].join('. ')}`}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={x(tick)} x2={x(tick)} y1={0} y2={HEIGHT} />
            <text class="tick" x={x(tick)} y={HEIGHT + 12} text-anchor="middle">
              {formatNumber(tick, 2)}
            </text>
          </g>
        ))}
        {entries.map(({ series, drawn }) => {
          const peak = Math.max(...drawn.curve.map((point) => point.density), Number.MIN_VALUE)
          const share = 1 - drawn.atoms.reduce((sum, atom) => sum + atom.share, 0)
          const y = scaleLinear()
            .domain([0, peak])
            .range([HEIGHT, HEIGHT - (HEIGHT - 6) * Math.min(1, 0.25 + 0.75 * share)])
          const shape = line<Drawn['curve'][number]>()
            .x((point) => x(point.x))
            .y((point) => y(point.density))
          const d = shape(drawn.curve) ?? ''
          return (
            <g key={series} class={`series series-${series}`}>
              {d !== '' && <path class={`band series-${series}`} d={`${d}Z`} />}
              <path class="line" d={d} />
              {drawn.atoms.map((atom) => (
                <rect
                  key={atom.x}
                  class="atom"
                  x={x(atom.x) - 2}
                  width={4}
                  y={HEIGHT - (HEIGHT - 6) * atom.share}
                  height={(HEIGHT - 6) * atom.share}
                />
              ))}
            </g>
          )
        })}
        <line class="edge" x1={0} x2={width} y1={HEIGHT} y2={HEIGHT} />
      </svg>
    </figure>
  )
}
