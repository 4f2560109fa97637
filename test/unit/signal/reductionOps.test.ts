import assert from 'node:assert/strict'
import type { ReduceOp } from '../../../src/graph'
import { predict } from '../../../src/signal'
import { type Case, checkAll } from './monteCarlo'
import { Network } from './network'

const rows = 4
const n = 10
type Values = readonly number[]
const mean = (row: Values) => row.reduce((a, b) => a + b, 0) / row.length
const variance = (row: Values) => row.reduce((sum, x) => sum + (x - mean(row)) ** 2, 0) / (row.length - 1)
const functions: { readonly [K in ReduceOp['reduce']]: (row: Values) => number } = {
  mean,
  sum: (row) => mean(row) * row.length,
  max: (row) => Math.max(...row),
  min: (row) => Math.min(...row),
  variance,
  std: (row) => Math.sqrt(variance(row)),
  norm: (row) => Math.sqrt(row.reduce((sum, x) => sum + x * x, 0)),
  logSumExp: (row) => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)),
  prod: (row) => row.reduce((a, b) => a * b, 1),
}

/** Along the last axis of [rows, width] tensors scaled by `factor`. */
const reduction = (reduce: ReduceOp['reduce'], options: Partial<Case> & { width?: number; factor?: number } = {}): Case => {
  const { width = n, factor = 1 } = options
  const f = functions[reduce]
  return {
    name: `${reduce} of ${width} values${factor === 1 ? '' : ` of standard deviation ${factor}`}`,
    inputs: [[rows, width]],
    build: (net, [x = 0]) =>
      net.op(
        { kind: 'reduce', reduce, axes: [1], keepDims: false },
        [net.op({ kind: 'affine', factor, shift: 0 }, [x], [rows, width])],
        [rows],
      ),
    run: ([x = new Float64Array()]) =>
      Float64Array.from({ length: rows }, (_, r) => f([...x.slice(r * width, (r + 1) * width)].map((value) => value * factor))),
    trials: 1500,
    ...options,
  }
}

const cases: readonly Case[] = [
  reduction('mean'),
  reduction('sum'),
  reduction('max'),
  reduction('min'),
  reduction('variance'),
  reduction('variance', { width: 3 }),
  reduction('std'),
  reduction('norm'),
  reduction('norm', { width: 2 }),
  reduction('logSumExp', { width: 64, factor: 0.5, model: 0.003, modelBackward: 0.02, trials: 800, gradientTrials: 40 }),
  reduction('prod', { width: 3, trials: 6000, gradientTrials: 1500 }),
]

describe('reductions agree with draws', () => {
  checkAll(cases)

  it('a log-sum-exp that a few large elements decide is unknown', () => {
    const net = new Network()
    const x = net.op({ kind: 'affine', factor: 3, shift: 0 }, [net.input([4, 16])], [4, 16])
    const y = net.op({ kind: 'reduce', reduce: 'logSumExp', axes: [1], keepDims: false }, [x], [4])
    const moments = predict(net.graph(y)).forward[y]
    assert.equal(moments?.known === false ? moments.reason : null, 'a log-sum-exp that a few large elements decide')
  })
})
