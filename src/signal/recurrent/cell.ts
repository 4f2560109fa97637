/**
 * One step of a recurrent cell for a population of units, and its adjoint. A unit's pre-activations come from Gaussian processes
 * (`process.ts`), its memory is what it carries to the next step without a sum over other units.
 */
export interface Cell {
  /** The processes, each a sum over the input, the state, or both. */
  readonly sources: readonly Source[]
  /** Processes that turn the output's sign with theirs: with mean 0 they make its mean 0. null: none do. */
  readonly odd: readonly number[] | null
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

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
