import type { Cell, Gate } from './cell'

/**
 * c_t = σ(f)·c_{t−1} + σ(i)·tanh(g), h_t = σ(o)·tanh(c_t) (Hochreiter & Schmidhuber 1997; Gers et al. 2000). The memory is c.
 */
export const lstmCell = ({ value: gate, slope }: Gate): Cell => ({
  sources: [0, 1, 2, 3].map((gate) => ({ gate, input: true, state: true })),
  odd: [2],
  step(pre, memory) {
    const [i, f, g, o] = pre as readonly [Float64Array, Float64Array, Float64Array, Float64Array]
    const after = new Float64Array(memory.length)
    const output = new Float64Array(memory.length)
    for (let k = 0; k < memory.length; k++) {
      const c = gate(f[k] as number) * (memory[k] as number) + gate(i[k] as number) * Math.tanh(g[k] as number)
      after[k] = c
      output[k] = gate(o[k] as number) * Math.tanh(c)
    }
    return { output, memory: after }
  },
  back(pre, before, after, arriving, carried) {
    const [i, f, g, o] = pre as readonly [Float64Array, Float64Array, Float64Array, Float64Array]
    const size = before.length
    const grads = [0, 1, 2, 3].map(() => new Float64Array(size)) as [Float64Array, Float64Array, Float64Array, Float64Array]
    const memory = new Float64Array(size)
    for (let k = 0; k < size; k++) {
      const input = gate(i[k] as number)
      const forget = gate(f[k] as number)
      const candidate = Math.tanh(g[k] as number)
      const open = gate(o[k] as number)
      const squashed = Math.tanh(after[k] as number)
      const h = arriving[k] as number
      const c = (carried[k] as number) + h * open * (1 - squashed * squashed)
      grads[0][k] = c * candidate * slope(input)
      grads[1][k] = c * (before[k] as number) * slope(forget)
      grads[2][k] = c * input * (1 - candidate * candidate)
      grads[3][k] = h * squashed * slope(open)
      memory[k] = c * forget
    }
    return { pre: grads, memory }
  },
})
