import assert from 'node:assert/strict'
import type { Op } from '../../../src/graph'
import { predict } from '../../../src/signal'
import { drawMatrix, type Matrix, meanSquare, normals, timesTransposed, transposed } from './draws'
import { Network, normalWithVariance } from './network'

const [tokens, width, depth] = [24, 32, 3] as const

const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((value, j) => value + (b[i]?.[j] ?? 0)))

/** Second moments at every layer of causal averages with residual connections, and of the gradients of what the averages read. */
function drawn(draws: number): { readonly forward: readonly number[]; readonly backward: readonly number[] } {
  const normal = normals(9)
  const average: Matrix = Array.from({ length: tokens }, (_, i) => Array.from({ length: tokens }, (_, j) => (j <= i ? 1 / (i + 1) : 0)))
  const [forward, backward] = [new Array<number>(depth).fill(0), new Array<number>(depth).fill(0)]
  for (let d = 0; d < draws; d++) {
    const weights = Array.from({ length: depth }, () => drawMatrix(normal, width, width, 1 / Math.sqrt(width)))
    let x = drawMatrix(normal, tokens, width)
    weights.forEach((weight, layer) => {
      const out = timesTransposed(average, transposed(timesTransposed(x, weight)))
      forward[layer] = (forward[layer] as number) + meanSquare(out) / draws
      x = plus(x, out)
    })
    let g = drawMatrix(normal, tokens, width)
    for (let layer = depth - 1; layer >= 0; layer--) {
      const toValues = timesTransposed(transposed(average), transposed(g))
      backward[layer] = (backward[layer] as number) + meanSquare(toValues) / draws
      g = plus(g, timesTransposed(toValues, transposed(weights[layer] as Matrix)))
    }
  }
  return { forward, backward }
}

describe('causal attention', () => {
  it('averages what earlier layers tied together, and hands gradients to early positions', () => {
    const net = new Network()
    const op: Op = { kind: 'attention', scale: 1, causal: true, dropout: 0, hasMask: false }
    let x = net.input([64, tokens, width])
    const values: number[] = []
    const outputs: number[] = []
    for (let layer = 0; layer < depth; layer++) {
      const scores = () => net.linear(x, width, normalWithVariance(1e-12))
      const value = net.linear(x, width, normalWithVariance(1 / width))
      const out = net.op(op, [scores(), scores(), value], [64, tokens, width])
      values.push(value)
      outputs.push(out)
      x = net.add(x, out)
    }
    const prediction = predict(net.graph(x))
    const expected = drawn(150)
    for (let layer = 0; layer < depth; layer++) {
      const forward = prediction.forward[outputs[layer] as number]
      const backward = prediction.backward[values[layer] as number]
      assert.ok(forward?.known && backward?.known)
      const near = (what: string, predicted: number, actual: number, relative: number) =>
        assert.ok(Math.abs(predicted - actual) < relative * actual, `${what} of layer ${layer}: ${predicted}, drawn ${actual}`)
      near('signal', forward.secondMoment, expected.forward[layer] as number, 0.04)
      near('gradient', backward.secondMoment, expected.backward[layer] as number, 0.06)
    }
  })
})
