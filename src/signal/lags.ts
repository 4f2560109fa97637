/**
 * How the part of a value that belongs to one sample correlates between positions, as a function of their distance alone:
 * 1 at distance 0, `values` at small lags, `far` beyond. Convolutions with independent zero-mean taps leave it as it is; overlapping
 * pools and upsampling make near lags, per-sample gates and global averages make `far`.
 */
export interface Lags {
  /** Largest lag kept on each position axis. */
  readonly radius: readonly number[]
  /** Correlations at lags 0 … radius of each axis (signs of lags do not matter), row-major. */
  readonly values: Float64Array
  /** In the mean over pairs of far positions, where `apart` tells kinds of them from each other. */
  readonly far: number
  /**
   * Correlations at lags 0 … radius and beyond on each axis, row-major: tokens of one window share what those of two windows do not.
   * Absent: `far` for all that are beyond on any axis.
   */
  readonly apart?: Float64Array
  /** Correlations of different positions by their classes, row-major over pairs: a causal average ties late positions to each other. Absent: `far`. */
  readonly classes?: Float64Array
}

const MAX_RADIUS = 4
/** A lag larger than any. */
export const BEYOND = Number.POSITIVE_INFINITY

export function independentLags(axes: number, far = 0): Lags {
  return { radius: new Array<number>(axes).fill(0), values: Float64Array.of(1), far }
}

/** Correlation at a lag. */
export function lagAt(lags: Lags, lag: readonly number[]): number {
  const { radius, apart } = lags
  let index = 0
  for (let i = 0; i < radius.length; i++) {
    const distance = Math.abs(lag[i] as number)
    const r = radius[i] as number
    if (apart !== undefined) index = index * (r + 2) + Math.min(distance, r + 1)
    else if (distance > r) return lags.far
    else index = index * (r + 1) + distance
  }
  return (apart ?? lags.values)[index] as number
}

/** Correlation of far positions of the classes i and j, of `size` in all. */
export function farBetween({ classes, far }: Lags, size: number, i: number, j: number): number {
  return classes?.length === size * size ? (classes[i * size + j] as number) : far
}

/** Correlation of positions that are far apart on the axes that `differs` names, and the same on all others. */
export const correlationAcross = (lags: Lags, differs: (axis: number) => boolean): number =>
  lagAt(
    lags,
    lags.radius.map((_, axis) => (differs(axis) ? BEYOND : 0)),
  )

/** A table over 0 … last of each axis, row-major, of a function of the indices. */
function table(last: readonly number[], value: (at: readonly number[]) => number): Float64Array {
  const out = new Float64Array(last.reduce((product, n) => product * (n + 1), 1))
  const at = last.map(() => 0)
  for (let i = 0; i < out.length; i++) {
    out[i] = i === 0 ? 1 : value(at)
    for (let axis = at.length - 1; axis >= 0; axis--) {
      if ((at[axis] as number) < (last[axis] as number)) {
        at[axis] = (at[axis] as number) + 1
        break
      }
      at[axis] = 0
    }
  }
  return out
}

/** Lags of which each value is computed from the lag; without near ones where all equal `far`. */
export function makeLags(radius: readonly number[], far: number, value: (lag: readonly number[]) => number): Lags {
  const kept = radius.map((r) => Math.min(r, MAX_RADIUS))
  const values = table(kept, value)
  if (values.every((v, i) => i === 0 || Math.abs(v - far) < 1e-12)) return independentLags(radius.length, far)
  return { radius: kept, values, far }
}

/** Lags that tell far positions from each other by the axes on which they are far (`BEYOND` in the lag); `far` is their mean. */
export function makeLagsApart(radius: readonly number[], far: number, value: (lag: readonly number[]) => number): Lags {
  const values = table(radius, value)
  if (radius.length === 0) return { radius, values, far }
  const apart = table(
    radius.map((r) => r + 1),
    (at) => value(at.map((d, i) => (d > (radius[i] as number) ? BEYOND : d))),
  )
  const isPlain = apart.every((v, i) => i === 0 || Math.abs(v - far) < 1e-12)
  return isPlain ? independentLags(radius.length, far) : { radius, values, far, apart }
}

/**
 * Lags as fine as all of `sources`, of which each value is computed from the lag, and by classes from a pair of them where a source tells classes
 * apart; `size`: number of classes.
 */
export function likeLags(
  sources: readonly Lags[],
  far: number,
  value: (lag: readonly number[]) => number,
  size: number,
  between: (i: number, j: number) => number,
): Lags {
  const axes = sources[0]?.radius ?? []
  const radius = axes.map((_, i) => Math.max(...sources.map((lags) => lags.radius[i] ?? 0)))
  const lags = (sources.some(({ apart }) => apart !== undefined) ? makeLagsApart : makeLags)(radius, far, value)
  if (sources.every(({ classes }) => classes?.length !== size * size)) return lags
  return { ...lags, classes: Float64Array.from({ length: size * size }, (_, pair) => between(Math.floor(pair / size), pair % size)) }
}

/** No near lags, and a correlation for every set of axes on which positions differ; `sizes`: positions on each axis. */
export function lagsByAxes(sizes: readonly number[], correlation: (differs: readonly boolean[]) => number): Lags {
  const value = (lag: readonly number[]) => correlation(lag.map((d) => d !== 0))
  return settled(
    sizes.map(() => 0),
    sizes,
    value,
  )
}

/** Applies a function to every correlation (1 must map to 1). */
export function mapLags(lags: Lags, f: (correlation: number) => number): Lags {
  if (lags.values.length === 1 && lags.apart === undefined && lags.far === 0 && f(0) === 0) return lags
  const map = (values: Float64Array) => values.map((value, i) => (i === 0 ? 1 : f(value)))
  const { radius, apart, classes } = lags
  return {
    radius,
    values: map(lags.values),
    far: f(lags.far),
    ...(apart === undefined ? {} : { apart: map(apart) }),
    ...(classes === undefined ? {} : { classes: classes.map(f) }),
  }
}

/** Sum of two independent parts with the given shares of the variance. */
export function mixLags(parts: readonly { readonly lags: Lags; readonly weight: number }[]): Lags {
  const first = parts[0] as { readonly lags: Lags; readonly weight: number }
  const total = parts.reduce((sum, part) => sum + part.weight, 0)
  if (parts.every((part) => part.lags === first.lags) || !(total > 0)) return first.lags
  const average = (of: (lags: Lags) => number) => parts.reduce((sum, part) => sum + part.weight * of(part.lags), 0) / total
  const radius = first.lags.radius.map((_, i) => Math.max(...parts.map((part) => part.lags.radius[i] as number)))
  const make = parts.some(({ lags }) => lags.apart !== undefined) ? makeLagsApart : makeLags
  return make(
    radius,
    average((lags) => lags.far),
    (lag) => average((lags) => lagAt(lags, lag)),
  )
}

/** Correlations of a sum of independent parts with the variances `own` by class, and `weight` in the middle. */
export function sumLags(parts: readonly { readonly lags: Lags; readonly own: Float64Array; readonly weight: number }[]): Lags {
  const lags = mixLags(parts)
  if (parts.every((part) => part.lags.classes === undefined)) return lags
  const [first] = parts
  const size = first?.own.length ?? 0
  const total = Float64Array.from({ length: size }, (_, i) => parts.reduce((sum, { own }) => sum + (own[i] as number), 0))
  const classes = Float64Array.from({ length: size * size }, (_, pair) => {
    const [i, j] = [Math.floor(pair / size), pair % size]
    const scale = Math.sqrt((total[i] as number) * (total[j] as number))
    const covariance = parts.reduce(
      (sum, { lags: own, own: values }) => sum + farBetween(own, size, i, j) * Math.sqrt((values[i] as number) * (values[j] as number)),
      0,
    )
    return scale > 0 ? covariance / scale : 0
  })
  return { ...lags, classes }
}

/** Sum of the correlations of all ordered pairs of positions (with themselves included) on axes of the given sizes. */
export function sumOverPairs(lags: Lags, sizes: readonly number[]): number {
  const { radius, apart } = lags
  const total = sizes.reduce((product, n) => product * n, 1)
  let sum = apart === undefined ? lags.far * total * total : 0
  const base = apart === undefined ? lags.far : 0
  const visit = (axis: number, lag: readonly number[], pairs: number) => {
    if (axis === sizes.length) {
      sum += pairs * (lagAt(lags, lag) - base)
      return
    }
    const n = sizes[axis] as number
    let rest = n * n
    for (let d = 0; d <= Math.min(radius[axis] as number, n - 1); d++) {
      const count = (n - d) * (d === 0 ? 1 : 2)
      rest -= count
      visit(axis + 1, [...lag, d], pairs * count)
    }
    if (apart !== undefined && rest > 0) visit(axis + 1, [...lag, BEYOND], pairs * rest)
  }
  visit(0, [], 1)
  return sum
}

/** Mean correlation over all pairs of positions (a position with itself included) on axes of the given sizes. */
export function meanOverPairs(lags: Lags, sizes: readonly number[]): number {
  return sumOverPairs(lags, sizes) / sizes.reduce((product, n) => product * n * n, 1)
}

/** Mean correlation over pairs of different positions. */
function meanOfOthers(lags: Lags, sizes: readonly number[]): number {
  const total = sizes.reduce((product, n) => product * n, 1)
  return total > 1 ? (sumOverPairs(lags, sizes) - total) / (total * (total - 1)) : 0
}

/** Lags whose `far` is their mean on axes of the given sizes. */
export function settled(radius: readonly number[], sizes: readonly number[], value: (lag: readonly number[]) => number): Lags {
  const wide = makeLagsApart(radius, Number.NaN, value)
  return makeLagsApart(radius, meanOfOthers(wide, sizes), value)
}
