import assert from 'node:assert/strict'
import { predict } from '../../../src/signal'
import { generator } from './monteCarlo'
import { Network, normalWithVariance } from './network'

const [depth, width, samples] = [12, 24, 4]

/** Mean square of the gradient at the input of tanh(W·) in a row, weights of the given variance times 1/width, over draws. */
function drawn(variance: number, trials: number): number {
  const { normal } = generator(11)
  const deviation = Math.sqrt(variance / width)
  let total = 0
  for (let t = 0; t < trials; t++) {
    const weights = Array.from({ length: depth }, () =>
      Array.from({ length: width }, () => Float64Array.from({ length: width }, () => normal() * deviation)),
    )
    for (let s = 0; s < samples; s++) {
      let h: Float64Array = Float64Array.from({ length: width }, normal)
      const layers = weights.map((rows) => {
        h = Float64Array.from(rows, (row) => Math.tanh(row.reduce((sum, w, k) => sum + w * (h[k] as number), 0)))
        return h
      })
      let g: Float64Array = Float64Array.from({ length: width }, normal)
      for (let l = depth - 1; l >= 0; l--) {
        const delta = g.map((value, c) => value * (1 - (layers[l]?.[c] as number) ** 2))
        g = new Float64Array(width).map((_, k) => delta.reduce((sum, d, c) => sum + d * (weights[l]?.[c]?.[k] as number), 0))
      }
      total += g.reduce((sum, value) => sum + value * value, 0) / (width * samples * trials)
    }
  }
  return total
}

function predicted(variance: number): number {
  const net = new Network()
  const input = net.input([samples, width])
  let x = input
  for (let l = 0; l < depth; l++)
    x = net.op({ kind: 'activation', fn: { name: 'tanh' } }, [net.linear(x, width, normalWithVariance(variance / width))], [samples, width])
  const gradient = predict(net.graph(x)).backward[input]
  assert.ok(gradient?.known)
  return gradient.secondMoment
}

describe('weights that make the value and send its gradient back', () => {
  it('send less of it where what follows saturates, and what they do not send comes from values that saturate', () => {
    const ratio = predicted(1) / drawn(1, 1500)
    assert.ok(Math.abs(ratio - 1) < 0.08, `predicted over drawn ${ratio}`)
  })
})
