import type { Cell } from './cell'
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
}

/**
 * Backward through time. The gradient of a state, Wᵀ·(gradients of the next step's pre-activations) plus what arrives from outside
 * (`arriving`, covariances between steps), is a Gaussian process independent of the forward one (gradient independence; Yang 2019), drawn
 * for the same ways (`units` holds half as many, one for both signs of a way); what a unit's own memory carries is followed exactly. `last`: second moment of the gradient at the final memory.
 */
export function throughTime(cell: Cell, weights: BackWeights, way: Trajectory, arriving: Float64Array, last: number, units: Population): InputGradients {
  const { steps } = way.states
  const factor = new GrowingFactor(1e-9)
  const columns: Float64Array[] = []
  const history: (readonly Float64Array[])[] = []
  const fromEnd = reverseMatrix(arriving, steps)
  const input = new Float64Array(steps * steps)
  const recurrent: Float64Array[] = []
  const size = 2 * units.size
  // both signs of a unit's way get the same gradient, so that halves of odd functions (a ReLU's mask) meet exactly
  const addBoth = (out: Float64Array, column: Float64Array, factor: number) => {
    addTo(out, 0, column, factor)
    addTo(out, units.size, column, factor)
  }
  let carried = new Float64Array(size)
  if (last > 0) addBoth(carried, units.draw(), Math.sqrt(last))
  for (let k = 0; k < steps; k++) {
    const t = steps - 1 - k
    const scale = weights.projection ?? 1
    const previous = recurrent[k - 1]
    // step k meets what steps j − 1 sent back, so that row k − 1 of the covariances adds
    const row = Float64Array.from({ length: k + 1 }, (_, j) =>
      scale * ((fromEnd[k * steps + j] as number) + (j > 0 && previous !== undefined ? (previous[j - 1] as number) : 0)))
    const shares = factor.append(row)
    columns.push((shares[k] as number) > 0 ? units.draw() : new Float64Array(0))
    const gradient = new Float64Array(size)
    shares.forEach((share, j) => {
      if (share !== 0) addBoth(gradient, columns[j] as Float64Array, share)
    })
    const made = cell.back(way.pre[t] as readonly Float64Array[], way.memory[t] as Float64Array, way.memory[t + 1] as Float64Array, gradient, carried)
    carried = Float64Array.from(made.memory)
    history.push(made.pre)
    const sent = new Float64Array(k + 1)
    history.forEach((other, j) => {
      let toInput = 0
      weights.gains.forEach((gains, p) => {
        const product = meanProduct(made.pre[p] as Float64Array, other[p] as Float64Array)
        toInput += gains.input * product
        sent[j] = (sent[j] as number) + gains.state * product
      })
      input[t * steps + steps - 1 - j] = toInput
      input[(steps - 1 - j) * steps + t] = toInput
    })
    recurrent.push(sent)
  }
  return { input, state: recurrent.at(-1)?.at(-1) ?? 0, memory: meanProduct(carried, carried) }
}
