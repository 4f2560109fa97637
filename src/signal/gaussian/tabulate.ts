const NODES = 36
const REACH = 6

interface Stretch {
  readonly from: number
  readonly to: number
  readonly step: number
  /** Values at the nodes that were asked for; NaN elsewhere. */
  readonly values: Float64Array
}

/**
 * f between `mean` ± 6 standard deviations as a table that is read by cubic interpolation within stretches that end at `kinks`;
 * constant beyond.
 * f is evaluated just beside each kink, on both sides, and only at nodes that are read.
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
  const edges = [low, ...kinks.filter((kink) => kink > low + hair && kink < high - hair).sort((a, b) => a - b), high]
  const stretches: Stretch[] = []
  for (let i = 0; i + 1 < edges.length; i++) {
    const from = edges[i] as number
    const to = edges[i + 1] as number
    if (!(to - from > 2 * hair)) continue
    const nodes = Math.max(4, Math.ceil((NODES * (to - from)) / (high - low)))
    stretches.push({ from, to, step: (to - from) / nodes, values: new Float64Array(nodes + 1).fill(Number.NaN) })
  }
  const node = ({ from, to, step, values }: Stretch, i: number): number => {
    const known = values[i] as number
    if (!Number.isNaN(known)) return known
    const x = i === 0 ? from + hair : i === values.length - 1 ? to - hair : from + i * step
    const made = f(x)
    values[i] = made
    return made
  }
  const last = stretches.length - 1
  return (x) => {
    let s = 0
    while (s < last && x >= (stretches[s] as Stretch).to) s++
    const stretch = stretches[s] as Stretch
    const count = stretch.values.length
    const at = Math.max(0, Math.min(count - 1, (x - stretch.from) / stretch.step))
    const first = Math.max(0, Math.min(count - 4, Math.floor(at) - 1))
    const t = at - first
    const [a, b, c] = [t - 1, t - 2, t - 3]
    return (
      (-a * b * c * node(stretch, first)) / 6 +
      (t * b * c * node(stretch, first + 1)) / 2 -
      (t * a * c * node(stretch, first + 2)) / 2 +
      (t * a * b * node(stretch, first + 3)) / 6
    )
  }
}
