import type { RecurrentOp } from '../../../graph'
import type { CellStep } from './cell'

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))

/** h = φ(sums). */
function rnn(nonlinearity: RecurrentOp['nonlinearity']): CellStep {
  const value = nonlinearity === 'relu' ? (z: number) => Math.max(0, z) : Math.tanh
  // From the value itself: 1 − tanh², and 1 where a ReLU is open.
  const derivative = nonlinearity === 'relu' ? (y: number) => (y > 0 ? 1 : 0) : (y: number) => 1 - y * y
  return (fromInput, fromState, _, cell) => {
    const hidden = fromInput.map((z, index) => value(z + (fromState[index] as number)))
    return {
      hidden,
      cell,
      back(toHidden) {
        const sums = toHidden.map((g, index) => g * derivative(hidden[index] as number))
        return { fromInput: sums, fromState: sums, hidden: null, cell: null }
      },
    }
  }
}

/** Gates i, f, g, o: c = f·c + i·g, h = o·tanh(c). */
const lstm: CellStep = (fromInput, fromState, _, before, units) => {
  const gate = fromInput.map((z, index) => {
    const sum = z + (fromState[index] as number)
    return Math.floor(index / units) % 4 === 2 ? Math.tanh(sum) : sigmoid(sum)
  })
  const at = (index: number, which: number): number => (Math.floor(index / units) * 4 + which) * units + (index % units)
  const of = (index: number, which: number): number => gate[at(index, which)] as number
  const cell = before.map((c, index) => of(index, 1) * c + of(index, 0) * of(index, 2))
  const open = cell.map((c) => Math.tanh(c))
  return {
    hidden: open.map((t, index) => of(index, 3) * t),
    cell,
    back(toHidden, toCell) {
      const sums = new Float32Array(gate.length)
      const toBefore = cell.map((_c, index) => {
        const [i, f, g, o] = [of(index, 0), of(index, 1), of(index, 2), of(index, 3)]
        const t = open[index] as number
        const h = toHidden[index] as number
        const c = (toCell[index] as number) + h * o * (1 - t * t)
        sums[at(index, 0)] = c * g * i * (1 - i)
        sums[at(index, 1)] = c * (before[index] as number) * f * (1 - f)
        sums[at(index, 2)] = c * i * (1 - g * g)
        sums[at(index, 3)] = h * t * o * (1 - o)
        return c * f
      })
      return { fromInput: sums, fromState: sums, hidden: null, cell: toBefore }
    },
  }
}

/** Gates r, z, n, the reset gate on what comes from the state: n = tanh(x + r·h'), h = (1 − z)·n + z·h. */
const gru: CellStep = (fromInput, fromState, before, cell, units) => {
  const at = (index: number, which: number): number => (Math.floor(index / units) * 3 + which) * units + (index % units)
  const sum = (index: number, which: number): number => (fromInput[at(index, which)] as number) + (fromState[at(index, which)] as number)
  const reset = before.map((_, index) => sigmoid(sum(index, 0)))
  const keep = before.map((_, index) => sigmoid(sum(index, 1)))
  const fresh = before.map((_, index) =>
    Math.tanh((fromInput[at(index, 2)] as number) + (reset[index] as number) * (fromState[at(index, 2)] as number)),
  )
  return {
    hidden: before.map((h, index) => (1 - (keep[index] as number)) * (fresh[index] as number) + (keep[index] as number) * h),
    cell,
    back(toHidden) {
      const inputs = new Float32Array(fromInput.length)
      const states = new Float32Array(fromInput.length)
      toHidden.forEach((g, index) => {
        const [r, z, n] = [reset[index] as number, keep[index] as number, fresh[index] as number]
        const toFresh = g * (1 - z) * (1 - n * n)
        const toReset = toFresh * (fromState[at(index, 2)] as number) * r * (1 - r)
        const toKeep = g * ((before[index] as number) - n) * z * (1 - z)
        inputs[at(index, 0)] = toReset
        states[at(index, 0)] = toReset
        inputs[at(index, 1)] = toKeep
        states[at(index, 1)] = toKeep
        inputs[at(index, 2)] = toFresh
        states[at(index, 2)] = toFresh * r
      })
      return { fromInput: inputs, fromState: states, hidden: toHidden.map((g, index) => g * (keep[index] as number)), cell: null }
    },
  }
}

export function cellStep({ cell, nonlinearity }: Pick<RecurrentOp, 'cell' | 'nonlinearity'>): CellStep {
  return cell === 'rnn' ? rnn(nonlinearity) : cell === 'lstm' ? lstm : gru
}
