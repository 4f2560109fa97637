import assert from 'node:assert/strict'
import { workClock } from '../../../src/clock'
import fc from 'fast-check'
import type { Prediction } from '../../../src/analysis'
import { predict } from '../../../src/signal'
import { Network, normalWithVariance, uniformWithVariance } from './network'

const q = (prediction: Prediction, id: number): number => {
  const moments = prediction.forward[id]
  assert.ok(moments?.known, moments?.known === false ? moments.reason : 'missing')
  return moments.secondMoment
}
const g = (prediction: Prediction, id: number): number => {
  const moments = prediction.backward[id]
  assert.ok(moments?.known, moments?.known === false ? moments.reason : 'missing')
  return moments.secondMoment
}
const close = (actual: number, expected: number, relative: number) =>
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual} is not ${expected} within ${relative}`)

describe('forward and backward rules', () => {
  it('multiplies variances through linear layers, forward by fan-in and backward by fan-out', () => {
    const width = fc.integer({ min: 1, max: 300 })
    fc.assert(
      fc.property(fc.array(width, { minLength: 2, maxLength: 8 }), fc.double({ min: 1e-4, max: 3, noNaN: true }), (widths, variance) => {
        const net = new Network()
        const x = net.input([8, widths[0] as number])
        let y = x
        let forward = 1
        let backward = 1
        widths.slice(1).forEach((out, i) => {
          y = net.linear(y, out, normalWithVariance(variance))
          forward *= variance * (widths[i] as number)
          backward *= variance * out
        })
        const prediction = predict(net.graph(y))
        close(q(prediction, y), forward, 1e-9)
        close(g(prediction, x), backward, 1e-9)
      }),
    )
  })

  it('keeps the second moment through He and relu at any depth', () => {
    const net = new Network()
    let y = net.input([8, 128])
    for (let i = 0; i < 50; i++) y = net.relu(net.linear(y, 128, normalWithVariance(2 / 128)))
    const prediction = predict(net.graph(y))
    close(q(prediction, y), 1, 1e-6)
    close(g(prediction, 0), 1, 1e-6)
  })

  it('counts only the taps inside the image', () => {
    const net = new Network()
    const x = net.input([4, 16, 4, 4])
    const y = net.conv(x, 32, 3, normalWithVariance(1 / 144), { padding: 1 })
    const prediction = predict(net.graph(y))
    close(q(prediction, y), (1 - 2 / 12) ** 2, 1e-9)
    close(g(prediction, x), ((1 - 2 / 12) ** 2 * 32) / 16, 1e-9)
  })

  it('predicts the convolution behind a batch norm and relu, and the growth of the gradient through it', () => {
    const net = new Network()
    const x = net.relu(net.batchNorm(net.input([64, 64, 32, 32])))
    const bound = uniformWithVariance(1 / (3 * 576))
    const z = net.conv(x, 64, 3, bound, { padding: 1, bias: bound })
    const y = net.batchNorm(z)
    const prediction = predict(net.graph(y))
    close(q(prediction, z), 0.1604, 0.002)
    close(g(prediction, z), 9.1, 0.012)
  })

  it('pools the largest of relus, and lets relu pass what the pool routes to winners', () => {
    const net = new Network()
    const z = net.batchNorm(net.input([16, 64, 16, 16]), 0)
    const h = net.relu(z)
    const y = net.maxPool(h, 2, 2)
    const prediction = predict(net.graph(y))
    // E[max(0, z₁ … z₄)²] = E[z²; z > 0] of the maximum: 2 − what the negative maxima hold
    close(q(prediction, y), 1.5314, 0.01)
    close(g(prediction, h), 0.25, 1e-9)
    close(g(prediction, z) / g(prediction, h), 15 / 16, 0.01)
  })

  it('adds what shares a source as functions of it', () => {
    const net = new Network()
    const x = net.linear(net.input([8, 256]), 256, normalWithVariance(1 / 256))
    const twice = net.add(x, x)
    const sigmoid = net.op({ kind: 'activation', fn: { name: 'sigmoid' } }, [x], [8, 256])
    const swish = net.op({ kind: 'multiply' }, [x, sigmoid], [8, 256])
    const both = predict(net.graph(swish))
    close(q(both, twice), 4, 1e-9)
    close(q(both, swish), 1 / 1.6765 ** 2, 2e-3)
    close(g(both, x), 1 / 1.6233 ** 2, 4e-3)
  })

  it('adds noise to an image read as one row', () => {
    const net = new Network()
    const row = net.op({ kind: 'reshape' }, [net.input([8, 4, 6])], [8, 24])
    const noise = net.op({ kind: 'random', distribution: { kind: 'normal', mean: 0, std: 0.5 } }, [], [8, 24])
    const y = net.add(row, noise)
    const prediction = predict(net.graph(y))
    close(q(prediction, y), 1.25, 1e-9)
    close(g(prediction, row), 1, 1e-9)
  })

  it('keeps independent branches apart', () => {
    const net = new Network()
    const x = net.input([8, 64])
    const y = net.add(x, net.linear(x, 64, normalWithVariance(1 / 64)))
    const prediction = predict(net.graph(y))
    close(q(prediction, y), 2, 1e-9)
    close(g(prediction, x), 2, 1e-9)
  })

  it('has no gradient behind weights that are zero', () => {
    const net = new Network()
    const x = net.linear(net.input([8, 64]), 64, normalWithVariance(1 / 64))
    const y = net.linear(x, 10, { kind: 'constant', value: 0 })
    const prediction = predict(net.graph(y))
    assert.equal(q(prediction, y), 0)
    assert.equal(g(prediction, x), 0)
  })

  it('says why and where it does not know, and nothing behind it', () => {
    const net = new Network()
    const x = net.input([8, 64])
    const opaque = net.op({ kind: 'opaque', name: 'fft', reason: 'a Fourier transform is not modelled' }, [x], [8, 64])
    const y = net.relu(opaque)
    const prediction = predict(net.graph(y))
    for (const id of [opaque, y])
      assert.deepEqual(prediction.forward[id], {
        known: false,
        reason: 'a Fourier transform is not modelled',
        span: { file: 'net.py', start: 1, end: 2, line: 2, column: 0 },
      })
    assert.equal(prediction.backward[x]?.known, false)
    close(q(prediction, x), 1, 1e-12)
  })

  it('concatenates units of tokens that come from a map with those of a sequence', () => {
    const net = new Network()
    const map = net.conv(net.input([4, 3, 8, 8]), 16, 3, normalWithVariance(1 / 27), { padding: 1 })
    const flat = net.op({ kind: 'reshape' }, [map], [4, 16, 64])
    const tokens = net.op({ kind: 'permute', order: [0, 2, 1] }, [flat], [4, 64, 16])
    const sequence = net.linear(net.input([4, 64, 32]), 16, normalWithVariance(2 / 32))
    const both = net.op({ kind: 'concat', axis: 2 }, [tokens, sequence], [4, 64, 32])
    const prediction = predict(net.graph(both))
    close(q(prediction, both), (q(prediction, tokens) + 2) / 2, 1e-9)
    close(g(prediction, sequence), 1, 1e-9)
  })

  it('keeps blocks of units apart through concatenation and batch norm', () => {
    const net = new Network()
    const x = net.input([8, 32, 8, 8])
    const small = net.conv(x, 16, 1, normalWithVariance(0.01 / 32))
    const large = net.conv(x, 48, 1, normalWithVariance(4 / 32))
    const cat = net.op({ kind: 'concat', axis: 1 }, [small, large], [8, 64, 8, 8])
    const y = net.batchNorm(cat, 0)
    const prediction = predict(net.graph(y))
    close(q(prediction, cat), 0.25 * 0.01 + 0.75 * 4, 1e-9)
    close(q(prediction, y), 1, 1e-6)
    close(g(prediction, small) / g(prediction, large), 400, 1e-6)
  })

  it('stays linear in the number of layers', () => {
    const time = (layers: number) => {
      const net = new Network()
      let y = net.input([8, 64])
      for (let i = 0; i < layers; i++) y = net.relu(net.linear(y, 64, normalWithVariance(2 / 64)))
      const graph = net.graph(y)
      predict(graph)
      // The least work of three: a collection of garbage falls into one of them.
      return Math.min(
        ...[1, 2, 3].map(() => {
          const worked = workClock()
          predict(graph)
          return worked()
        }),
      )
    }
    time(500)
    assert.ok(time(4000) < 40 * Math.max(1, time(400)))
  })
})
