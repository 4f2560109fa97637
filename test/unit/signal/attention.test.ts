import assert from 'node:assert/strict'
import type { Op } from '../../../src/graph'
import { predict } from '../../../src/signal'
import { drawMatrix, meanSquare, normals, softmaxOf, timesTransposed, transposed } from './draws'
import { Network, normalWithVariance } from './network'

const [tokens, width, head] = [12, 48, 12] as const

/** Second moments of attention over random tokens of variance q, and of its mean over the queries. */
function drawn(q: number, draws: number): { readonly second: number; readonly mean: number } {
  const normal = normals(3)
  let second = 0
  let mean = 0
  for (let d = 0; d < draws; d++) {
    const x = drawMatrix(normal, tokens, width, Math.sqrt(q))
    const project = () => timesTransposed(x, drawMatrix(normal, head, width, 1 / Math.sqrt(width)))
    const scores = timesTransposed(project(), project())
    const weights = scores.map((row) => softmaxOf(row.map((score) => score / Math.sqrt(head))))
    const out = timesTransposed(weights, transposed(project()))
    second += meanSquare(out) / draws
    mean += meanSquare([transposed(out).map((column) => column.reduce((a, b) => a + b, 0) / tokens)]) / draws
  }
  return { second, mean }
}

function predicted(q: number): { readonly second: number; readonly mean: number } {
  const net = new Network()
  const x = net.input([4, tokens, width], 0, Math.sqrt(q))
  const project = () => net.linear(x, head, normalWithVariance(1 / width))
  const op: Op = { kind: 'attention', scale: 1 / Math.sqrt(head), causal: false, dropout: 0, hasMask: false }
  const out = net.op(op, [project(), project(), project()], [4, tokens, head])
  const mean = net.op({ kind: 'reduce', reduce: 'mean', axes: [1], keepDims: false }, [out], [4, head])
  const prediction = predict(net.graph(mean))
  const at = (id: number) => {
    const moments = prediction.forward[id]
    assert.ok(moments?.known)
    return moments.secondMoment
  }
  return { second: at(out), mean: at(mean) }
}

describe('attention', () => {
  for (const q of [0.3, 1, 3, 10, 100]) {
    it(`averages values as drawn, and its queries agree as drawn, for tokens of variance ${q}`, () => {
      const expected = drawn(q, 600)
      const { second, mean } = predicted(q)
      assert.ok(Math.abs(second - expected.second) < 0.04 * expected.second, `second ${second}, drawn ${expected.second}`)
      assert.ok(Math.abs(mean - expected.mean) < 0.06 * expected.mean, `of the mean ${mean}, drawn ${expected.mean}`)
    })
  }
})
