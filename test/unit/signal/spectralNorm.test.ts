import assert from 'node:assert/strict'
import type { Distribution } from '../../../src/graph'
import { initializerMoments } from '../../../src/signal/initializerMoments'
import { spectrallyNormed } from '../../../src/signal/spectralNorm'
import { estimate, generator } from './monteCarlo'
import { normalWithVariance } from './network'

const length = (values: Float64Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0))

/** 1/σ² of one drawn matrix as power iteration estimates it from a random vector. */
function drawn(m: number, n: number, iterations: number, normal: () => number): number {
  const w = Float64Array.from({ length: m * n }, normal)
  let u = Float64Array.from({ length: m }, normal)
  let sigma = 0
  for (let k = 0; k < iterations; k++) {
    const v = Float64Array.from({ length: n }, (_, j) => u.reduce((sum, x, i) => sum + x * (w[i * n + j] as number), 0))
    const unit = v.map((x) => x / length(v))
    u = Float64Array.from({ length: m }, (_, i) => unit.reduce((sum, x, j) => sum + x * (w[i * n + j] as number), 0))
    sigma = length(u)
    u = u.map((x) => x / sigma)
  }
  return 1 / sigma ** 2
}

describe('spectral norm', () => {
  for (const [m, n] of [
    [20, 60],
    [64, 64],
    [128, 32],
    [24, 24],
  ] as const)
    for (const iterations of [1, 3, 16])
      it(`divides ${m}×${n} weights by what ${iterations === 1 ? 'one iteration shows' : `${iterations} iterations show`}`, () => {
        const { normal } = generator(m * n + iterations)
        const samples = Array.from({ length: 80 }, () => drawn(m, n, iterations, normal))
        const { value: mean, error } = estimate(samples)
        const initializer = { distribution: normalWithVariance(1), label: '', origin: 'default' as const, span: null }
        const { secondMoment } = spectrallyNormed(initializerMoments(initializer, [m, n]), [m, n], iterations)
        assert.ok(Math.abs(secondMoment - mean) <= 4 * error + 0.02 * mean, `${secondMoment} predicted, ${mean} ± ${error} drawn`)
      })

  const weight = (distribution: Distribution, shape: readonly number[]) =>
    initializerMoments({ distribution, label: '', origin: 'default', span: null }, shape)

  it('makes orthogonal weights orthonormal', () => {
    const { secondMoment } = spectrallyNormed(weight({ kind: 'orthogonal', gain: 3 }, [8, 16]), [8, 16], 1)
    assert.ok(Math.abs(secondMoment - 1 / 16) < 1e-12)
  })

  it('stays below the edge of the spectrum once it has converged, by what finite matrices do in the mean', () => {
    const { normal } = generator(9)
    const [m, n] = [12, 12]
    const samples = Array.from({ length: 400 }, () => drawn(m, n, 60, normal))
    const { value, error } = estimate(samples)
    const { secondMoment } = spectrallyNormed(weight(normalWithVariance(1), [m, n]), [m, n], 60)
    // E[1/σ²] lies above 1/E[σ²].
    assert.ok(Math.abs(secondMoment - value) <= 4 * error + 0.05 * value, `${secondMoment} predicted, ${value} ± ${error} drawn`)
  })

  it('of one number everywhere is that of a matrix of rank 1: σ² = m·n·c²', () => {
    const { secondMoment, mean } = spectrallyNormed(weight({ kind: 'constant', value: 3 }, [8, 16]), [8, 16], 1)
    assert.ok(Math.abs(secondMoment - 1 / 128) < 1e-12)
    assert.ok(Math.abs(mean - 1 / Math.sqrt(128)) < 1e-12)
  })

  it('of a matrix of ones and zeros that selects is 1', () => {
    const eye = weight({ kind: 'eye' }, [8, 8])
    assert.equal(spectrallyNormed(eye, [8, 8], 1).secondMoment, eye.secondMoment)
  })

  it('scales the variance as it does the second moment', () => {
    const { variance, secondMoment } = spectrallyNormed(weight(normalWithVariance(5), [16, 32]), [16, 32], 3)
    assert.ok(Math.abs(variance - secondMoment) < 1e-12)
  })

  it('is not known of zeros, nor of what is not drawn around zero', () => {
    assert.throws(() => spectrallyNormed(weight({ kind: 'constant', value: 0 }, [8, 16]), [8, 16], 1), /a weight that is zero/)
    assert.throws(() => spectrallyNormed(weight({ kind: 'normal', mean: 1, std: 1 }, [8, 16]), [8, 16], 1), /not drawn around zero/)
  })
})
