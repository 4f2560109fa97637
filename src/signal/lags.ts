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
  readonly far: number
}

const MAX_RADIUS = 4

export function independentLags(axes: number, far = 0): Lags {
  return { radius: new Array<number>(axes).fill(0), values: Float64Array.of(1), far }
}

/** Correlation at a lag. */
export function lagAt(lags: Lags, lag: readonly number[]): number {
  let index = 0
  for (let i = 0; i < lags.radius.length; i++) {
    const distance = Math.abs(lag[i] as number)
    const radius = lags.radius[i] as number
    if (distance > radius) return lags.far
    index = index * (radius + 1) + distance
  }
  return lags.values[index] as number
}

/** Lags of which each value is computed from the lag; trailing shells that equal `far` are dropped. */
export function makeLags(radius: readonly number[], far: number, value: (lag: readonly number[]) => number): Lags {
  const kept = radius.map((r) => Math.min(r, MAX_RADIUS))
  const values = new Float64Array(kept.reduce((product, r) => product * (r + 1), 1))
  const lag = kept.map(() => 0)
  for (let i = 0; i < values.length; i++) {
    values[i] = i === 0 ? 1 : value(lag)
    for (let axis = lag.length - 1; axis >= 0; axis--) {
      if ((lag[axis] as number) < (kept[axis] as number)) {
        lag[axis] = (lag[axis] as number) + 1
        break
      }
      lag[axis] = 0
    }
  }
  if (values.every((v, i) => i === 0 || Math.abs(v - far) < 1e-12)) return independentLags(radius.length, far)
  return { radius: kept, values, far }
}

/** Applies a function to every correlation (1 must map to 1). */
export function mapLags(lags: Lags, f: (correlation: number) => number): Lags {
  if (lags.values.length === 1 && lags.far === 0 && f(0) === 0) return lags
  return { radius: lags.radius, values: lags.values.map((value, i) => (i === 0 ? 1 : f(value))), far: f(lags.far) }
}

/** Correlations seen at every `stride`-th position. */
export function strideLags(lags: Lags, stride: readonly number[]): Lags {
  if (lags.values.length === 1 || stride.every((s) => s === 1)) return lags
  return makeLags(
    lags.radius.map((r, i) => Math.floor(r / (stride[i] as number))),
    lags.far,
    (lag) =>
      lagAt(
        lags,
        lag.map((d, i) => d * (stride[i] as number)),
      ),
  )
}

/** Sum of two independent parts with the given shares of the variance. */
export function mixLags(parts: readonly { readonly lags: Lags; readonly weight: number }[]): Lags {
  const first = parts[0] as { readonly lags: Lags; readonly weight: number }
  const total = parts.reduce((sum, part) => sum + part.weight, 0)
  if (parts.every((part) => part.lags === first.lags) || !(total > 0)) return first.lags
  const average = (of: (lags: Lags) => number) => parts.reduce((sum, part) => sum + part.weight * of(part.lags), 0) / total
  const radius = first.lags.radius.map((_, i) => Math.max(...parts.map((part) => part.lags.radius[i] as number)))
  return makeLags(
    radius,
    average((lags) => lags.far),
    (lag) => average((lags) => lagAt(lags, lag)),
  )
}

/** Mean correlation over all pairs of positions (a position with itself included) on axes of the given sizes. */
export function meanOverPairs(lags: Lags, sizes: readonly number[]): number {
  const total = sizes.reduce((product, n) => product * n, 1)
  let sum = 0
  const visit = (axis: number, lag: number[], pairs: number) => {
    if (axis === sizes.length) {
      sum += pairs * (lagAt(lags, lag) - lags.far)
      return
    }
    const n = sizes[axis] as number
    for (let d = 0; d <= Math.min(lags.radius[axis] as number, n - 1); d++)
      visit(axis + 1, [...lag, d], pairs * (n - d) * (d === 0 ? 1 : 2))
  }
  visit(0, [], 1)
  return lags.far + sum / (total * total)
}

/** Drops, inserts or reorders axes: entry i is the old axis that becomes axis i, or null for a new axis without near lags. A dropped axis is taken at lag 0. */
export function rearrangeLags(lags: Lags, axes: readonly (number | null)[]): Lags {
  if (lags.values.length === 1) return independentLags(axes.length, lags.far)
  return makeLags(
    axes.map((old) => (old === null ? 0 : (lags.radius[old] as number))),
    lags.far,
    (lag) => {
      const old = lags.radius.map(() => 0)
      axes.forEach((from, to) => {
        if (from !== null) old[from] = lag[to] as number
      })
      return lagAt(lags, old)
    },
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
