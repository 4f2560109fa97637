import assert from 'node:assert/strict'
import { analyze, initialize } from '../../../src/analyze'
import { goldenTests } from '../golden'

/** What is reported about every model of a file, one line each. */
async function findings(source: string): Promise<string> {
  await initialize()
  const { models, unread } = analyze({ file: 'model.py', text: `${source}\n` }, {}, {})
  const lines = models.flatMap((model) =>
    model.findings.map(({ severity, span, rule, message, fix }) => `${span?.line ?? '?'}: ${severity} ${rule}${fix === null ? '' : ' (fix)'}: ${message}`),
  )
  const remarks = unread.map(({ message, span }) => `${span?.line ?? '?'}: unread: ${message}`)
  if (models.length === 0) return ['no model', ...remarks].join('\n')
  return [...(lines.length === 0 ? ['nothing'] : lines), ...remarks].join('\n')
}

describe('findings', () => goldenTests('test/golden/advice/findings', findings, (actual, expected) => assert.equal(actual, expected)))
