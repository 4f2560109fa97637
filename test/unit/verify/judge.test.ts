import assert from 'node:assert/strict'
import type { Predictions } from '../../../scripts/accuracy/compare'
import type { Measured } from '../../../scripts/accuracy/measurement'
import { judge } from '../../../scripts/verify/judge'

/** One call and its gradient, measured over four seeds. */
function measured(forward: number, backward: number, error: number, seeds = 4): Measured {
  const moment = (secondMoment: number) => ({ secondMoment, error, median: secondMoment, p5: null, p95: null })
  const call = { name: 'fc', call: 0, type: 'Linear', forward: moment(forward), backward: moment(backward) }
  const weight = { name: 'fc.weight', shape: [100, 100], mean: 0, secondMoment: 0.02, error: 0 }
  const measurement = { versions: {}, file: 'net.py', model: 'Net()', input: '8x100', seeds, calls: [call], weights: [weight] }
  return { group: 'models', name: 'net', path: '', measurement }
}

function promised(forward: number, backward: number, { width = 1.01, weight = 0.02 } = {}): Predictions {
  const moment = (secondMoment: number) => ({ secondMoment, band: [secondMoment / width, secondMoment * width] as const })
  return {
    calls: [{ name: 'fc', call: 0, forward: moment(forward), backward: moment(backward) }],
    weights: [{ name: 'fc.weight', weight: moment(weight) }],
  }
}

describe('judging a promise', () => {
  it('is content with what was promised', () => {
    const { complaints, promised: healthy } = judge(measured(1, 0.9, 0.01), promised(1, 0.9))
    assert.deepEqual(complaints, [])
    assert.equal(healthy, 1)
  })

  it('complains of an output that was promised to be healthy and is not', () => {
    const { complaints } = judge(measured(0.3, 1, 0.01), promised(1, 1))
    assert.deepEqual(complaints, ['fc forward is 0.300, promised 1.00: promised to be within 0.5 to 2'])
  })

  it('complains of a gradient further from 1 than promised, and not of one that is nearer', () => {
    assert.equal(judge(measured(1, 0.001, 0), promised(1, 0.01)).complaints.length, 1)
    assert.deepEqual(judge(measured(1, 0.1, 0), promised(1, 0.01)).complaints, [])
  })

  it('complains of weights that are not drawn as promised', () => {
    assert.equal(judge(measured(1, 1, 0), promised(1, 1, { weight: 0.01 })).complaints.length, 1)
  })

  it('says nothing of a promise, good or bad, with fewer than three seeds', () => {
    for (const forward of [0.01, 1]) {
      const told = [1, 2, 3].map((seeds) => judge(measured(forward, 1, 0, seeds), promised(1, 1)))
      assert.deepEqual(
        told.map(({ tooFew }) => tooFew),
        ['one seed was drawn in time, too few to judge by', '2 seeds were drawn in time, too few to judge by', null],
      )
      assert.deepEqual(
        told.map(({ complaints }) => complaints.length),
        [0, 0, forward === 1 ? 0 : 1],
      )
    }
  })

  it('grants four seeds what the promised band lets them vary by', () => {
    assert.deepEqual(judge(measured(0.3, 1, 0), promised(1, 1, { width: 4 })).complaints, [])
  })
})
