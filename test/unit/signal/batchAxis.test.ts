import assert from 'node:assert/strict'
import type { Op } from '../../../src/graph'
import { predict } from '../../../src/signal'
import { linear } from './linear'
import { type Case, checkAll, generator } from './monteCarlo'
import { Network, normalWithVariance } from './network'

type Values = Float64Array
const empty = new Float64Array()
const at = (values: ArrayLike<number>, i: number) => values[i] as number
const meanSquare = (values: Values) => values.reduce((sum, x) => sum + x * x, 0) / values.length

const slice = (axis: number, start: number, stop: number): Op => ({ kind: 'slice', axis, start, stop, step: 1 })

/** Heads cut from the last axis, put one batch behind the other, and put back. */
const heads: Case = {
  name: 'heads moved into the batch and back',
  inputs: [[2, 3, 4]],
  weights: [
    [6, 4],
    [5, 6],
  ],
  build: (net, [x = 0], [first = 0, second = 0]) => {
    const y = net.op({ kind: 'linear', weight: first, bias: null, inFeatures: 4, outFeatures: 6 }, [x], [2, 3, 6])
    const cut = [0, 3].map((from) => net.op(slice(2, from, from + 3), [y], [2, 3, 3]))
    const joined = net.relu(net.op({ kind: 'concat', axis: 0 }, cut, [4, 3, 3]))
    const back = [0, 2].map((from) => net.op(slice(0, from, from + 2), [joined], [2, 3, 3]))
    const whole = net.op({ kind: 'concat', axis: 2 }, back, [2, 3, 6])
    return net.op({ kind: 'linear', weight: second, bias: null, inFeatures: 6, outFeatures: 5 }, [whole], [2, 3, 5])
  },
  run: ([x = empty], [first = empty, second = empty]) => {
    const y = linear(x, first, 4, 6)
    return linear(
      y.map((value) => Math.max(0, value)),
      second,
      6,
      5,
    )
  },
  trials: 2500,
  gradientTrials: 600,
}

const batch = 16

/** A row of a parameter for each sample and one that all rows have, through a layer of its own: a norm over the batch takes away what rows share. */
const rows: Case = {
  name: 'rows of a parameter added to the samples, behind a norm over these',
  inputs: [[batch, 5]],
  weights: [
    [batch, 8],
    [1, 8],
    [5, 8],
  ],
  laws: [1, 1, 1 / Math.sqrt(8)].map((std) => ({ mean: 0, std })),
  build: (net, [x = 0], [own = 0, common = 0, w = 0]) => {
    const each = net.op({ kind: 'parameter', parameter: own }, [], [batch, 8])
    const all = net.op({ kind: 'expand' }, [net.op({ kind: 'parameter', parameter: common }, [], [1, 8])], [batch, 8])
    const sums = net.op({ kind: 'linear', weight: w, bias: null, inFeatures: 8, outFeatures: 5 }, [net.add(each, all)], [batch, 5])
    return net.batchNorm(net.add(x, net.relu(sums)), 1)
  },
  run: ([x = empty], [own = empty, common = empty, w = empty]) => {
    const both = own.map((value, i) => value + at(common, i % 8))
    const sums = linear(both, w, 8, 5).map((value, i) => at(x, i) + Math.max(0, value))
    const out = new Float64Array(sums.length)
    for (let u = 0; u < 5; u++) {
      const column = Array.from({ length: batch }, (_, b) => at(sums, b * 5 + u))
      const mean = column.reduce((a, b) => a + b, 0) / batch
      const deviation = Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / batch + 1)
      column.forEach((value, b) => {
        out[b * 5 + u] = (value - mean) / deviation
      })
    }
    return out
  },
  trials: 2000,
  gradientTrials: 100,
  model: 0.04,
  modelBackward: 0.08,
}

const [nodes, edges, width, hidden] = [20, 60, 6, 8] as const

/** Messages from drawn sources to drawn targets, twice; second moments of both sums and of the gradient at the first layer's output. */
function drawn(draws: number) {
  const random = generator(11)
  const normal = (n: number) => Float64Array.from({ length: n }, () => random.normal())
  const places = () => Array.from({ length: edges }, () => Math.floor(random.uniform() * nodes))
  const sums = [0, 0, 0]
  for (let d = 0; d < draws; d++) {
    const x = normal(nodes * width)
    const [w1, w2] = [normal(width * hidden), normal(hidden * hidden)]
    const [source, target] = [places(), places()]
    const send = (h: Values, from: readonly number[], to: readonly number[]) => {
      const out = new Float64Array(nodes * hidden)
      for (let e = 0; e < edges; e++)
        for (let u = 0; u < hidden; u++) out[at(to, e) * hidden + u] = at(out, at(to, e) * hidden + u) + at(h, at(from, e) * hidden + u)
      return out
    }
    const first = send(linear(x, w1, width, hidden), source, target)
    const second = send(linear(first, w2, hidden, hidden), source, target)
    const g = send(normal(nodes * hidden), target, source)
    const turned = Float64Array.from({ length: hidden * hidden }, (_, k) => at(w2, (k % hidden) * hidden + Math.floor(k / hidden)))
    const back = send(linear(g, turned, hidden, hidden), target, source)
    ;[first, second, back].forEach((values, i) => {
      sums[i] = at(sums, i) + meanSquare(values) / draws
    })
  }
  return sums
}

function predicted() {
  const net = new Network()
  const tokens = () => net.op({ kind: 'input', name: 'i', distribution: { kind: 'tokens', below: nodes } }, [], [edges])
  const x = net.input([nodes, width])
  const [source, target] = [tokens(), tokens()]
  const zeros = net.op({ kind: 'constant', values: null, mean: 0, secondMoment: 0 }, [], [nodes, hidden])
  const layer = (h: number) => {
    const y = net.linear(h, hidden, normalWithVariance(1))
    const picked = net.op({ kind: 'gather', axis: 0, indices: null }, [y, source], [edges, hidden])
    return [y, net.op({ kind: 'indexAdd', axis: 0 }, [zeros, target, picked], [nodes, hidden])] as const
  }
  const [y, first] = layer(x)
  const [, second] = layer(first)
  const { forward, backward } = predict(net.graph(second))
  return [forward[first], forward[second], backward[y]].map((moments) => {
    assert.ok(moments?.known)
    return moments.secondMoment
  })
}

describe('along the batch', () => {
  checkAll([heads, rows])

  it('rows are picked and summed by drawn indices as drawn', () => {
    const expected = drawn(4000)
    predicted().forEach((value, i) => {
      assert.ok(Math.abs(value - at(expected, i)) < 0.08 * at(expected, i), `${i}: ${value} predicted, ${at(expected, i)} drawn`)
    })
  })

  it('messages that depend on the node that sums them are not predicted', () => {
    const net = new Network()
    const x = net.input([nodes, width])
    const target = net.op({ kind: 'input', name: 'i', distribution: { kind: 'tokens', below: nodes } }, [], [edges])
    const picked = net.op({ kind: 'gather', axis: 0, indices: null }, [x, target], [edges, width])
    const zeros = net.op({ kind: 'constant', values: null, mean: 0, secondMoment: 0 }, [], [nodes, width])
    const out = net.op({ kind: 'indexAdd', axis: 0 }, [zeros, target, net.relu(picked)], [nodes, width])
    const moments = predict(net.graph(out)).forward[out]
    assert.ok(moments?.known === false && moments.reason.includes('depend on the node'))
  })
})
