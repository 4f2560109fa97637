import assert from 'node:assert/strict'
import { scalarFunction } from '../../../src/signal/gaussian/activations'
import { paceOf } from '../../../src/signal/verdicts/pace'
import { bestPassing, passingAt, passingBehindNorm } from '../../../src/signal/verdicts/passing'

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected} ± ${within}`)

describe('the pace of a stretch', () => {
  const geometric = (first: number, factor: number, layers: number) => Array.from({ length: layers }, (_, i) => first * factor ** i)

  it('is the factor from layer to layer, and tells when a format is left', () => {
    const pace = paceOf(geometric(1, 1 / 20, 8))
    near(pace?.factor ?? 0, 1 / 20, 1e-12)
    near(pace?.tenfold ?? 0, Math.log(10) / Math.log(20), 1e-12)
    // 20⁻ⁿ falls below the squares of the smallest numbers, 2⁻⁴⁸, 2⁻²⁶⁶ and 2⁻²⁹⁸
    assert.deepEqual(
      pace?.leaves.map(({ format, direction, layers, within }) => [format, direction, layers, within]),
      [
        ['float16', 'underflow', 12, false],
        ['bfloat16', 'underflow', 62, false],
        ['float32', 'underflow', 69, false],
      ],
    )
  })

  it('tells the layer where a format is left within the stretch', () => {
    const float16 = paceOf(geometric(1, 256, 12))?.leaves.find(({ format }) => format === 'float16')
    assert.deepEqual(float16, { format: 'float16', direction: 'overflow', layers: 4, within: true })
  })

  it('says nothing of other depths where it slackens', () => {
    const pace = paceOf(Array.from({ length: 30 }, (_, i) => 1 / (i + 1)))
    assert.equal(pace?.tenfold, null)
    assert.deepEqual(pace?.leaves, [])
  })

  it('is none where a moment is zero or beyond a double', () => {
    assert.equal(paceOf([1, 0, 0]), null)
    assert.equal(paceOf([1, Number.POSITIVE_INFINITY]), null)
  })
})

describe('what an activation can pass', () => {
  it('is all of the gradient for relu and tanh, less than half for a sigmoid', () => {
    near(bestPassing({ name: 'relu' }).factor, 1, 1e-6)
    near(bestPassing({ name: 'tanh' }).factor, 1, 1e-3)
    near(bestPassing({ name: 'sigmoid' }).factor, 0.45, 0.02)
  })

  it('goes with q/4 where the sigmoid is all but linear', () => {
    near(passingAt(scalarFunction({ name: 'sigmoid' }), 1e-3) / 1e-3, 1 / 4, 1e-3)
  })

  it('behind a norm is π/(π − 1) for relu (Yang et al. 2019)', () => {
    near(passingBehindNorm({ name: 'relu' }), Math.PI / (Math.PI - 1), 1e-6)
  })
})
