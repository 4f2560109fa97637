import assert from 'node:assert/strict'
import type { TextEdit } from '../../../src/analysis'
import { analyze, fix, initialize } from '../../../src/analyze'
import { goldenTests } from '../golden'

function edited(text: string, edits: readonly TextEdit[]): string {
  return [...edits].sort((a, b) => b.start - a.start).reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text)
}

function fixed(text: string): string {
  const document = { file: 'net.js', text }
  const [model] = analyze(document, {}, {}).models
  if (model === undefined) return 'no model'
  const result = fix(document, model, { kind: 'recommended', parameters: null })
  return result.ok ? edited(text, result.edits) : result.reason
}

/** The file with its advice applied; applied once more, what is left to change is not written. */
async function apply(source: string): Promise<string> {
  await initialize('net.js')
  const once = fixed(`${source}\n`)
  if (once.includes('\n')) assert.match(fixed(once), /^Every layer is initialized as recommended already\.$|advised differently\.$/)
  return once
}

describe('fixes of TensorFlow.js', () => goldenTests('test/golden/tensorflowjs/fixes', apply, (actual, expected) => assert.equal(actual, expected)))
