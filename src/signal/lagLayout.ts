/** Correlations by lag where positions are picked, spread, reordered, split and joined. */
import { BEYOND, independentLags, type Lags, lagAt, makeLags, makeLagsApart, settled, sumOverPairs } from './lags'

/** Of an axis that was windows and places in them: as far as the windows in use reach. */
const JOINED_RADIUS = 7

/** Near correlations times a share of their lag on each axis. */
export function thinLags(lags: Lags, share: (axis: number, distance: number) => number): Lags {
  if (lags.values.length === 1) return lags
  const at = lags.radius.map(() => 0)
  const values = lags.values.map((value) => {
    const thinned = at.reduce((product, distance, axis) => product * share(axis, distance), value)
    for (let axis = at.length - 1; axis >= 0; axis--) {
      if ((at[axis] as number) < (lags.radius[axis] as number)) {
        at[axis] = (at[axis] as number) + 1
        break
      }
      at[axis] = 0
    }
    return thinned
  })
  return { ...lags, values }
}

/** Correlations seen at every `stride`-th position. */
export function strideLags(lags: Lags, stride: readonly number[]): Lags {
  if ((lags.values.length === 1 && lags.apart === undefined) || stride.every((s) => s === 1)) return lags
  const make = lags.apart === undefined ? makeLags : makeLagsApart
  return make(
    lags.radius.map((r, i) => Math.floor(r / (stride[i] as number))),
    lags.far,
    (lag) =>
      lagAt(
        lags,
        lag.map((d, i) => d * (stride[i] as number)),
      ),
  )
}

/** Drops, inserts or reorders axes: entry i is the old axis that becomes axis i, or null for a new axis without near lags. A dropped axis is taken at lag 0. */
export function rearrangeLags(lags: Lags, axes: readonly (number | null)[]): Lags {
  if (axes.length === lags.radius.length && axes.every((old, i) => old === i)) return lags
  if (lags.values.length === 1 && lags.apart === undefined) return independentLags(axes.length, lags.far)
  const at = (lag: readonly number[]) => moved(lags, axes, lag, lags.far)
  if (lags.apart === undefined) return makeLags(radiusOf(lags, axes), lags.far, at)
  return makeLagsApart(radiusOf(lags, axes), axes.length === 0 ? 0 : at(axes.map(() => BEYOND)), at)
}

const radiusOf = (lags: Lags, axes: readonly (number | null)[]) => axes.map((old) => (old === null ? 0 : (lags.radius[old] as number)))

/** The correlation at a lag of rearranged axes; `fresh` where a new axis differs. */
function moved(lags: Lags, axes: readonly (number | null)[], lag: readonly number[], fresh: number): number {
  const old = lags.radius.map(() => 0)
  for (let to = 0; to < axes.length; to++) {
    const from = axes[to]
    if (from !== null && from !== undefined) old[from] = lag[to] as number
    else if (lag[to] !== 0) return fresh
  }
  return lagAt(lags, old)
}

/** As `rearrangeLags`, with nothing in common between positions that differ on a new axis; `sizes` of all of them. */
export function freshLags(lags: Lags, axes: readonly (number | null)[], sizes: readonly number[]): Lags {
  return settled(radiusOf(lags, axes), sizes, (lag) => moved(lags, axes, lag, 0))
}

/** An axis split in an outer and an inner one: places in one run keep their distance, others are far apart. */
export function splitLags(lags: Lags, axis: number): Lags {
  const axes = lags.radius.flatMap((_, i) => (i === axis ? [null, i] : [i]))
  if (lags.apart === undefined) return rearrangeLags(lags, axes)
  return makeLagsApart(radiusOf(lags, axes), lags.far, (lag) =>
    lagAt(
      lags,
      lags.radius.map((_, i) => (i < axis ? (lag[i] as number) : i > axis || lag[axis] === 0 ? (lag[i + 1] as number) : BEYOND)),
    ),
  )
}

/** Correlations when values are spread to every `stride`-th place and only places a multiple of the stride apart share weights. */
export function dilateLags(lags: Lags, stride: readonly number[]): Lags {
  if (stride.every((s) => s === 1)) return lags
  const phases = stride.reduce((a, b) => a * b, 1)
  if (lags.values.length === 1) return independentLags(lags.radius.length, lags.far / phases)
  return makeLags(
    lags.radius.map((r, i) => r * (stride[i] as number)),
    lags.far / phases,
    (lag) =>
      lag.every((d, i) => d % (stride[i] as number) === 0)
        ? lagAt(
            lags,
            lag.map((d, i) => d / (stride[i] as number)),
          )
        : 0,
  )
}

/**
 * Neighbouring axes from `first` on, of the given sizes, joined row-major in one: at each distance the mean over the pairs of places that are that
 * far apart.
 */
export function joinLags(lags: Lags, first: number, sizes: readonly number[]): Lags {
  const last = first + sizes.length - 1
  const axes = lags.radius.flatMap((_, i) => (i < first || i >= last ? [i] : []))
  if (lags.apart === undefined) return rearrangeLags(lags, axes)
  const n = sizes.reduce((product, size) => product * size, 1)
  const reach = Math.min(JOINED_RADIUS, n - 1)
  const places = Array.from({ length: n }, (_, at) => digits(at, sizes))
  const at = (lag: readonly number[], inside: readonly number[]) =>
    lagAt(lags, [...lag.slice(0, first), ...inside, ...lag.slice(first + 1)])
  const sumAt = (lag: readonly number[], distance: number) => {
    let sum = 0
    for (let i = 0; i + distance < n; i++) {
      const other = places[i + distance] as readonly number[]
      sum += at(
        lag,
        (places[i] as readonly number[]).map((digit, axis) => digit - (other[axis] as number)),
      )
    }
    return sum
  }
  const sumOfAll = (lag: readonly number[]) => {
    const inner: Lags = makeLagsApart(lags.radius.slice(first, last + 1), 0, (inside) => at(lag, inside))
    return (
      sumOverPairs(inner, sizes) +
      n *
        (at(
          lag,
          sizes.map(() => 0),
        ) -
          1)
    )
  }
  const radius = axes.map((old) => (old === last ? reach : (lags.radius[old] as number)))
  return makeLagsApart(radius, lags.far, (lag) => {
    const distance = lag[first] as number
    if (distance <= reach) return sumAt(lag, distance) / (n - distance)
    let [rest, pairs] = [sumOfAll(lag), n * n]
    for (let d = 0; d <= reach; d++) {
      rest -= sumAt(lag, d) * (d === 0 ? 1 : 2)
      pairs -= (n - d) * (d === 0 ? 1 : 2)
    }
    return pairs > 0 ? rest / pairs : lags.far
  })
}

/** Row-major digits of a place on axes of the given sizes. */
function digits(place: number, sizes: readonly number[]): readonly number[] {
  const out: number[] = []
  let rest = place
  for (let i = sizes.length - 1; i >= 0; i--) {
    out.unshift(rest % (sizes[i] as number))
    rest = Math.floor(rest / (sizes[i] as number))
  }
  return out
}
