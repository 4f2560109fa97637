import type { Cell, Gate } from './cell'

/**
 * h_t = z·h_{t−1} + (1 − z)·n, n = tanh(a + r·u) with a from the input and u from the state (Cho et al. 2014, the reset gate
 * behind the recurrent product). The memory is h.
 */
export const gruCell = ({ value: gate, slope }: Gate): Cell => ({
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
      const keep = gate(z[k] as number)
      return keep * h + (1 - keep) * Math.tanh((a[k] as number) + gate(r[k] as number) * (u[k] as number))
    })
    return { output, memory: output }
  },
  back(pre, before, _after, arriving, carried) {
    const [r, z, a, u] = pre as readonly [Float64Array, Float64Array, Float64Array, Float64Array]
    const size = before.length
    const grads = [0, 1, 2, 3].map(() => new Float64Array(size)) as [Float64Array, Float64Array, Float64Array, Float64Array]
    const memory = new Float64Array(size)
    for (let k = 0; k < size; k++) {
      const reset = gate(r[k] as number)
      const keep = gate(z[k] as number)
      const candidate = Math.tanh((a[k] as number) + reset * (u[k] as number))
      const h = (arriving[k] as number) + (carried[k] as number)
      const n = h * (1 - keep) * (1 - candidate * candidate)
      grads[0][k] = n * (u[k] as number) * slope(reset)
      grads[1][k] = h * ((before[k] as number) - candidate) * slope(keep)
      grads[2][k] = n
      grads[3][k] = n * reset
      memory[k] = h * keep
    }
    return { pre: grads, memory }
  },
})

/**
 * The same with the reset gate in front of the recurrent product, n = tanh(a + U·(r ⊙ h_{t−1})) (Cho et al. 2014, first form): r and h of
 * one unit are weighed together, and the sum over units is Gaussian again.
 */
export const resetFirstCell = ({ value: gate, slope }: Gate): Cell => ({
  sources: [
    { gate: 0, input: true, state: true },
    { gate: 1, input: true, state: true },
    { gate: 2, input: true, state: false },
    { gate: 2, input: false, state: true },
  ],
  odd: [2, 3],
  gated: {
    process: 3,
    by: 0,
    weigh: (pre, state) => state.map((h, k) => gate(pre[k] as number) * h),
    back(pre, state, arriving) {
      const opened = pre.map(gate)
      return {
        pre: arriving.map((g, k) => g * (state[k] as number) * slope(opened[k] as number)),
        state: arriving.map((g, k) => g * (opened[k] as number)),
      }
    },
  },
  step(pre, memory) {
    const [, z, a, u] = pre as readonly [Float64Array, Float64Array, Float64Array, Float64Array]
    const output = memory.map((h, k) => {
      const keep = gate(z[k] as number)
      return keep * h + (1 - keep) * Math.tanh((a[k] as number) + (u[k] as number))
    })
    return { output, memory: output }
  },
  back(pre, before, _after, arriving, carried) {
    const [, z, a, u] = pre as readonly [Float64Array, Float64Array, Float64Array, Float64Array]
    const h = arriving.map((g, k) => g + (carried[k] as number))
    const keep = z.map(gate)
    const candidate = a.map((x, k) => Math.tanh(x + (u[k] as number)))
    const n = h.map((g, k) => g * (1 - (keep[k] as number)) * (1 - (candidate[k] as number) ** 2))
    const update = h.map((g, k) => g * ((before[k] as number) - (candidate[k] as number)) * slope(keep[k] as number))
    // The reset gate's own comes by way of the weights: see `gated`.
    return { pre: [new Float64Array(before.length), update, n, n], memory: h.map((g, k) => g * (keep[k] as number)) }
  },
})
