import assert from 'node:assert/strict'
import type { TextEdit } from '../../../src/analysis'
import { analyze, fix, initialize } from '../../../src/analyze'
import { goldenTests } from '../golden'

const file = 'model.py'

/** Findings, then the file with the first model's advice applied; applied once more it must not change. */
async function apply(source: string): Promise<string> {
  await initialize()
  const text = `${source}\n`
  const analysis = analyze({ file, text }, {}, {})
  const findings = analysis.models.flatMap((model) => model.findings.map(({ severity, span, rule }) => `line ${span?.line ?? '?'}: ${severity} ${rule}`))
  const fixed = fixed1(text)
  assert.equal(fixed1(fixed.text).text, fixed.text, 'applied twice it changes something')
  return [...findings, ...(fixed.reason === null ? [fixed.text] : [fixed.reason])].join('\n')
}

function fixed1(text: string): { readonly text: string; readonly reason: string | null } {
  const [model] = analyze({ file, text }, {}, {}).models
  if (model === undefined) return { text, reason: 'no model was read' }
  const result = fix({ file, text }, model, { kind: 'recommended', parameters: null })
  return result.ok ? { text: edited(text, result.edits), reason: null } : { text, reason: result.reason }
}

function edited(text: string, edits: readonly TextEdit[]): string {
  return [...edits].sort((a, b) => b.start - a.start).reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text)
}

describe('fixes', () => goldenTests('test/golden/advice', apply, (actual, expected) => assert.equal(actual, expected)))
