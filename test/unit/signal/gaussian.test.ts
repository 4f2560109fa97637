import assert from 'node:assert/strict'
import fc from 'fast-check'
import { scalarFunction } from '../../../src/signal/gaussian/activations'
import { expand, expectation, NORMAL_SHAPE, stepExpectation, twoPoint } from '../../../src/signal/gaussian/expansion'
import { inverseMean } from '../../../src/signal/gaussian/inverseMean'
import { maximumCorrelation, maximumMoments } from '../../../src/signal/gaussian/maximum'
import { sumMixture } from '../../../src/signal/gaussian/mixture'
import { cumulative, density } from '../../../src/signal/gaussian/normal'
import { identity } from '../../../src/signal/gaussian/scalarFunction'

const close = (actual: number, expected: number, relative: number) =>
  assert.ok(Math.abs(actual - expected) <= relative * Math.max(1e-12, Math.abs(expected)), `${actual} is not ${expected}`)

describe('gaussian integrals', () => {
  it('knows the normal distribution', () => {
    close(cumulative(1.6448536269514722), 0.95, 1e-14)
    close(cumulative(-6), 9.865876450376981e-10, 1e-9)
    assert.equal(cumulative(0), 0.5)
  })

  it('follows the arc-cosine kernel of relu', () => {
    const relu = expand(scalarFunction({ name: 'relu' }), 0, 1, NORMAL_SHAPE)
    fc.assert(
      fc.property(fc.double({ min: -0.95, max: 0.95, noNaN: true }), (rho) => {
        const exact = (Math.sqrt(1 - rho * rho) + rho * (Math.PI - Math.acos(rho))) / (2 * Math.PI)
        assert.ok(Math.abs(twoPoint(relu, relu, rho) - exact) < 4e-4)
      }),
    )
  })

  it('gives the same for a piecewise-linear function by closed form and by quadrature', () => {
    const closed = scalarFunction({ name: 'leakyRelu', slope: 0.2, learned: false })
    const open = { ...closed, slopes: null }
    for (const mean of [-1, 0, 0.4]) {
      const shape = { skew: 0.3, excess: 0.5 }
      const a = expand(closed, mean, 2, shape)
      const b = expand(open, mean, 2, shape)
      close(a.square, b.square, 1e-6)
      a.coefficients.forEach((coefficient, n) => {
        assert.ok(Math.abs(coefficient - (b.coefficients[n] as number)) < 1e-6)
      })
    }
  })

  it('knows the largest of n normal variables', () => {
    close(maximumMoments(2).mean, 1 / Math.sqrt(Math.PI), 1e-9)
    close(maximumMoments(4).mean, 1.029375373, 1e-8)
    close(maximumMoments(9).variance, 0.3573533264, 1e-8)
    // max(a, c) and max(b, c): given c both have mean cΦ(c) + φ(c)
    const product = expectation((c) => (c * cumulative(c) + density(c)) ** 2, [], 0, 1)
    close(maximumCorrelation(2, 1), (product - 1 / Math.PI) / (1 - 1 / Math.PI), 1e-3)
  })

  it('averages steps in closed form', () => {
    for (const mean of [-0.7, 0, 1.2]) {
      const shape = { skew: 0.4, excess: 0.2 }
      close(
        stepExpectation(0.3, 2, mean, 1.7, shape),
        expectation((x) => (x > 0 ? 2 : 0.3), [0], mean, 1.7, shape),
        1e-6,
      )
    }
  })

  it('inverts means of gamma variables', () => {
    // chi-square of 9 over 9: E[1/v] = 9/7
    close(inverseMean(0, 1, 2 / 9), 9 / 7, 1e-4)
    close(inverseMean(0.5, 0.5, 0), 1, 1e-12)
  })

  it('mixes a rectified value and a normal one exactly', () => {
    const mixture = sumMixture([
      { f: scalarFunction({ name: 'relu' }), mean: 0, variance: 1, shape: NORMAL_SHAPE },
      { f: identity, mean: 0, variance: 1, shape: NORMAL_SHAPE },
    ])
    assert.ok(mixture)
    const mean = 1 / Math.sqrt(2 * Math.PI)
    const variance = 0.5 - mean * mean + 1
    // P(relu(u) + n > 0) = 1/4 + 1/2·(1/2 + arctan(1)/π)
    const positive = stepExpectation(0, 1, mean, variance, { skew: 0, excess: 0, mixture })
    close(positive, 0.25 + 0.5 * (0.5 + Math.atan(1) / Math.PI), 1e-4)
  })
})
