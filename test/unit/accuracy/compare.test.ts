import assert from 'node:assert/strict'
import { worsened } from '../../../scripts/accuracy/check'
import { compare, type PredictedCall, type Predictions, summarize } from '../../../scripts/accuracy/compare'
import type { Measured } from '../../../scripts/accuracy/measurement'
import { percentilesOf } from '../../../scripts/accuracy/percentiles'

function measured(values: readonly { readonly secondMoment: number; readonly error: number }[]): Measured {
  const calls = values.map((value, index) => ({
    name: `layers.${index}`,
    call: 0,
    type: 'Linear',
    forward: { ...value, median: value.secondMoment, p5: value.secondMoment / 2, p95: value.secondMoment * 2 },
    backward: null,
  }))
  const measurement = { versions: {}, file: 'net.py', model: 'Net()', input: '8x4', seeds: 8, calls, weights: [] }
  return { group: 'models', name: 'net', path: 'net.json', measurement }
}

function predictions(...calls: readonly PredictedCall[]): Predictions {
  return { calls, weights: [] }
}

function predicted(name: string, secondMoment: number, band: readonly [number, number] = [0, 10]): PredictedCall {
  return { name, call: 0, forward: { secondMoment, band }, backward: { reason: 'not asked for' } }
}

describe('comparing predictions with measurements', () => {
  it('counts only what exceeds two standard errors, relative to the measurement', () => {
    const [one] = compare(measured([{ secondMoment: 2, error: 0.05 }]), predictions(predicted('layers.0', 2.3)))
    assert.ok(one)
    assert.ok(Math.abs((one.error ?? 0) - 0.1) < 1e-4)
    assert.ok(Math.abs((one.factor ?? 0) - 1.1) < 1e-4)
    const [within] = compare(measured([{ secondMoment: 2, error: 0.2 }]), predictions(predicted('layers.0', 2.3)))
    assert.equal(within?.error, 0)
    assert.equal(within?.factor, 1)
  })

  it('calls a signal that is predicted dead and is alive infinitely far off', () => {
    const [one] = compare(measured([{ secondMoment: 2, error: 0 }]), predictions(predicted('layers.0', 0)))
    assert.ok((one?.error ?? 0) > 0.999)
    assert.equal(one?.factor, Number.POSITIVE_INFINITY)
  })

  it('takes what is not a number for no prediction', () => {
    const [one] = compare(measured([{ secondMoment: 2, error: 0 }]), predictions(predicted('layers.0', Number.NaN)))
    assert.equal(one?.error, null)
    assert.equal(one?.reason, 'the prediction is not a number')
  })

  it('agrees on a gradient that is exactly zero', () => {
    const [one] = compare(measured([{ secondMoment: 0, error: 0 }]), predictions(predicted('layers.0', 0)))
    assert.equal(one?.error, 0)
  })

  it('counts a call without prediction against the coverage, and leaves absent gradients out', () => {
    const comparisons = compare(
      measured([
        { secondMoment: 1, error: 0 },
        { secondMoment: 1, error: 0 },
      ]),
      predictions(predicted('layers.0', 1)),
    )
    assert.equal(comparisons.length, 2)
    const summary = summarize(comparisons, 'forward')
    assert.equal(summary.coverage, 0.5)
    assert.equal(summary.p99, 0)
    assert.equal(summarize(comparisons, 'backward').count, 0)
  })

  it('takes percentiles as the smallest error that the share does not exceed', () => {
    const values = Array.from({ length: 100 }, () => ({ secondMoment: 1, error: 0 }))
    const comparisons = compare(
      measured(values),
      predictions(...values.map((_, index) => predicted(`layers.${index}`, 1 + (index + 1) / 100))),
    )
    const { p50, p90, p99 } = summarize(comparisons, 'forward')
    assert.deepEqual(
      [p50, p90, p99].map((value) => Math.round(value ?? 0)),
      [50, 90, 99],
    )
  })

  it('tells how often the median lies in the band', () => {
    const values = [
      { secondMoment: 1, error: 0 },
      { secondMoment: 3, error: 0 },
    ]
    const comparisons = compare(measured(values), predictions(predicted('layers.0', 1, [0.5, 2]), predicted('layers.1', 1, [0.5, 2])))
    assert.equal(summarize(comparisons, 'forward').inBand, 0.5)
    assert.equal(summarize(comparisons, 'forward').bandWidth, 1)
  })
})

describe('the committed percentiles', () => {
  const before = percentilesOf(compare(measured([{ secondMoment: 1, error: 0 }]), predictions(predicted('layers.0', 1.02))))

  it('complain of an error that grew and of coverage that fell', () => {
    const grown = percentilesOf(compare(measured([{ secondMoment: 1, error: 0 }]), predictions(predicted('layers.0', 1.04))))
    assert.match(worsened(before, grown, new Set()).join('\n'), /models, forward: p99 rose from 1\.995 % to 3\.995 %/)
    const lost = percentilesOf(compare(measured([{ secondMoment: 1, error: 0 }]), predictions()))
    assert.match(worsened(before, lost, new Set()).join('\n'), /coverage fell from 1 to 0/)
  })

  it('accept the same and the better, and say when nothing was compared', () => {
    assert.deepEqual(worsened(before, before, new Set()), [])
    const better = percentilesOf(compare(measured([{ secondMoment: 1, error: 0 }]), predictions(predicted('layers.0', 1))))
    assert.deepEqual(worsened(before, better, new Set()), [])
    assert.deepEqual(worsened(before, {}, new Set()), ['models: nothing was compared'])
    assert.deepEqual(worsened(before, {}, new Set(['models'])), [])
  })
})
