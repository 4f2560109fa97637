import assert from 'node:assert/strict'
import { type SoftmaxSums, softmaxOverlap, softmaxSums } from '../../../src/signal/softmaxSums'
import { normals, softmaxOf } from './draws'

type Drawn = Pick<SoftmaxSums, 'square' | 'cube' | 'slope' | 'lean' | 'stretch'>

function sampled(n: number, sigma: number, draws: number): Drawn {
  const normal = normals(7)
  const total = { square: 0, cube: 0, slope: 0, lean: 0, stretch: 0 }
  for (let d = 0; d < draws; d++) {
    const z = Array.from({ length: n }, normal)
    const weights = softmaxOf(z.map((x) => sigma * x))
    const sum = (of: (weight: number, x: number) => number) => weights.reduce((acc, weight, i) => acc + of(weight, z[i] as number), 0)
    const [a2, a3] = [sum((a) => a ** 2), sum((a) => a ** 3)]
    total.square += a2 / draws
    total.cube += a3 / draws
    total.slope += (a2 - 2 * a3 + a2 * a2) / draws
    total.lean += (sum((a, x) => a * x) ** 2 - sum((a, x) => (a * x) ** 2)) / draws
    total.stretch += sum((a, x) => a * a * (x * x - 1)) / draws
  }
  return total
}

function sampledOverlap(n: number, sigma: number, rho: number, draws: number): number {
  const normal = normals(11)
  let total = 0
  for (let d = 0; d < draws; d++) {
    const z = Array.from({ length: n }, normal)
    const first = softmaxOf(z.map((x) => sigma * x))
    const second = softmaxOf(z.map((x) => sigma * (rho * x + Math.sqrt(1 - rho * rho) * normal())))
    total += first.reduce((sum, a, i) => sum + a * (second[i] as number), 0) / draws
  }
  return total
}

describe('sums of softmax weights', () => {
  it('are those of n equal weights for equal scores', () =>
    assert.deepEqual(softmaxSums(8, 0), {
      square: 1 / 8,
      cube: 1 / 64,
      slope: 7 / 64,
      linear: 0,
      quadratic: 0,
      lean: 0,
      stretch: 0,
    }))

  for (const [n, sigma] of [
    [2, 1],
    [16, 0.3],
    [16, 1],
    [64, 2],
    [16, 5],
    [20, 12],
    [16, 70],
  ] as const) {
    it(`agree with draws of ${n} scores of standard deviation ${sigma}`, () => {
      const sums = softmaxSums(n, sigma * sigma)
      const drawn = sampled(n, sigma, 20000)
      const near = (key: keyof Drawn, relative: number, least = 0) =>
        assert.ok(Math.abs(sums[key] - drawn[key]) < relative * Math.abs(drawn[key]) + least, `${key}: ${sums[key]}, drawn ${drawn[key]}`)
      near('square', 0.02)
      near('cube', 0.04)
      near('slope', 0.06)
      near('lean', 0.1, 0.01)
      near('stretch', 0.1, 0.01)
    })
  }

  for (const [n, sigma, rho, relative] of [
    [16, 0.5, 0.8, 0.01],
    [20, 1, -0.3, 0.01],
    [64, 2, 0.5, 0.04],
    [20, 4, 0.3, 0.06],
    [20, 4, 0.95, 0.03],
    [20, 70, 0.3, 0.06],
  ] as const) {
    it(`overlap as drawn where ${n} scores of standard deviation ${sigma} correlate by ${rho}`, () => {
      const overlap = softmaxOverlap(n, sigma * sigma, rho)
      const drawn = sampledOverlap(n, sigma, rho, 20000)
      assert.ok(Math.abs(overlap - drawn) < relative * drawn, `${overlap}, drawn ${drawn}`)
    })
  }
})
