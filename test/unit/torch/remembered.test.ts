import assert from 'node:assert/strict'
import type { Elements } from '../../../src/frameworks/torch/tensor'
import { everywhere, knownBefore, rememberedOf } from '../../../src/frameworks/torch/tensor/remembered'

const ramp = (length: number, from = 0) => Float64Array.from({ length }, (_, i) => from + i)
const of =
  (array: Float64Array): Elements =>
  (index) =>
    array[index] ?? Number.NaN

describe('numbers that were computed before', () => {
  it('are computed once for one operation on the same numbers', () => {
    const [x, y] = [of(ramp(300)), of(ramp(300, 1))]
    let times = 0
    const double = (input: Elements) =>
      rememberedOf('double', [input], 300, () => {
        times += 1
        return (index) => 2 * input(index)
      })
    assert.equal(double(x), double(x))
    assert.equal(times, 1)
    assert.equal(double(y)?.(3), 8)
    assert.equal(times, 2)
  })

  it('are recognized by what they are, and not by their length', () => {
    const first = of(ramp(100, 7))
    assert.equal(knownBefore(first, ramp(100, 7)), first)
    assert.equal(knownBefore(of(ramp(100, 7)), ramp(100, 7)), first)
    const other = of(ramp(100, 8))
    assert.equal(knownBefore(other, ramp(100, 8)), other)
  })

  it('are forgotten, those of longest ago first, so that names of single numbers do not pile up', () => {
    const zero = everywhere(0.125)
    assert.equal(everywhere(0.125), zero)
    for (let i = 0; i < 40_000; i++) everywhere(i + 0.5)
    assert.notEqual(everywhere(0.125), zero)
    assert.equal(everywhere(-0)(5), -0)
  })
})
