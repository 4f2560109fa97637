import type { Op } from '../../../src/graph'
import { softmaxOf } from './draws'
import { linear } from './linear'
import { type Case, checkAll } from './monteCarlo'
import type { Network } from './network'

type Values = Float64Array
const empty = new Float64Array()
const at = (values: Values, i: number) => values[i] as number

const [tokens, width] = [3, 24] as const
const shape = [1, tokens, width] as const
const all = tokens * width

const sum = (a: Values, b: Values, sign = 1): Values => a.map((value, i) => value + sign * at(b, i))
const relu = (x: Values): Values => x.map((value) => Math.max(0, value))

/** Each unit's mean over the tokens. */
const overTokens = (x: Values): Values =>
  Float64Array.from({ length: width }, (_, u) => {
    let total = 0
    for (let t = 0; t < tokens; t++) total += at(x, t * width + u)
    return total / tokens
  })

/** How a layer changes the stream: as a graph, and in plain arithmetic. */
interface Layer {
  readonly weights: Case['weights']
  readonly laws: NonNullable<Case['laws']>
  readonly build: (net: Network, x: number, weights: readonly number[]) => number
  readonly run: (x: Values, weights: readonly Values[]) => Values
}

const law = (variance: number, mean = 0) => ({ mean, std: Math.sqrt(variance) })

/**
 * Calls one layer `depth` times on tokens that have half of their variance in common, and averages over them, where what positions share counts, or
 * gives them as they are.
 */
const called = (name: string, layer: Layer, depth: number, isAveraged = true): Case => ({
  name,
  inputs: [shape, [1, 1, width]],
  weights: layer.weights,
  laws: layer.laws,
  build: (net, [own = 0, common = 0], weights) => {
    let x = net.add(own, net.op({ kind: 'expand' }, [common], shape))
    for (let i = 0; i < depth; i++) x = layer.build(net, x, weights)
    return isAveraged ? net.op({ kind: 'reduce', reduce: 'mean', axes: [1], keepDims: false }, [x], [1, width]) : x
  },
  run: ([own = empty, common = empty], weights) => {
    let x: Values = own.map((value, i) => value + at(common, i % width))
    for (let i = 0; i < depth; i++) x = layer.run(x, weights)
    return isAveraged ? overTokens(x) : x
  },
  trials: 3000,
  gradientTrials: 200,
  model: 0.03,
  modelBackward: 0.05,
})

const linearOp = (weight: number, bias: number | null, outFeatures: number): Op => ({
  kind: 'linear',
  weight,
  bias,
  inFeatures: width,
  outFeatures,
})

/** x − 0.6·relu(Wx + b). */
const subtracted: Layer = {
  weights: [[width, width], [width]],
  laws: [law(1.5 / width), law(0.3, 1)],
  build: (net, x, [w = 0, b = 0]) => {
    const branch = net.relu(net.op(linearOp(w, b, width), [x], shape))
    return net.op({ kind: 'add', signs: [1, -1] }, [x, net.op({ kind: 'affine', factor: 0.6, shift: 0 }, [branch], shape)], shape)
  },
  run: (x, [w = empty, b = empty]) => {
    const branch = relu(linear(x, w, width, width).map((value, i) => value + at(b, i % width)))
    return sum(x, branch, -0.6)
  },
}

/** x + V(a·sigmoid(c)) with a and c the halves of Wx. */
const gated: Layer = {
  weights: [
    [2 * width, width],
    [width, width],
  ],
  laws: [law(1 / width), law(2 / width)],
  build: (net, x, [w = 0, v = 0]) => {
    const both = net.op(linearOp(w, null, 2 * width), [x], [1, tokens, 2 * width])
    const [a, c] = [0, width].map((start) => net.op({ kind: 'slice', axis: 2, start, stop: start + width, step: 1 }, [both], shape))
    const gate = net.op({ kind: 'activation', fn: { name: 'sigmoid' } }, [c as number], shape)
    return net.add(x, net.op(linearOp(v, null, width), [net.op({ kind: 'multiply' }, [a as number, gate], shape)], shape))
  },
  run: (x, [w = empty, v = empty]) => {
    const both = linear(x, w, width, 2 * width)
    const product = Float64Array.from({ length: all }, (_, i) => {
      const from = Math.floor(i / width) * 2 * width + (i % width)
      return at(both, from) / (1 + Math.exp(-at(both, from + width)))
    })
    return sum(x, linear(product, v, width, width))
  },
}

/** 1.5·x + relu(W·norm(x)). */
const normed: Layer = {
  weights: [[width, width]],
  laws: [law(1 / width)],
  build: (net, x, [w = 0]) => {
    const y = net.op({ kind: 'layerNorm', axes: [2], eps: 1e-5, center: true, scale: null, shift: null }, [x], shape)
    return net.add(net.op({ kind: 'affine', factor: 1.5, shift: 0 }, [x], shape), net.relu(net.op(linearOp(w, null, width), [y], shape)))
  },
  run: (x, [w = empty]) => {
    const y = new Float64Array(all)
    for (let t = 0; t < tokens; t++) {
      const row = x.slice(t * width, (t + 1) * width)
      const mean = row.reduce((a, b) => a + b, 0) / width
      const deviation = Math.sqrt(row.reduce((a, b) => a + (b - mean) ** 2, 0) / width + 1e-5)
      y.set(
        row.map((value) => (value - mean) / deviation),
        t * width,
      )
    }
    return sum(
      x.map((value) => 1.5 * value),
      relu(linear(y, w, width, width)),
    )
  },
}

/** x + softmax(QK')·Wx with small scores: nearly the mean over the tokens. */
const averaged: Layer = {
  weights: [
    [width, width],
    [width, width],
    [width, width],
  ],
  laws: [law(0.003 / width), law(0.003 / width), law(1 / width)],
  build: (net, x, weights) => {
    const [q, k, v] = weights.map((w) => net.op(linearOp(w, null, width), [x], shape)) as [number, number, number]
    const keys = net.op({ kind: 'permute', order: [0, 2, 1] }, [k], [1, width, tokens])
    const scores = net.op({ kind: 'matmul' }, [q, keys], [1, tokens, tokens])
    const attention = net.op({ kind: 'softmax', axis: 2, log: false, negate: false }, [scores], [1, tokens, tokens])
    return net.add(x, net.op({ kind: 'matmul' }, [attention, v], shape))
  },
  run: (x, weights) => {
    const [q, k, v] = weights.map((w) => linear(x, w, width, width)) as [Values, Values, Values]
    const row = (values: Values, t: number) => values.slice(t * width, (t + 1) * width)
    const attention = Array.from({ length: tokens }, (_, t) => softmaxOf([...linear(k, row(q, t), width, 1)]))
    return sum(
      x,
      x.map((_, i) =>
        (attention[Math.floor(i / width)] ?? []).reduce((total, weight, t) => total + weight * at(v, t * width + (i % width)), 0),
      ),
    )
  },
}

const [first, rest] = [
  [1, 1, width],
  [1, tokens - 1, width],
] as const

/** A first token much smaller than the others: what layers add to it is small, and no gradient comes from it to the others. */
const uneven: Case = {
  name: 'leaves tokens apart that it does not mix',
  inputs: [first, rest],
  weights: [
    [width, width],
    [width, width],
    [width, width],
  ],
  laws: [law(0.04 / width), law(1 / width), law(1.5 / width)],
  build: (net, [one = 0, others = 0], [u = 0, v = 0, w = 0]) => {
    const parts = [net.op(linearOp(u, null, width), [one], first), net.op(linearOp(v, null, width), [others], rest)]
    let x = net.op({ kind: 'concat', axis: 1 }, parts, shape)
    for (let i = 0; i < 3; i++) x = net.add(x, net.relu(net.op(linearOp(w, null, width), [x], shape)))
    return net.op({ kind: 'slice', axis: 1, start: 0, stop: 1, step: 1 }, [x], first)
  },
  run: ([one = empty], [u = empty, , w = empty]) => {
    let x: Values = linear(one, u, width, width)
    for (let i = 0; i < 3; i++) x = sum(x, relu(linear(x, w, width, width)))
    return x
  },
  trials: 3000,
  gradientTrials: 200,
  model: 0.03,
  modelBackward: 0.05,
}

describe('one layer called again on tokens', () => {
  checkAll([
    called('takes away what a biased rectifier gives', subtracted, 3),
    called('adds what passes its gates', gated, 2),
    called('adds to a multiple of the stream behind a norm', normed, 3),
    called('adds averages over the tokens', averaged, 3, false),
    uneven,
  ])
})
