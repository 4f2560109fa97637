import type { SeriesId } from '../model/derived'
import { Marker } from './Marker'

/** A piece of a series' line with its marker, as the legend and the readout show it. */
export function Swatch({ series }: { readonly series: SeriesId }) {
  return (
    <svg class={`swatch series series-${series}`} width="26" height="12" aria-hidden="true">
      <path class="line" d="M1,6H25" />
      <Marker series={series} x={13} y={6} hollow={false} />
    </svg>
  )
}
