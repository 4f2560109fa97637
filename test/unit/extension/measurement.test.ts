import assert from 'node:assert/strict'
import { measurementOf } from '../../../src/extension/node/measurement'

const request = { model: 'Net()', version: 7 }
const printed = {
  schemaVersion: 1,
  versions: { python: '3.11.2', torch: '2.9.0' },
  seeds: 3,
  calls: [
    { name: 'fc1', call: 0, forward: { secondMoment: 0.33, error: 0.01 }, backward: null },
    { name: 'fc2', call: 0, forward: { secondMoment: null, error: null }, backward: { secondMoment: 1e-7, error: null } },
  ],
}

describe('measurementOf', () => {
  it('reads what the script prints', () => {
    assert.deepEqual(measurementOf(JSON.stringify(printed), request), {
      model: 'Net()',
      version: 7,
      seeds: 3,
      environment: 'PyTorch 2.9.0, Python 3.11.2',
      calls: [
        { name: 'fc1', call: 0, forward: { secondMoment: 0.33, standardError: 0.01 }, backward: null },
        { name: 'fc2', call: 0, forward: null, backward: { secondMoment: 1e-7, standardError: 0 } },
      ],
    })
  })
  it('refuses what is something else', () => {
    for (const output of ['', 'hello', '[]', '{"seeds": 3}', JSON.stringify({ ...printed, calls: [{}] })])
      assert.equal(measurementOf(output, request), null)
  })
})
