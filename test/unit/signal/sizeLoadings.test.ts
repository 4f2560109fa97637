import assert from 'node:assert/strict'
import {
  addLoadings,
  joinLoadings,
  largestLoadings,
  loadingOf,
  scaleLoadings,
  sumOfProducts,
  sumOfSquares,
} from '../../../src/signal/sizeLoadings'

const [a, b, c] = [{ skew: 0 }, { skew: 0 }, { skew: 0 }]
const both = joinLoadings(loadingOf(a, 3), loadingOf(b, 4))

describe('loadings of the causes of sizes', () => {
  it('add up cause by cause, whatever the order of each', () => {
    const turned = joinLoadings(loadingOf(b, 1), loadingOf(a, 2))
    const sum = addLoadings([
      { loadings: both, share: 1 },
      { loadings: turned, share: 10 },
    ])
    assert.deepEqual(sum.sources, [a, b])
    assert.deepEqual([...sum.sample], [23, 14])
    assert.deepEqual([...joinLoadings(both, loadingOf(b, 1)).sample], [3, 5])
    assert.equal(sumOfProducts(both, turned, 'sample'), 3 * 2 + 4 * 1)
    assert.equal(sumOfProducts(both, loadingOf(c, 7), 'sample'), 0)
  })

  it('keep batches apart from samples', () => {
    const scaled = scaleLoadings(both, 2, 0)
    assert.equal(sumOfSquares(scaled, 'sample'), 100)
    assert.equal(sumOfSquares(scaled, 'batch'), 0)
  })

  it('leave the variance of the smallest where only the largest are kept', () => {
    const { kept, others } = largestLoadings(joinLoadings(loadingOf(c, 1), both), 2)
    assert.deepEqual(kept.sources, [a, b])
    assert.equal(sumOfSquares(kept, 'sample') + others, 26)
    assert.equal(others, 1)
  })
})
