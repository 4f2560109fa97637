import assert from 'node:assert/strict'
import type { Analysis, Finding, ModelAnalysis } from '../../../src/analysis'
import { findingsOnce } from '../../../src/extension/findingsOnce'
import type { Span } from '../../../src/graph'

const at = (start: number, file = 'a.py'): Span => ({ file, start, end: start + 1, line: 1, column: start })
const finding = (rule: string, span: Span | null, message = rule): Finding => ({
  rule,
  severity: 'warning',
  message,
  span,
  calls: [],
  fix: null,
})
const analysis = (...models: readonly (readonly Finding[])[]): Analysis => ({
  file: 'a.py',
  waiting: [],
  models: models.map((findings) => ({ findings }) as unknown as ModelAnalysis),
  definitions: [],
  unread: [],
  message: null,
  pending: false,
})
const told = (of: Analysis) => findingsOnce(of, 'a.py').map(({ finding: { rule, message }, otherModels }) => [rule, message, otherModels])

describe('findingsOnce', () => {
  it('tells what several models share once, with their number', () => {
    assert.deepEqual(told(analysis([finding('x', at(3), 'first')], [finding('x', at(3), 'second')], [finding('x', at(3))])), [
      ['x', 'first', 2],
    ])
  })
  it('tells all that one model has at a place, and what another has elsewhere', () => {
    assert.deepEqual(told(analysis([finding('x', at(3), 'a'), finding('x', at(3), 'b')], [finding('x', at(4), 'c')])), [
      ['x', 'a', 0],
      ['x', 'b', 0],
      ['x', 'c', 0],
    ])
  })
  it('leaves out what has no place in the file', () => {
    assert.deepEqual(told(analysis([finding('x', null), finding('y', at(1, 'b.py'))])), [])
  })
})
