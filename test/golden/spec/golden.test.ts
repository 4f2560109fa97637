import assert from 'node:assert/strict'
import { initialize, readDocument } from '../../../src/frameworks'
import { distributionVariance } from '../../../src/graph'
import { goldenTests } from '../golden'
import { listing } from '../torch/listing'

/** What is read of a spec, then the variance that each weight is drawn with. */
async function read(source: string): Promise<string> {
  await initialize()
  const reading = readDocument({ file: source.startsWith('{') ? 'net.json' : 'net.yaml', text: `${source}\n` }, {}, {})
  const variances = reading.models.flatMap(({ graph }) =>
    graph.parameters
      .filter(({ role }) => role !== 'bias' && role !== 'normScale' && role !== 'normShift')
      .map(({ name, fans, shape, initializer }) => {
        const variance = distributionVariance(initializer.distribution, shape)
        return `  ${name} fans ${fans?.fanIn ?? '?'} and ${fans?.fanOut ?? '?'}, variance ${variance?.toPrecision(4) ?? '?'}`
      }),
  )
  return [listing(reading), ...variances].join('\n')
}

describe('layer specs, as the golden texts say', () =>
  goldenTests('test/golden/spec', read, (actual, expected) => assert.equal(actual, expected)))
