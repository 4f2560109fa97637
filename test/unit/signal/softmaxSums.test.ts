import assert from 'node:assert/strict'
import { softmaxSums } from '../../../src/signal/softmaxSums'

/** Normal draws from a fixed seed (mulberry32, Box–Muller). */
function normals(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}

function sampled(n: number, sigma: number, draws: number): { readonly square: number; readonly cube: number } {
  const normal = normals(7)
  let square = 0
  let cube = 0
  for (let d = 0; d < draws; d++) {
    const scores = Array.from({ length: n }, () => sigma * normal())
    const top = Math.max(...scores)
    const weights = scores.map((s) => Math.exp(s - top))
    const sum = weights.reduce((a, b) => a + b, 0)
    square += weights.reduce((a, w) => a + (w / sum) ** 2, 0)
    cube += weights.reduce((a, w) => a + (w / sum) ** 3, 0)
  }
  return { square: square / draws, cube: cube / draws }
}

describe('sums of softmax weights', () => {
  it('are 1/n and 1/n² for equal scores', () => assert.deepEqual(softmaxSums(8, 0), { square: 1 / 8, cube: 1 / 64 }))

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
      const { square, cube } = softmaxSums(n, sigma * sigma)
      const drawn = sampled(n, sigma, 20000)
      assert.ok(Math.abs(square - drawn.square) < 0.02 * drawn.square, `Σ A²: ${square}, drawn ${drawn.square}`)
      assert.ok(Math.abs(cube - drawn.cube) < 0.04 * drawn.cube, `Σ A³: ${cube}, drawn ${drawn.cube}`)
    })
  }
})
