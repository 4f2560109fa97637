import assert from 'node:assert/strict'
import { initializerMoments } from '../../../src/signal/initializerMoments'
import { spectrallyNormed } from '../../../src/signal/spectralNorm'
import { generator } from './monteCarlo'
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
  ] as const)
    for (const iterations of [1, 3, 16])
      it(`divides ${m}×${n} weights by what ${iterations === 1 ? 'one iteration shows' : `${iterations} iterations show`}`, () => {
        const { normal } = generator(m * n + iterations)
        const samples = Array.from({ length: 40 }, () => drawn(m, n, iterations, normal))
        const mean = samples.reduce((a, b) => a + b, 0) / samples.length
        const error = Math.sqrt(samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 39 / 40)
        const initializer = { distribution: normalWithVariance(1), label: '', origin: 'default' as const, span: null }
        const { secondMoment } = spectrallyNormed(initializerMoments(initializer, [m, n]), [m, n], iterations)
        assert.ok(Math.abs(secondMoment - mean) <= 4 * error + 0.02 * mean, `${secondMoment} predicted, ${mean} ± ${error} drawn`)
      })

  it('makes orthogonal weights orthonormal', () => {
    const initializer = { distribution: { kind: 'orthogonal' as const, gain: 3 }, label: '', origin: 'default' as const, span: null }
    assert.ok(Math.abs(spectrallyNormed(initializerMoments(initializer, [8, 16]), [8, 16], 1).secondMoment - 1 / 16) < 1e-12)
  })
})
