const NODES = 64
const REACH = 6

/**
 * f between `mean` ± 6 standard deviations as a table that is read by linear interpolation within stretches that end at `kinks`; constant beyond.
 * f is evaluated just beside each kink, on both sides.
 */
export function tabulate(f: (x: number) => number, mean: number, variance: number, kinks: readonly number[]): (x: number) => number {
  const sigma = Math.sqrt(variance)
  if (!(sigma > 0)) {
    const value = f(mean)
    return () => value
  }
  const low = mean - REACH * sigma
  const high = mean + REACH * sigma
  const hair = 1e-9 * sigma
  const points: number[] = []
  for (let i = 0; i <= NODES; i++) points.push(low + ((high - low) * i) / NODES)
  for (const kink of kinks) if (kink > low && kink < high) points.push(kink - hair, kink + hair)
  points.sort((a, b) => a - b)
  const xs = Float64Array.from(points)
  const ys = xs.map((x) => f(x))
  const last = xs.length - 1
  return (x) => {
    if (x <= low) return ys[0] as number
    if (x >= high) return ys[last] as number
    let from = 0
    let to = last
    while (to - from > 1) {
      const middle = (from + to) >> 1
      if ((xs[middle] as number) <= x) from = middle
      else to = middle
    }
    const width = (xs[to] as number) - (xs[from] as number)
    const share = width > 0 ? (x - (xs[from] as number)) / width : 0
    return (ys[from] as number) * (1 - share) + (ys[to] as number) * share
  }
}
