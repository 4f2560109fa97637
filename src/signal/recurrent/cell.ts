/**
 * One step of a recurrent cell for a population of units, and its adjoint. A unit's pre-activations come from Gaussian processes
 * (`process.ts`), its memory is what it carries to the next step without a sum over other units.
 */
export interface Cell {
  /** The processes, each a sum over the input, the state, or both. */
  readonly sources: readonly Source[]
  /** Processes that turn the output's sign with theirs: with mean 0 they make its mean 0. null: none do. */
  readonly odd: readonly number[] | null
  readonly gated?: GatedState
  step(pre: readonly Float64Array[], memory: Float64Array): Step
  /**
   * Gradients of the pre-activations and of the memory before the step, from that of the output (`arriving`) and of the memory
   * after it that came by the next step (`carried`).
   */
  back(pre: readonly Float64Array[], before: Float64Array, after: Float64Array, arriving: Float64Array, carried: Float64Array): Adjoint
}

/** Which block of rows of the kernels feeds a process, and which of the two kernels do. */
export interface Source {
  readonly gate: number
  readonly input: boolean
  readonly state: boolean
}

export interface Step {
  readonly output: Float64Array
  readonly memory: Float64Array
}

export interface Adjoint {
  readonly pre: readonly Float64Array[]
  readonly memory: Float64Array
}

/**
 * A state that a gate weighs before it is summed: process `process` sums h_{t−1} times the gate that process `by` draws, not h_{t−1}.
 */
export interface GatedState {
  readonly process: number
  readonly by: number
  /** What is summed, from the gate's pre-activation and the state. */
  weigh(pre: Float64Array, state: Float64Array): Float64Array
  /** Gradients of the gate's pre-activation and of the state, from that of what is summed. */
  back(pre: Float64Array, state: Float64Array, arriving: Float64Array): { readonly pre: Float64Array; readonly state: Float64Array }
}

export interface Gate {
  value(x: number): number
  /** From the gate's own value. */
  slope(value: number): number
}

const sigmoid: Gate = { value: (x) => 1 / (1 + Math.exp(-x)), slope: (value) => value * (1 - value) }

/** The sigmoid, or clip(slope·x + ½, 0, 1) where a slope is given. */
export function gateOf(slope: number | undefined): Gate {
  if (slope === undefined) return sigmoid
  return { value: (x) => Math.min(1, Math.max(0, slope * x + 0.5)), slope: (value) => (value > 0 && value < 1 ? slope : 0) }
}
