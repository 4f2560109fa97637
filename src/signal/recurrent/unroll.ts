import type { Cell } from './cell'
import { emptyKernel, type TimeKernel } from './covariance'
import { meanProduct, type Population, population } from './population'
import { addTo, GateProcess, meanAcross } from './process'

/** Moments of a state that a sequence starts from: E[h], E[h²], E[h h'] for two sequences. */
export interface StartMoments {
  readonly mean: number
  readonly second: number
  readonly same: number
}

/** What a process sums: factors on the moments of input and state, and its biases. */
export interface Gains {
  /** E[u²]·inputs, or 0. */
  readonly input: number
  /** E[w²]·states, or 0. */
  readonly state: number
  readonly biasMean: number
  readonly biasVariance: number
}

export interface Weights {
  readonly gains: readonly Gains[]
  /** E[p²]·hidden of the projection behind the cell; null without. */
  readonly projection: number | null
}

/** The population's way through time; index 0 of `memory` and `output` is the start. */
export interface Trajectory {
  readonly pre: readonly (readonly Float64Array[])[]
  readonly memory: readonly Float64Array[]
  /** Outputs of the cell, before a projection. */
  readonly output: readonly Float64Array[]
  /** Moments of the states h_1 … h_T. */
  readonly states: TimeKernel
  readonly means: Float64Array
}

/**
 * `size` units (seen four times each, see `GateProcess`) on their way through time, step by step. The state's covariances, which are the
 * population's own averages, give those of the next pre-activations: Cov(a_t, a_s) = gain·E[x_t x_s] + gain·E[h_{t−1} h_{s−1}] + Var(b).
 */
export class Unrolling {
  private readonly pre: Float64Array[][] = []
  private readonly memory: Float64Array[]
  private readonly output: Float64Array[]
  private readonly processes: readonly GateProcess[]
  /** Row t: covariances of state t with states 0 … t; state 0 is the start. */
  private readonly within: Float64Array[] = []
  private readonly between: Float64Array[] = []
  private readonly weighed: Float64Array[] = []

  constructor(
    private readonly cell: Cell,
    private readonly weights: Weights,
    start: { readonly state: StartMoments | null; readonly memory: StartMoments | null },
    size: number,
  ) {
    const units = population(size, 0)
    const zero = new Float64Array(4 * size)
    const first = start.state === null ? zero : drawStart(start.state, units)
    // a cell whose memory is its state starts both from the same draw
    this.memory = [start.memory === null ? first : drawStart(start.memory, units)]
    this.output = [first]
    this.processes = weights.gains.map((_, p) => new GateProcess(population(size, p + 1)))
    this.record(0)
  }

  get steps(): number {
    return this.pre.length
  }

  /** One more step, from the covariances of its input with the inputs so far and itself. */
  advance(within: Float64Array, between: Float64Array): void {
    const t = this.pre.length
    const now: Float64Array[] = []
    this.weights.gains.forEach((gains, p) => {
      const row = (x: Float64Array, h: Float64Array) =>
        x.map((value, s) => gains.input * value + gains.state * (h[s] as number) + gains.biasVariance)
      const state = this.summed(p, t, now)
      now.push((this.processes[p] as GateProcess).append(row(within, state.within), row(between, state.between), gains.biasMean))
    })
    const made = this.cell.step(now, this.memory[t] as Float64Array)
    this.pre.push(now)
    this.memory.push(made.memory)
    this.output.push(made.output)
    this.record(t + 1)
  }

  /** Covariances of what a process sums at step t with what it summed before: states, or those that a gate has weighed. */
  private summed(p: number, t: number, now: readonly Float64Array[]): { readonly within: Float64Array; readonly between: Float64Array } {
    const { gated } = this.cell
    if (gated?.process !== p) return { within: this.within[t] as Float64Array, between: this.between[t] as Float64Array }
    const weighed = gated.weigh(now[gated.by] as Float64Array, this.output[t] as Float64Array)
    this.weighed.push(weighed)
    const row = (product: (a: Float64Array, b: Float64Array) => number) =>
      Float64Array.from(this.weighed, (other) => product(weighed, other))
    return { within: row(meanProduct), between: row(meanAcross) }
  }

  /** E[h_t h_s] of the states after t and s steps, within a sequence and between two. */
  covariance(t: number, s: number): { readonly within: number; readonly between: number } {
    const [late, early] = t >= s ? [t, s] : [s, t]
    return { within: this.within[late]?.[early] as number, between: this.between[late]?.[early] as number }
  }

  private record(t: number): void {
    const scale = Math.sqrt(this.weights.projection ?? 1)
    // a given state is the projected one already
    const factor = (s: number) => (t === 0 ? 1 : scale) * (s === 0 ? 1 : scale)
    const now = this.output[t] as Float64Array
    const row = (product: (a: Float64Array, b: Float64Array) => number) =>
      Float64Array.from(this.output, (other, s) => factor(s) * product(now, other))
    this.within.push(row(meanProduct))
    this.between.push(row(meanAcross))
  }

  /** The way of steps `from` … now. */
  way(from: number): Trajectory {
    const steps = this.steps - from
    const states = emptyKernel(steps)
    for (let t = 0; t < steps; t++)
      for (let s = 0; s <= t; s++)
        for (const [map, rows] of [
          [states.within, this.within],
          [states.between, this.between],
        ] as const) {
          const value = rows[from + t + 1]?.[from + s + 1] as number
          map[t * steps + s] = value
          map[s * steps + t] = value
        }
    const output = this.output.slice(from)
    const means = Float64Array.from({ length: steps }, (_, t) =>
      this.weights.projection === null ? average(output[t + 1] as Float64Array) : 0,
    )
    return { pre: this.pre.slice(from), memory: this.memory.slice(from), output, states, means }
  }
}

/** Runs through all steps of `input`. */
export function unroll(
  cell: Cell,
  weights: Weights,
  input: TimeKernel,
  start: ConstructorParameters<typeof Unrolling>[2],
  size: number,
): Trajectory {
  const unrolling = new Unrolling(cell, weights, start, size)
  const { steps } = input
  for (let t = 0; t < steps; t++) {
    const row = (map: Float64Array) => map.slice(t * steps, t * steps + t + 1)
    unrolling.advance(row(input.within), row(input.between))
  }
  return unrolling.way(0)
}

export const average = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0) / values.length

/** Normal values with the given moments, part of which two sequences share. */
function drawStart({ mean, second, same }: StartMoments, units: Population): Float64Array {
  const n = units.size
  const out = new Float64Array(4 * n)
  const common = Math.sqrt(Math.max(0, same - mean * mean))
  const own = Math.sqrt(Math.max(0, second - Math.max(same, mean * mean)))
  const u = units.draw()
  addTo(out, 0, u, common)
  addTo(out, n, u, common)
  addTo(out, 0, units.draw(), own)
  addTo(out, n, units.draw(), own)
  for (let i = 0; i < 2 * n; i++) out[2 * n + i] = -(out[i] as number)
  return mean === 0 ? out : out.map((x) => x + mean)
}
