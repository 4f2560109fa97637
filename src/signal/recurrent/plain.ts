import type { Cell } from './cell'

/** h_t = φ(a_t) (Elman 1990): nothing is carried but through the weights. */
export const plainCell = (nonlinearity: 'tanh' | 'relu'): Cell => ({
  sources: [{ gate: 0, input: true, state: true }],
  odd: nonlinearity === 'tanh' ? [0] : null,
  step([a = new Float64Array(0)], memory) {
    return { output: nonlinearity === 'tanh' ? a.map(Math.tanh) : a.map((x) => Math.max(0, x)), memory }
  },
  back([a = new Float64Array(0)], _before, _after, arriving, carried) {
    const slope = nonlinearity === 'tanh' ? (x: number) => 1 - Math.tanh(x) ** 2 : (x: number) => (x > 0 ? 1 : 0)
    return { pre: [arriving.map((g, k) => g * slope(a[k] as number))], memory: carried }
  },
})
