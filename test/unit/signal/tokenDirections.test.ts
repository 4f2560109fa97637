import type { Op } from '../../../src/graph'
import { linear } from './linear'
import { type Case, checkAll } from './monteCarlo'
import type { Network } from './network'

type Values = Float64Array
const empty = new Float64Array()
const at = (values: Values, i: number) => values[i] as number

const [tokens, few, width, head] = [8, 3, 8, 6] as const

/** x·Wᵀ/√columns over the last axis. */
const project = (x: Values, w: Values, columns: number, rows: number): Values =>
  linear(x, w, columns, rows).map((sum) => sum / Math.sqrt(columns))

function attend(q: Values, k: Values, v: Values, positions: Values | null = null): Values {
  const out = new Float64Array(tokens * head)
  for (let i = 0; i < tokens; i++) {
    const scores = Array.from({ length: tokens }, (_, j) => {
      let sum = 0
      for (let d = 0; d < head; d++)
        sum += at(q, i * head + d) * (at(k, j * head + d) + (positions === null ? 0 : at(positions, j * head + d)))
      return Math.exp(sum / Math.sqrt(head))
    })
    const total = scores.reduce((a, b) => a + b, 0)
    for (let j = 0; j < tokens; j++)
      for (let d = 0; d < head; d++) out[i * head + d] = at(out, i * head + d) + ((scores[j] as number) / total) * at(v, j * head + d)
  }
  return out
}

const scaled = (net: Network, x: number, weight: number, inFeatures: number, outFeatures: number) => {
  const linear = net.op({ kind: 'linear', weight, bias: null, inFeatures, outFeatures }, [x], [1, tokens, outFeatures])
  return net.op({ kind: 'affine', factor: 1 / Math.sqrt(inFeatures), shift: 0 }, [linear], [1, tokens, outFeatures])
}

const turn: Op = { kind: 'permute', order: [0, 2, 1] }

/** Weights that make the tokens, their queries, keys and values. */
const projections = [
  [width, few],
  [head, width],
  [head, width],
  [head, width],
] as const

/** Tokens of `few` directions in `width` units, attended as values·weightsᵀ or weights·values. */
const attention = (name: string, isTurned: boolean): Case => ({
  name,
  inputs: [[1, tokens, few]],
  weights: projections,
  build: (net, [x = 0], [first = 0, wq = 0, wk = 0, wv = 0]) => {
    const token = scaled(net, x, first, few, width)
    const [q, k, v] = [wq, wk, wv].map((w) => scaled(net, token, w, width, head)) as [number, number, number]
    const keys = net.op(turn, [k], [1, head, tokens])
    const product = net.op({ kind: 'matmul' }, [q, keys], [1, tokens, tokens])
    const scores = net.op({ kind: 'affine', factor: 1 / Math.sqrt(head), shift: 0 }, [product], [1, tokens, tokens])
    const weights = net.op({ kind: 'softmax', axis: 2, log: false, negate: false }, [scores], [1, tokens, tokens])
    if (!isTurned) return net.op({ kind: 'matmul' }, [weights, v], [1, tokens, head])
    const columns = net.op(turn, [weights], [1, tokens, tokens])
    return net.op({ kind: 'matmul' }, [net.op(turn, [v], [1, head, tokens]), columns], [1, head, tokens])
  },
  run: ([x = empty], [first = empty, wq = empty, wk = empty, wv = empty]) => {
    const token = project(x, first, few, width)
    const [q, k, v] = [wq, wk, wv].map((w) => project(token, w, width, head)) as [Values, Values, Values]
    return attend(q, k, v)
  },
  trials: 1500,
  gradientTrials: 500,
  model: 0.05,
  modelBackward: 0.1,
})

/** Scores of keys and of positions that all samples share: only the keys are tied to the values. */
const relative: Case = {
  name: 'attention to keys and to positions',
  inputs: [[1, tokens, few]],
  weights: [...projections, [1, tokens, width], [head, width]],
  build: (net, [x = 0], [first = 0, wq = 0, wk = 0, wv = 0, places = 0, wp = 0]) => {
    const token = scaled(net, x, first, few, width)
    const encoded = net.op({ kind: 'parameter', parameter: places }, [], [1, tokens, width])
    const [q, k, v] = [wq, wk, wv].map((w) => scaled(net, token, w, width, head)) as [number, number, number]
    const both = [k, scaled(net, encoded, wp, width, head)].map((keys) =>
      net.op({ kind: 'matmul' }, [q, net.op(turn, [keys], [1, head, tokens])], [1, tokens, tokens]),
    )
    const sum = net.op({ kind: 'add', signs: [1, 1] }, both, [1, tokens, tokens])
    const scores = net.op({ kind: 'affine', factor: 1 / Math.sqrt(head), shift: 0 }, [sum], [1, tokens, tokens])
    const weights = net.op({ kind: 'softmax', axis: 2, log: false, negate: false }, [scores], [1, tokens, tokens])
    return net.op({ kind: 'matmul' }, [weights, v], [1, tokens, head])
  },
  run: ([x = empty], [first = empty, wq = empty, wk = empty, wv = empty, places = empty, wp = empty]) => {
    const token = project(x, first, few, width)
    const [q, k, v] = [wq, wk, wv].map((w) => project(token, w, width, head)) as [Values, Values, Values]
    return attend(q, k, v, project(places, wp, width, head))
  },
  trials: 1500,
  gradientTrials: 500,
  model: 0.05,
  modelBackward: 0.1,
}

const [channels, places, groups] = [8, 9, 2] as const

/** A value of each sample and channel beside each position's own, normed over half of the channels. */
const biased: Case = {
  name: 'group norm of channels that a bias of each sample moves',
  inputs: [
    [2, channels, 3, 3],
    [2, channels],
  ],
  build: (net, [x = 0, bias = 0]) => {
    const moved = net.op({ kind: 'affine', factor: 1.5, shift: 0 }, [bias], [2, channels])
    const column = net.op({ kind: 'reshape' }, [moved], [2, channels, 1, 1])
    const sum = net.op({ kind: 'add', signs: [1, 1] }, [net.maxPool(x, 1, 1), column], [2, channels, 3, 3])
    const op: Op = { kind: 'groupNorm', groups, eps: 1e-5, scale: null, shift: null, channelAxis: 1 }
    const normed = net.op(op, [sum], [2, channels, 3, 3])
    return net.op({ kind: 'reduce', reduce: 'mean', axes: [2, 3], keepDims: false }, [normed], [2, channels])
  },
  run: ([x = empty, bias = empty]) => {
    const sum = x.map((value, i) => value + 1.5 * at(bias, Math.floor(i / places)))
    const size = (channels / groups) * places
    const normed = new Float64Array(sum.length)
    for (let from = 0; from < sum.length; from += size) {
      const set = sum.slice(from, from + size)
      const mean = set.reduce((a, b) => a + b, 0) / size
      const variance = set.reduce((a, b) => a + (b - mean) ** 2, 0) / size
      normed.set(
        set.map((value) => (value - mean) / Math.sqrt(variance + 1e-5)),
        from,
      )
    }
    return Float64Array.from({ length: 2 * channels }, (_, c) => {
      let total = 0
      for (let p = 0; p < places; p++) total += at(normed, c * places + p)
      return total / places
    })
  },
  trials: 2000,
  gradientTrials: 400,
  model: 0.02,
  modelBackward: 0.1,
}

describe('vectors of few directions', () => {
  checkAll([
    attention('attention over them', false),
    attention('attention over them with the weights on the right', true),
    relative,
    biased,
  ])
})
