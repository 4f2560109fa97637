/** One direction of one recurrent layer, unrolled over time, and back. Sequences are [time, batch, features], row-major. */

export interface CellWeights {
  readonly input: Float32Array
  readonly recurrent: Float32Array
  readonly inputBias: Float32Array | null
  readonly recurrentBias: Float32Array | null
}
export interface CellSizes {
  readonly steps: number
  readonly batch: number
  readonly inputs: number
  readonly hidden: number
}
/** What one step keeps of itself for the way back. */
interface Step {
  readonly hidden: Float32Array
  readonly cell: Float32Array
  /** Toward the states before and the two sums of weights, from the gradients of the new states. */
  back(toHidden: Float32Array, toCell: Float32Array): StepGradients
}
interface StepGradients {
  /** Of the sum over the input, and of the one over the state before; [batch, gates·hidden]. */
  readonly fromInput: Float32Array
  readonly fromState: Float32Array
  /** Straight to the states before, past the weights. */
  readonly hidden: Float32Array | null
  readonly cell: Float32Array | null
}

/** The new states from the two sums x·Wᵢᵀ + bᵢ and h·Wₕᵀ + bₕ, and the states before. */
export type CellStep = (fromInput: Float32Array, fromState: Float32Array, hidden: Float32Array, cell: Float32Array, units: number) => Step

export interface Unrolled {
  /** [time, batch, hidden], in the order of the input. */
  readonly sequence: Float32Array
  readonly hidden: Float32Array
  readonly cell: Float32Array
  back(
    toSequence: Float32Array | null,
    toHidden: Float32Array | null,
    toCell: Float32Array | null,
  ): { readonly input: Float32Array; readonly hidden: Float32Array; readonly cell: Float32Array }
}

/** rows × out += rows × in by W [out, in]; `turned`: the other way, rows × in += rows × out by W. */
function multiply(from: Float32Array, weight: Float32Array, to: Float32Array, ins: number, outs: number, turned: boolean): void {
  const rows = (turned ? from.length / outs : from.length / ins) | 0
  for (let row = 0; row < rows; row++) {
    for (let out = 0; out < outs; out++) {
      const base = out * ins
      if (turned) {
        const g = from[row * outs + out] as number
        for (let at = 0; at < ins; at++) to[row * ins + at] = (to[row * ins + at] as number) + g * (weight[base + at] as number)
      } else {
        let sum = 0
        for (let at = 0; at < ins; at++) sum += (from[row * ins + at] as number) * (weight[base + at] as number)
        to[row * outs + out] = (to[row * outs + out] as number) + sum
      }
    }
  }
}

function affine(from: Float32Array, weight: Float32Array, bias: Float32Array | null, ins: number, outs: number): Float32Array {
  const to = new Float32Array((from.length / ins) * outs)
  if (bias !== null) for (let index = 0; index < to.length; index++) to[index] = bias[index % outs] as number
  multiply(from, weight, to, ins, outs, false)
  return to
}

function added(a: Float32Array, b: Float32Array | null | undefined): Float32Array {
  return b == null ? a : a.map((value, index) => value + (b[index] as number))
}

/** Runs a cell over a sequence, backwards in time when `reverse`. */
export function unroll(
  x: Float32Array,
  { steps, batch, inputs, hidden: units }: CellSizes,
  { input, recurrent, inputBias, recurrentBias }: CellWeights,
  step: CellStep,
  start: { readonly hidden: Float32Array; readonly cell: Float32Array },
  reverse: boolean,
): Unrolled {
  const gates = recurrent.length / units
  const fromInputs = affine(x, input, inputBias, inputs, gates)
  const sequence = new Float32Array(steps * batch * units)
  const order = Array.from({ length: steps }, (_, index) => (reverse ? steps - 1 - index : index))
  const done: Step[] = []
  let { hidden, cell } = start
  for (const time of order) {
    const fromState = affine(hidden, recurrent, recurrentBias, units, gates)
    const next = step(fromInputs.subarray(time * batch * gates, (time + 1) * batch * gates), fromState, hidden, cell, units)
    done.push(next)
    ;({ hidden, cell } = next)
    sequence.set(hidden, time * batch * units)
  }
  return {
    sequence,
    hidden,
    cell,
    back(toSequence, toLast, toLastCell) {
      const toSums = new Float32Array(fromInputs.length)
      let toHidden: Float32Array = toLast ?? new Float32Array(batch * units)
      let toCell: Float32Array = toLastCell ?? new Float32Array(batch * units)
      for (const [index, time] of [...order.entries()].reverse()) {
        const size = batch * units
        const gradients = (done[index] as Step).back(added(toHidden, toSequence?.subarray(time * size, (time + 1) * size)), toCell)
        toSums.set(gradients.fromInput, time * batch * gates)
        const before = new Float32Array(size)
        multiply(gradients.fromState, recurrent, before, units, gates, true)
        toHidden = added(before, gradients.hidden)
        toCell = gradients.cell ?? toCell
      }
      const toInput = new Float32Array(x.length)
      multiply(toSums, input, toInput, inputs, gates, true)
      return { input: toInput, hidden: toHidden, cell: toCell }
    },
  }
}
