import assert from 'node:assert/strict'
import type { TextEdit } from '../../../src/analysis'
import { analyze, fix, initialize } from '../../../src/analyze'
import { goldenTests } from '../golden'

function edited(text: string, edits: readonly TextEdit[]): string {
  return [...edits].sort((a, b) => b.start - a.start).reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text)
}

function fixed(text: string): string {
  const document = { file: text.startsWith('{') ? 'net.json' : 'net.yaml', text }
  const analysis = analyze(document, {}, {})
  const [model] = analysis.models
  if (model === undefined) return analysis.message ?? ''
  const result = fix(document, model, { kind: 'recommended', parameters: null })
  return result.ok ? edited(text, result.edits) : result.reason
}

/** The file with its advice applied; applied once more, nothing is left to change. */
async function apply(source: string): Promise<string> {
  await initialize()
  const once = fixed(`${source}\n`)
  assert.equal(fixed(once), 'Every layer is initialized as recommended already.')
  return once
}

describe('fixes of layer specs', () => goldenTests('test/golden/spec/fixes', apply, (actual, expected) => assert.equal(actual, expected)))
