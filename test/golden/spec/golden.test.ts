import assert from 'node:assert/strict'
import { analyze, initialize } from '../../../src/analyze'
import { readDocument } from '../../../src/frameworks'
import { goldenTests } from '../golden'
import { listing } from '../torch/listing'

/** What is read of a spec, then the variance of every call's output and of the gradient on it. */
async function read(source: string): Promise<string> {
  await initialize()
  const document = { file: source.startsWith('{') ? 'net.json' : 'net.yaml', text: `${source}\n` }
  const moments = analyze(document, {}, {}).models.flatMap(({ graph, current }) =>
    graph.calls.map(({ name, outputs: [output] }) => {
      const forward = current.forward[output ?? -1]
      return `  ${name} ${forward?.known === true ? forward.variance.toPrecision(3) : (forward?.reason ?? 'none')}`
    }),
  )
  return [listing(readDocument(document, {}, {})), ...moments].join('\n')
}

describe('layer specs, as the golden texts say', () =>
  goldenTests('test/golden/spec', read, (actual, expected) => assert.equal(actual, expected)))
