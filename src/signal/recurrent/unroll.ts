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
 * Runs `size` units (seen four times each, see `GateProcess`) through all steps of `input`. The state's covariances, which are the population's own averages, give those
 * of the next pre-activations: Cov(a_t, a_s) = gain·E[x_t x_s] + gain·E[h_{t−1} h_{s−1}] + Var(b).
 */
export function unroll(cell: Cell, weights: Weights, input: TimeKernel, start: { readonly state: StartMoments | null; readonly memory: StartMoments | null }, size: number): Trajectory {
  const { steps } = input
  const units = population(size, 0)
  const zero = new Float64Array(4 * size)
  const first = start.state === null ? zero : drawStart(start.state, units)
  // a cell whose memory is its state starts both from the same draw
  const memory = [start.memory === null ? first : drawStart(start.memory, units)]
  const output = [first]
  const pre: Float64Array[][] = []
  const all = emptyKernel(steps + 1)
  const scale = weights.projection ?? 1
  const record = (t: number) => {
    for (let s = 0; s <= t; s++) {
      const a = output[t] as Float64Array
      const b = output[s] as Float64Array
      // a given state is the projected one already
      const factor = (t === 0 ? 1 : Math.sqrt(scale)) * (s === 0 ? 1 : Math.sqrt(scale))
      for (const [map, value] of [[all.within, meanProduct(a, b)], [all.between, meanAcross(a, b)]] as const) {
        map[t * (steps + 1) + s] = factor * value
        map[s * (steps + 1) + t] = factor * value
      }
    }
  }
  record(0)
  const processes = weights.gains.map((_, p) => new GateProcess(population(size, p + 1)))
  for (let t = 0; t < steps; t++) {
    const now = weights.gains.map((gains, p) => {
      const row = (x: Float64Array, h: Float64Array) =>
        Float64Array.from({ length: t + 1 }, (_, s) =>
          gains.input * (x[t * steps + s] as number) + gains.state * (h[t * (steps + 1) + s] as number) + gains.biasVariance)
      return (processes[p] as GateProcess).append(row(input.within, all.within), row(input.between, all.between), gains.biasMean)
    })
    const made = cell.step(now, memory[t] as Float64Array)
    pre.push(now)
    memory.push(made.memory)
    output.push(made.output)
    record(t + 1)
  }
  const states = emptyKernel(steps)
  for (let t = 0; t < steps; t++) for (let s = 0; s < steps; s++) {
    states.within[t * steps + s] = all.within[(t + 1) * (steps + 1) + s + 1] as number
    states.between[t * steps + s] = all.between[(t + 1) * (steps + 1) + s + 1] as number
  }
  const means = Float64Array.from({ length: steps }, (_, t) => (weights.projection === null ? average(output[t + 1] as Float64Array) : 0))
  return { pre, memory, output, states, means }
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
