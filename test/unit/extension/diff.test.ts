import assert from 'node:assert/strict'
import type { TextEdit } from '../../../src/analysis'
import { diffHunks } from '../../../src/extension/diff'

const text = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`).join('\n')
const insert = (start: number, newText: string): TextEdit => ({ file: 'a.py', start, end: start, newText })
const shown = (edits: readonly TextEdit[], of = text) =>
  diffHunks('a.py', of, edits).map(({ beforeLine, afterLine, lines }) => [
    `${beforeLine} ${afterLine}`,
    ...lines.map(({ kind, text: line }) => `${kind === 'same' ? ' ' : kind === 'added' ? '+' : '-'}${line}`),
  ])

describe('diffHunks', () => {
  it('shows an inserted line between its neighbours', () => {
    const at = text.indexOf('line 10')
    assert.deepEqual(shown([insert(at, 'new\n')]), [
      ['7 7', ' line 7', ' line 8', ' line 9', '+new', ' line 10', ' line 11', ' line 12', ' line 13'],
    ])
  })
  it('shows a replaced word as its line before and after', () => {
    const at = text.indexOf('line 2\n')
    assert.deepEqual(shown([{ file: 'a.py', start: at, end: at + 4, newText: 'LINE' }]), [
      ['1 1', ' line 1', '-line 2', '+LINE 2', ' line 3', ' line 4', ' line 5'],
    ])
  })
  it('joins edits of one line, whatever their order', () => {
    assert.deepEqual(shown([insert(1, 'X'), insert(0, 'Y')], 'ab'), [['1 1', '-ab', '+YaXb']])
  })
  it('counts lines after earlier hunks', () => {
    const hunks = shown([insert(0, 'top\n'), insert(text.indexOf('line 19'), 'low\n')])
    assert.deepEqual(
      hunks.map(([head]) => head),
      ['1 1', '16 17'],
    )
  })
  it('appends at the end of a text without a final newline', () => {
    assert.deepEqual(shown([insert(text.length, '\nend')]).at(-1), ['17 17', ' line 17', ' line 18', ' line 19', ' line 20', '+end'])
  })
  it('removes lines', () => {
    assert.deepEqual(shown([{ file: 'a.py', start: 2, end: 4, newText: '' }], 'a\nb\nc'), [['1 1', ' a', '-b', ' c']])
  })
})
