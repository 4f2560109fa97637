import assert from 'node:assert/strict'
import { complaint, importsOf } from '../../../scripts/checks/rooms.mjs'

describe('the rooms of src/', () => {
  it('finds every kind of import', () => {
    const text = [
      "import { a } from './a'",
      "import type { B } from '../b'",
      "import {\n  c,\n} from './c'",
      "export * from './d'",
      "export { e } from './e'",
      "import './f.css'",
      "const g = await import('./g')",
    ].join('\n')
    assert.deepEqual(importsOf(text), ['./a', '../b', './c', './d', './e', './f.css', './g'])
  })
  it('lets a room import from its left and from the vocabulary', () => {
    assert.equal(complaint('signal/linear.ts', '../graph'), null)
    assert.equal(complaint('advice/he.ts', '../signal'), null)
    assert.equal(complaint('extension/panel/panel.ts', '../../webview/html'), null)
  })
  it('forbids the other way', () => {
    assert.match(complaint('signal/linear.ts', '../advice') ?? '', /signal must not import advice/)
    assert.match(complaint('graph/op.ts', '../python') ?? '', /graph must not import python/)
    assert.match(complaint('webview/view/chart.tsx', '../../extension/settings') ?? '', /webview must not import extension/)
    assert.match(complaint('extension/panel/panel.ts', '../../webview/store') ?? '', /extension must not import webview/)
  })
  it('keeps Node, vscode and unknown packages out of the core', () => {
    for (const name of ['node:fs', 'fs', 'fs/promises', 'vscode', 'preact']) assert.notEqual(complaint('report/table.ts', name), null, name)
    assert.equal(complaint('python/parser/parser.ts', 'web-tree-sitter'), null)
    assert.equal(complaint('cli/main.ts', 'node:fs'), null)
  })
})
