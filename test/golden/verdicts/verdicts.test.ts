import assert from 'node:assert/strict'
import { analyze, initialize } from '../../../src/analyze'
import { verdictSentence } from '../../../src/report'
import { goldenTests } from '../golden'

/** The verdict on every stretch of a file's models: outlook, and the sentence that is shown. */
async function verdicts(source: string): Promise<string> {
  await initialize()
  const { models } = analyze({ file: 'model.py', text: `${source}\n` }, {}, {})
  const lines = models.flatMap((model) => model.verdicts.map((verdict) => `${verdict.outlook}: ${verdictSentence(verdict)}`))
  return lines.length === 0 ? 'none' : lines.join('\n')
}

describe('verdicts on depth', () => goldenTests('test/golden/verdicts', verdicts, (actual, expected) => assert.equal(actual, expected)))
