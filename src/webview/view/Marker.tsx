import { symbol, symbolCircle, symbolDiamond2, symbolTriangle2 } from 'd3-shape'
import type { SeriesId } from '../model/derived'

const shapes = {
  current: symbol(symbolCircle, 38)() ?? '',
  recommended: symbol(symbolDiamond2, 22)() ?? '',
  experiment: symbol(symbolTriangle2, 34)() ?? '',
}

/** The shape that stands for a series where colours are not seen; the classics have dashes only. */
export function Marker({
  series,
  x,
  y,
  hollow,
}: {
  readonly series: SeriesId
  readonly x: number
  readonly y: number
  readonly hollow: boolean
}) {
  if (series !== 'current' && series !== 'recommended' && series !== 'experiment') return null
  return <path class={hollow ? 'marker hollow' : 'marker'} d={shapes[series]} transform={`translate(${x.toFixed(1)},${y.toFixed(1)})`} />
}
