import assert from 'node:assert/strict'
import { independentLags, lagAt, lagsByAxes, meanOverPairs } from '../../../src/signal/lags'
import { freshLags, joinLags, rearrangeLags, splitLags } from '../../../src/signal/lagLayout'

const [windows, places] = [4, 8] as const
/** Places of one window share 0.5 of their variance, windows 0.1. */
const windowed = lagsByAxes([windows, places], ([window]) => (window ? 0.1 : 0.5))

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`)

describe('correlations of windows', () => {
  it('are told apart by the axes on which positions differ', () => {
    near(lagAt(windowed, [0, 5]), 0.5)
    near(lagAt(windowed, [1, 0]), 0.1)
    near(lagAt(windowed, [2, 3]), 0.1)
    const pairs = windows * places
    near(meanOverPairs(windowed, [windows, places]), (1 + (places - 1) * 0.5 + (windows - 1) * places * 0.1) / pairs)
    near(meanOverPairs(windowed, [1, places]), (1 + (places - 1) * 0.5) / places)
  })

  it('become near lags where windows are joined, and windows again where they are split', () => {
    const joined = joinLags(windowed, 0, [windows, places])
    const size = windows * places
    // Of 31 pairs of neighbours 28 lie in one window.
    near(lagAt(joined, [1]), (28 * 0.5 + 3 * 0.1) / 31)
    near(lagAt(joined, [20]), 0.1)
    assert.ok(Math.abs(meanOverPairs(joined, [size]) - meanOverPairs(windowed, [windows, places])) < 1e-9)
    const split = splitLags(joined, 0)
    near(lagAt(split, [0, 1]), (28 * 0.5 + 3 * 0.1) / 31)
    near(lagAt(split, [1, 0]), 0.1)
  })

  it('share nothing on an axis that held units', () => {
    const heads = freshLags(independentLags(1, 0.4), [null, 0], [3, 10])
    near(lagAt(heads, [0, 4]), 0.4)
    near(lagAt(heads, [1, 0]), 0)
    near(lagAt(rearrangeLags(heads, [1]), [7]), 0.4)
  })
})
