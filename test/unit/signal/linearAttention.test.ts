import type { Op } from '../../../src/graph'
import { linear } from './linear'
import { type Case, checkAll } from './monteCarlo'
import type { Network } from './network'

type Values = Float64Array
const empty = new Float64Array()
const at = (values: Values, i: number) => values[i] as number

const [tokens, width, head] = [14, 6, 8] as const

const feature = (x: number) => (x > 0 ? x + 1 : Math.exp(x))

/** x·Wᵀ/(2√width) of each token. */
const project = (x: Values, w: Values): Values => linear(x, w, width, head).map((sum) => sum / (2 * Math.sqrt(width)))

function attended(q: Values, k: Values, v: Values, isNormalized: boolean): Values {
  const out = new Float64Array(tokens * head)
  for (let i = 0; i < tokens; i++) {
    const weights = Array.from({ length: tokens }, (_, j) => {
      let sum = 0
      for (let d = 0; d < head; d++) sum += at(q, i * head + d) * at(k, j * head + d)
      return sum
    })
    const total = isNormalized ? weights.reduce((a, b) => a + b, 0) : 1
    weights.forEach((weight, j) => {
      for (let e = 0; e < head; e++) out[i * head + e] = at(out, i * head + e) + (weight / total) * at(v, j * head + e)
    })
  }
  return out
}

const turn: Op = { kind: 'permute', order: [0, 2, 1] }
const rows = [1, tokens, head] as const

/** Queries, keys and values of inputs of their own; q·(Σ k v), with or without its weights made to sum to 1. */
const attention = (name: string, isNormalized: boolean): Case => ({
  name,
  inputs: [
    [1, tokens, width],
    [1, tokens, width],
    [1, tokens, width],
  ],
  weights: [
    [head, width],
    [head, width],
    [head, width],
  ],
  build: (net: Network, inputs, weights) => {
    const projected = inputs.map((x, i) => {
      const y = net.op({ kind: 'linear', weight: weights[i] as number, bias: null, inFeatures: width, outFeatures: head }, [x], rows)
      return net.op({ kind: 'affine', factor: 0.5 / Math.sqrt(width), shift: 0 }, [y], rows)
    })
    const positive = (x: number) => {
      const bent = net.op({ kind: 'activation', fn: { name: 'elu', alpha: 1 } }, [x], rows)
      return net.op({ kind: 'affine', factor: 1, shift: 1 }, [bent], rows)
    }
    const [q, k, v] = projected as [number, number, number]
    const [queries, keys] = [positive(q), positive(k)]
    const sums = net.op({ kind: 'matmul' }, [net.op(turn, [keys], [1, head, tokens]), v], [1, head, head])
    const dividend = net.op({ kind: 'matmul' }, [queries, sums], rows)
    if (!isNormalized) return dividend
    const total = net.op({ kind: 'reduce', reduce: 'sum', axes: [1], keepDims: false }, [keys], [1, head])
    const column = net.op({ kind: 'reshape' }, [total], [1, head, 1])
    const divisor = net.op({ kind: 'matmul' }, [queries, column], [1, tokens, 1])
    return net.op({ kind: 'divide' }, [dividend, divisor], rows)
  },
  run: ([a = empty, b = empty, c = empty], [wq = empty, wk = empty, wv = empty]) =>
    attended(project(a, wq).map(feature), project(b, wk).map(feature), project(c, wv), isNormalized),
  trials: 700,
  gradientTrials: 100,
  model: 0.05,
  modelBackward: 0.2,
})

describe('linear attention', () => {
  checkAll([attention('sums of values weighted by keys of mean 1', false), attention('an average by weights that sum to 1', true)])
})
