import { GrowingFactor } from './covariance'
import type { Population } from './population'

/**
 * Pre-activations of one gate over time: behind a sum over many weights they are a Gaussian process over time steps and sequences
 * (Yang 2019, tied weights included), drawn for a population of units. Each unit is seen in two sequences, and once more with
 * the sign of everything turned, which takes the sampling error out of all even and odd averages: arrays hold, one after the
 * other, [sign + | sequence 1], [+ | 2], [− | 1], [− | 2], `population.size` units each.
 */
export class GateProcess {
  private readonly shared: GrowingFactor
  private readonly own = new GrowingFactor(1e-9)
  private readonly columns: (readonly [Float64Array, Float64Array, Float64Array])[] = []

  constructor(private readonly population: Population) {
    // averages over the population are known to 1/√size; what sequences do not share then counts as their own
    this.shared = new GrowingFactor(1 / Math.sqrt(4 * population.size))
  }

  /** The next step, from its covariances with all steps so far and itself, within a sequence and between two. */
  append(within: Float64Array, between: Float64Array, mean: number): Float64Array {
    const t = this.columns.length
    const common = this.shared.append(between)
    const own = this.own.append(within.map((value, s) => value - this.shared.covariance(t, s)))
    const blank = new Float64Array(0)
    const column = (needed: number) => (needed > 0 ? this.population.draw() : blank)
    this.columns.push([column(common[t] as number), column(own[t] as number), column(own[t] as number)])
    const n = this.population.size
    const out = new Float64Array(4 * n)
    for (let k = 0; k <= t; k++) {
      const [u, v, w] = this.columns[k] as readonly [Float64Array, Float64Array, Float64Array]
      const c = common[k] as number
      const o = own[k] as number
      if (c !== 0) addTo(out, 0, u, c)
      if (c !== 0) addTo(out, n, u, c)
      if (o !== 0) addTo(out, 0, v, o)
      if (o !== 0) addTo(out, n, w, o)
    }
    for (let i = 0; i < 2 * n; i++) out[2 * n + i] = -(out[i] as number)
    if (mean !== 0) for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + mean
    return out
  }
}

/** Adds factor·column to the stretch of `out` that starts at `from`. */
export function addTo(out: Float64Array, from: number, column: Float64Array, factor: number): void {
  for (let i = 0; i < column.length; i++) out[from + i] = (out[from + i] as number) + factor * (column[i] as number)
}

/** E[x x'] over the population for two sequences. */
export function meanAcross(a: Float64Array, b: Float64Array): number {
  const n = a.length / 4
  let sum = 0
  for (let half = 0; half < 4; half += 2)
    for (let i = half * n; i < (half + 1) * n; i++) {
      sum += (a[i] as number) * (b[i + n] as number) + (a[i + n] as number) * (b[i] as number)
    }
  return sum / a.length
}
