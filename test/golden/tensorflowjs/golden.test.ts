import assert from 'node:assert/strict'
import { initialize, readDocument } from '../../../src/frameworks'
import { goldenTests } from '../golden'
import { listing } from '../torch/listing'

async function read(source: string): Promise<string> {
  await initialize('net.ts')
  return listing(readDocument({ file: 'net.ts', text: `${source}\n` }, {}, {}))
}

describe('TensorFlow.js, as the golden texts say', () =>
  goldenTests('test/golden/tensorflowjs', read, (actual, expected) => assert.equal(actual, expected)))
