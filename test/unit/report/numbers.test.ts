import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatInput, inputText, parseInput } from '../../../src/report/input'
import { count, formatFold, formatNumber, powerOfTen } from '../../../src/report/numbers'

describe('numbers for people', () => {
  it('keeps three significant digits and no trailing zeros', () => {
    const cases: readonly (readonly [number, string])[] = [
      [0.331, '0.331'],
      [2.4e-7, '2.4e-7'],
      [1800, '1,800'],
      [0, '0'],
      [2, '2'],
      [0.0005, '0.0005'],
      [123456, '1.23e5'],
      [99999, '1e5'],
      [12345, '12,300'],
      [-0.25, '−0.25'],
      [1e-4, '0.0001'],
      [9.9999e-5, '0.0001'],
      [Number.POSITIVE_INFINITY, 'overflow'],
      [Number.NaN, '?'],
      [1e-300, '1e-300'],
      [20, '20'],
      [100, '100'],
    ]
    for (const [value, text] of cases) assert.equal(formatNumber(value), text)
  })

  it('says folds in either direction', () => {
    assert.equal(formatFold(1 / 1809), '1,800-fold')
    assert.equal(formatFold(4_166_667), '4,200,000-fold')
    assert.equal(formatFold(1e-12), '10¹²-fold')
    assert.equal(formatFold(2.52), '2.5-fold')
    assert.equal(formatFold(0), 'beyond measure')
    assert.equal(powerOfTen(-40), '10⁻⁴⁰')
    assert.equal(count(1, 'layer'), '1 layer')
    assert.equal(count(1200, 'layer'), '1,200 layers')
  })

  it('stays within half a unit of the last digit', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (value) => {
        const back = Number(formatNumber(value).replaceAll(',', ''))
        assert.ok(Math.abs(back - value) <= 0.0051 * value, `${value} → ${back}`)
      }),
    )
  })
})

describe('what the model is fed', () => {
  it('reads the terminal contract', () => {
    assert.deepEqual(parseInput('8x3x32x32'), {
      ok: true,
      input: [{ shape: [8, 3, 32, 32], distribution: { kind: 'normal', mean: 0, std: 1 } }],
    })
    assert.deepEqual(parseInput('4x16:int50257, 8×784:uniform'), {
      ok: true,
      input: [
        { shape: [4, 16], distribution: { kind: 'tokens', below: 50257 } },
        { shape: [8, 784], distribution: { kind: 'uniform', low: 0, high: 1 } },
      ],
    })
    assert.deepEqual(parseInput('2x4 N(0.5, 4)'), {
      ok: true,
      input: [{ shape: [2, 4], distribution: { kind: 'normal', mean: 0.5, std: 2 } }],
    })
  })

  it('says what is wrong', () => {
    for (const text of ['', 'abc', '0x3', '8x3:gamma', '8x3:int0', '99999x99999x99999', '8x3:uniform(1, 0)']) {
      const parsed = parseInput(text)
      assert.equal(parsed.ok, false, text)
    }
    const parsed = parseInput('8x3:gamma')
    assert.ok(!parsed.ok && parsed.message.includes('gamma'))
  })

  it('writes what it reads', () => {
    const text = '8x3x32x32, 4x16:int50257, 8x784:uniform(-1, 1), 2x5:onehot10, 2x2:normal(0.5, 0.2)'
    const parsed = parseInput(text)
    assert.ok(parsed.ok)
    assert.equal(inputText(parsed.input), text)
    assert.equal(formatInput(parsed.input.slice(0, 1)), '8×3×32×32 N(0, 1)')
  })
})
