import type { Adjoint, Cell } from './cell'
import { GrowingFactor, reverseMatrix } from './covariance'
import { meanProduct, type Population } from './population'
import { addTo } from './process'
import type { Trajectory } from './unroll'

/** Factors from the second moment of a process's gradient to that of one input or state element: E[u²]·hidden, E[w²]·hidden, or 0. */
export interface BackGains {
  readonly input: number
  readonly state: number
}

export interface BackWeights {
  readonly gains: readonly BackGains[]
  /** E[p²]·size of the projected state; null without. */
  readonly projection: number | null
}

export interface InputGradients {
  /** E[g_t g_s] at one input element; row-major. */
  readonly input: Float64Array
  /** Second moments at the states that the sequence starts from. */
  readonly state: number
  readonly memory: number
  readonly both: number
}

/** What one step sends back. */
export interface Sent {
  /**
   * Covariances of the gradient at one input element with those of the steps after it, in the order in which they were taken; the
   * last is its second moment.
   */
  readonly input: Float64Array
  /** The same at one element of the state before the step, by way of the weights. */
  readonly state: Float64Array
  /** Second moment at the memory before the step. */
  readonly memory: number
  /** Second moment at a memory that is the state: both ways meet, and correlate. */
  readonly both: number
}

/**
 * Backward through time, from the last step to the first. The gradient of a state, Wᵀ·(gradients of the next step's pre-activations)
 * plus what
 * arrives from outside, is a Gaussian process independent of the forward one (gradient independence; Yang 2019), drawn for the same
 * ways (`units` holds half as many, one for both signs of a way); what a unit's own memory carries is followed exactly.
 */
export class BackUnrolling {
  private readonly factor = new GrowingFactor(1e-9)
  private readonly columns: Float64Array[] = []
  private readonly history: (readonly Float64Array[])[] = []
  private sent: Float64Array | null = null
  private carried: Float64Array
  private readonly weighed: Float64Array[] = []
  private readonly weighedFactor = new GrowingFactor(1e-9)
  private readonly weighedColumns: Float64Array[] = []

  constructor(
    private readonly cell: Cell,
    private readonly weights: BackWeights,
    private readonly units: Population,
  ) {
    this.carried = new Float64Array(2 * units.size)
  }

  get steps(): number {
    return this.history.length
  }

  /** A gradient that arrives at the memory from outside. */
  addToMemory(second: number): void {
    if (second > 0) this.addBoth(this.carried, this.units.draw(), Math.sqrt(second))
  }

  /**
   * One step further back. `outside`: covariances of what arrives at its output from outside with that of the steps taken so far and
   * itself.
   */
  advance(pre: readonly Float64Array[], before: Float64Array, after: Float64Array, outside: Float64Array): Sent {
    const k = this.history.length
    const scale = this.weights.projection ?? 1
    const previous = this.sent
    // a state meets what the step after it sends back, so that the row of that step adds, one place on
    const row = outside.map((value, j) => scale * (value + (j > 0 && previous !== null ? (previous[j - 1] as number) : 0)))
    const shares = this.factor.append(row)
    this.columns.push((shares[k] as number) > 0 ? this.units.draw() : new Float64Array(0))
    const gradient = new Float64Array(2 * this.units.size)
    shares.forEach((share, j) => {
      if (share !== 0) this.addBoth(gradient, this.columns[j] as Float64Array, share)
    })
    const made = this.weighedBack(this.cell.back(pre, before, after, gradient, this.carried), pre, before)
    this.carried = Float64Array.from(made.memory)
    this.history.push(made.pre)
    const input = new Float64Array(k + 1)
    const state = new Float64Array(k + 1)
    this.history.forEach((other, j) => {
      this.weights.gains.forEach((gains, p) => {
        const product = meanProduct(made.pre[p] as Float64Array, other[p] as Float64Array)
        input[j] = (input[j] as number) + gains.input * product
        if (p !== this.cell.gated?.process) state[j] = (state[j] as number) + gains.state * product
      })
    })
    this.sent = state
    const memory = meanProduct(this.carried, this.carried)
    return { input, state, memory, both: (state[k] as number) + memory + 2 * this.meeting(state) }
  }

  /** The way back through a state that a gate has weighed: drawn anew behind the weights, then split between gate and state. */
  private weighedBack(made: Adjoint, pre: readonly Float64Array[], before: Float64Array): Adjoint {
    const { gated } = this.cell
    if (gated === undefined) return made
    const own = made.pre[gated.process] as Float64Array
    this.weighed.push(own)
    const gain = this.weights.gains[gated.process]?.state ?? 0
    const shares = this.weighedFactor.append(Float64Array.from(this.weighed, (other) => gain * meanProduct(own, other)))
    this.weighedColumns.push((shares.at(-1) as number) > 0 ? this.units.draw() : new Float64Array(0))
    const arriving = new Float64Array(2 * this.units.size)
    shares.forEach((share, j) => {
      if (share !== 0) this.addBoth(arriving, this.weighedColumns[j] as Float64Array, share)
    })
    const sent = gated.back(pre[gated.by] as Float64Array, before, arriving)
    return {
      pre: made.pre.map((each, p) => (p === gated.by ? each.map((g, k) => g + (sent.pre[k] as number)) : each)),
      memory: made.memory.map((g, k) => g + (sent.state[k] as number)),
    }
  }

  /** Covariance of what the memory carries with what the weights send to the same state. */
  private meeting(state: Float64Array): number {
    const shares = this.factor.solve(
      Float64Array.from(state, (_, j) => (this.weights.projection ?? 1) * (j === 0 ? 0 : (state[j - 1] as number))),
    )
    const n = this.units.size
    let sum = 0
    shares.forEach((share, j) => {
      if (share === 0) return
      const column = this.columns[j] as Float64Array
      sum += (share * (meanProduct(this.carried.subarray(0, n), column) + meanProduct(this.carried.subarray(n), column))) / 2
    })
    return sum
  }

  /** Both signs of a unit's way get the same gradient, so that halves of odd functions (a ReLU's mask) meet exactly. */
  private addBoth(out: Float64Array, column: Float64Array, factor: number): void {
    addTo(out, 0, column, factor)
    addTo(out, this.units.size, column, factor)
  }
}

/**
 * All steps of a way back. `arriving`: covariances between steps of what arrives at the outputs; `last`: second moment of the
 * gradient at the final memory.
 */
export function throughTime(
  cell: Cell,
  weights: BackWeights,
  way: Trajectory,
  arriving: Float64Array,
  last: number,
  units: Population,
): InputGradients {
  const { steps } = way.states
  const back = new BackUnrolling(cell, weights, units)
  back.addToMemory(last)
  const fromEnd = reverseMatrix(arriving, steps)
  const input = new Float64Array(steps * steps)
  let state = 0
  let memory = 0
  let both = 0
  for (let k = 0; k < steps; k++) {
    const t = steps - 1 - k
    const sent = back.advance(
      way.pre[t] as readonly Float64Array[],
      way.memory[t] as Float64Array,
      way.memory[t + 1] as Float64Array,
      fromEnd.slice(k * steps, k * steps + k + 1),
    )
    sent.input.forEach((value, j) => {
      input[t * steps + steps - 1 - j] = value
      input[(steps - 1 - j) * steps + t] = value
    })
    state = sent.state[k] as number
    memory = sent.memory
    both = sent.both
  }
  return { input, state, memory, both }
}
