import { type Cell, sigmoid } from './cell'

/**
 * h_t = z·h_{t−1} + (1 − z)·n, n = tanh(a + r·u) with a from the input and u from the state (Cho et al. 2014, the reset gate
 * behind the recurrent product). The memory is h.
 */
export const gruCell: Cell = {
  sources: [
    { gate: 0, input: true, state: true },
    { gate: 1, input: true, state: true },
    { gate: 2, input: true, state: false },
    { gate: 2, input: false, state: true },
  ],
  odd: [2, 3],
  step(pre, memory) {
    const [r, z, a, u] = pre as readonly [Float64Array, Float64Array, Float64Array, Float64Array]
    const output = memory.map((h, k) => {
      const keep = sigmoid(z[k] as number)
      return keep * h + (1 - keep) * Math.tanh((a[k] as number) + sigmoid(r[k] as number) * (u[k] as number))
    })
    return { output, memory: output }
  },
  back(pre, before, _after, arriving, carried) {
    const [r, z, a, u] = pre as readonly [Float64Array, Float64Array, Float64Array, Float64Array]
    const size = before.length
    const grads = [0, 1, 2, 3].map(() => new Float64Array(size)) as [Float64Array, Float64Array, Float64Array, Float64Array]
    const memory = new Float64Array(size)
    for (let k = 0; k < size; k++) {
      const reset = sigmoid(r[k] as number)
      const keep = sigmoid(z[k] as number)
      const candidate = Math.tanh((a[k] as number) + reset * (u[k] as number))
      const h = (arriving[k] as number) + (carried[k] as number)
      const n = h * (1 - keep) * (1 - candidate * candidate)
      grads[0][k] = n * (u[k] as number) * reset * (1 - reset)
      grads[1][k] = h * ((before[k] as number) - candidate) * keep * (1 - keep)
      grads[2][k] = n
      grads[3][k] = n * reset
      memory[k] = h * keep
    }
    return { pre: grads, memory }
  },
}
