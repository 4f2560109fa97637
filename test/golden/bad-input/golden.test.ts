import assert from 'node:assert/strict'
import { initialize, readDocument } from '../../../src/frameworks'
import { goldenTests } from '../golden'
import { listing } from '../torch/listing'

/** The first line names the file, in a comment of its language. */
async function read(source: string): Promise<string> {
  const [first = '', ...rest] = source.split('\n')
  const file = first.replace(/^(?:#|\/\/)\s*/, '')
  await initialize(file)
  return listing(readDocument({ file, text: `${rest.join('\n')}\n` }, {}, {}))
}

describe('what cannot be read', () => goldenTests('test/golden/bad-input', read, (actual, expected) => assert.equal(actual, expected)))
