import assert from 'node:assert/strict'
import { predict } from '../../../src/signal'
import { inverseSum } from '../../../src/signal/gaussian/inverseSum'
import { drawMatrix, type Matrix, normals, timesTransposed, transposed } from './draws'
import { Network, normalWithVariance } from './network'

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const variance = (values: readonly number[]) => {
  const centre = mean(values)
  return mean(values.map((value) => (value - centre) ** 2))
}
const normed = (rows: Matrix): Matrix =>
  rows.map((row) => {
    const [centre, deviation] = [mean(row), Math.sqrt(variance(row))]
    return row.map((value) => (value - centre) / deviation)
  })

describe('norms of units that few inputs decide', () => {
  it('have the mean inverse of a sum of few squares', () => {
    assert.ok(Math.abs(inverseSum(5, 'normal', 0) - 5 / 3) < 1e-4)
    assert.ok(Math.abs(inverseSum(9, 'normal', 0) - 9 / 7) < 1e-4)
    // E[1/|u|²] over a cube of side 2√3, by the divergence theorem: ∮ u·n/|u|² over its faces, whose integrand has divergence (3 − 2)/|u|².
    let faces = 0
    const steps = 400
    const a = Math.sqrt(3)
    for (let i = 0; i < steps; i++)
      for (let j = 0; j < steps; j++) {
        const [x, y] = [-a + ((i + 0.5) * 2 * a) / steps, -a + ((j + 0.5) * 2 * a) / steps]
        faces += (6 * a * ((2 * a) / steps) ** 2) / (a * a + x * x + y * y)
      }
    assert.ok(Math.abs(inverseSum(3, 'uniform', 0) - (3 * faces) / (2 * a) ** 3) < 1e-3)
  })

  it('multiply gradients by more where the units before are alike', () => {
    const [features, width, points, draws] = [3, 48, 400, 60] as const
    const normal = normals(7)
    let drawn = 0
    for (let d = 0; d < draws; d++) {
      const x = drawMatrix(normal, points, features)
      const h = normed(transposed(timesTransposed(x, drawMatrix(normal, width, features)))).map((row) => row.map((z) => Math.max(0, z)))
      const z = timesTransposed(drawMatrix(normal, width, width, 1 / Math.sqrt(width)), transposed(h))
      drawn += mean(z.map((row) => 1 / variance(row))) / draws
    }
    const net = new Network()
    const x = net.batchNorm(net.input([16, features, 5, 5]), 0)
    const h = net.relu(net.batchNorm(net.conv(x, width, 1, normalWithVariance(1)), 0))
    const z = net.conv(h, width, 1, normalWithVariance(1 / width))
    const y = net.batchNorm(z, 0)
    const prediction = predict(net.graph(y))
    const predicted = prediction.backward[z]
    assert.ok(predicted?.known)
    // The norm's two projections take 2 of the 400 values of each unit.
    const expected = drawn * (1 - 2 / points)
    assert.ok(Math.abs(predicted.secondMoment / expected - 1) < 0.11, `predicted ${predicted.secondMoment}, drawn ${expected}`)
  })

  it('see samples of different size in the largest of many points', () => {
    const net = new Network()
    const points = net.op({ kind: 'input', name: 'x', distribution: { kind: 'normal', mean: 0, std: 1 } }, [], [8, 256, 3])
    const maps = net.op({ kind: 'input', name: 't', distribution: { kind: 'normal', mean: 0, std: 1 } }, [], [8, 3, 4])
    const mapped = net.op({ kind: 'matmul' }, [points, maps], [8, 256, 4])
    const turned = net.op({ kind: 'permute', order: [0, 2, 1] }, [mapped], [8, 4, 256])
    const largest = net.op({ kind: 'reduce', reduce: 'max', axes: [2], keepDims: false }, [turned], [8, 4])
    const moments = predict(net.graph(largest)).forward[largest]
    assert.ok(moments?.known)
    const normal = normals(2)
    const tops = Array.from({ length: 1500 }, () => {
      const size = Math.hypot(normal(), normal(), normal())
      return size * Array.from({ length: 256 }, normal).reduce((a, b) => Math.max(a, b))
    })
    assert.ok(Math.abs(moments.variance / variance(tops) - 1) < 0.15, `predicted ${moments.variance}, drawn ${variance(tops)}`)
  })
})

describe('a concatenation of units', () => {
  it('keeps the gradients of its parts apart where one is a function of the other', () => {
    const net = new Network()
    const width = 64
    const x = net.linear(net.input([8, width]), width, normalWithVariance(1 / width))
    const right = net.relu(net.add(x, net.linear(x, width, normalWithVariance(1 / width))))
    const joined = net.op({ kind: 'concat', axis: 1 }, [x, right], [8, 2 * width])
    const y = net.linear(joined, width, normalWithVariance(1 / width))
    const prediction = predict(net.graph(y))
    const at = (id: number) => {
      const moments = prediction.backward[id]
      assert.ok(moments?.known)
      return moments.secondMoment
    }
    // Straight, and through half of the sum's elements by two independent ways.
    assert.ok(Math.abs(at(x) / at(joined) - 2) < 0.02, `${at(x) / at(joined)}`)
  })
})

describe('a sum with what does not vary', () => {
  it('keeps the bend behind it where a bias of zeros is added to a scaled product', () => {
    const net = new Network()
    const width = 64
    const x = net.linear(net.input([8, width]), width, normalWithVariance(1e4))
    const scaled = net.op({ kind: 'affine', factor: 0.01 / Math.sqrt(width), shift: 0 }, [x], [8, width])
    const bias = net.op({ kind: 'parameter', parameter: net.parameter([width], { kind: 'constant', value: 0 }) }, [], [width])
    const y = net.op({ kind: 'activation', fn: { name: 'leakyRelu', slope: 0.2, learned: false } }, [net.add(scaled, bias)], [8, width])
    const gradient = predict(net.graph(y)).backward[x]
    assert.ok(gradient?.known)
    const expected = (0.52 * 1e-4) / width
    assert.ok(Math.abs(gradient.secondMoment / expected - 1) < 1e-3, `${gradient.secondMoment / expected}`)
  })
})

describe('an activation of units that sum up what has few inputs in common', () => {
  it('is that of a variable with longer tails', () => {
    const normal = normals(21)
    const [inputs, width, trials] = [2, 48, 3000]
    let drawn = 0
    for (let t = 0; t < trials; t++) {
      const x = Array.from({ length: inputs }, normal)
      const h = Array.from({ length: width }, () => mean(x.map((value) => value * normal())) * Math.sqrt(inputs))
      for (let u = 0; u < width; u++)
        drawn += Math.tanh(mean(h.map((value) => value * normal())) * Math.sqrt(width)) ** 2 / (width * trials)
    }
    const net = new Network()
    const h = net.linear(net.input([4, 16, inputs]), width, normalWithVariance(1 / inputs))
    const y = net.op({ kind: 'activation', fn: { name: 'tanh' } }, [net.linear(h, width, normalWithVariance(1 / width))], [4, 16, width])
    const predicted = predict(net.graph(y)).forward[y]
    assert.ok(predicted?.known)
    assert.ok(Math.abs(predicted.secondMoment / drawn - 1) < 0.06, `predicted ${predicted.secondMoment}, drawn ${drawn}`)
  })
})
