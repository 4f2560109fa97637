import assert from 'node:assert/strict'
import type { ActivationFunction } from '../../../src/graph'
import { activationMoments } from '../../../src/signal'

const gains: readonly (readonly [ActivationFunction, number, number])[] = [
  [{ name: 'relu' }, Math.SQRT2, Math.SQRT2],
  [{ name: 'gelu' }, 1.5335, 1.4811],
  [{ name: 'silu' }, 1.6765, 1.6233],
  [{ name: 'tanh' }, 1.5925, 1.4674],
  [{ name: 'elu', alpha: 1 }, 1.2452, 1.2234],
  [{ name: 'selu' }, 1, 0.966026],
  [{ name: 'sigmoid' }, 1.8462, 4.7226],
]

describe('activation moments', () => {
  for (const [fn, forward, backward] of gains) {
    it(`gives the published gains of ${fn.name}`, () => {
      const moments = activationMoments(fn, 0, 1)
      assert.ok(moments)
      assert.ok(Math.abs(1 / Math.sqrt(moments.secondMoment) - forward) < 6e-5, `forward ${1 / Math.sqrt(moments.secondMoment)}`)
      assert.ok(Math.abs(1 / Math.sqrt(moments.slopeSquare) - backward) < 6e-5, `backward ${1 / Math.sqrt(moments.slopeSquare)}`)
    })
  }

  it('agrees with the closed form of relu at any mean to 1e-9', () => {
    for (const mean of [-2, -0.3, 0, 0.7, 5]) {
      const moments = activationMoments({ name: 'relu' }, mean, 1)
      assert.ok(moments)
      const p = Math.exp((-mean * mean) / 2) / Math.sqrt(2 * Math.PI)
      const c = moments.slopeSquare
      assert.ok(Math.abs(moments.mean - (p + mean * c)) < 1e-9)
      assert.ok(Math.abs(moments.secondMoment - ((1 + mean * mean) * c + mean * p)) < 1e-9)
    }
  })
})
