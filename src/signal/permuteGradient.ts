import type { GradientMoments } from './gradient'
import { classCounts } from './grid'
import { rearrangeLags } from './lagLayout'
import type { Signal } from './moments'
import { transpose } from './transpose'

/** A gradient over the layout of `from` as one of the tensor whose axis i is from's axis order[i]. */
export function permuteGradient(g: GradientMoments, from: Pick<Signal, 'axes' | 'grid'>, order: readonly number[]): GradientMoments {
  const owners = from.axes.flatMap((atoms, axis) => atoms.filter((atom) => atom.role === 'position').map(() => axis))
  const gridOrder = order.flatMap((axis) => owners.flatMap((owner, place) => (owner === axis ? [place] : [])))
  if (gridOrder.every((old, to) => old === to)) return g
  const moved = (map: Float64Array) => transpose(map, classCounts(from.grid), gridOrder)
  return {
    ...g,
    second: moved(g.second),
    lags: rearrangeLags(g.lags, gridOrder),
    tilt: null,
    ...(g.alongRows?.length === g.second.length ? { alongRows: moved(g.alongRows) } : {}),
  }
}

/** The order that undoes another. */
export const inverseOrder = (order: readonly number[]): readonly number[] => order.map((_, axis) => order.indexOf(axis))
