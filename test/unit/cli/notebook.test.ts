import assert from 'node:assert/strict'
import { editNotebook } from '../../../src/cli/notebook'
import { notebookModule } from '../../../src/python/notebook'

/** A notebook of code cells, each given as its source. */
function notebook(sources: readonly (string | readonly string[])[], indent: string | number = 1): string {
  const cells = sources.map((source) => ({ cell_type: 'code', metadata: {}, outputs: [], source }))
  return JSON.stringify({ cells: [{ cell_type: 'markdown', source: ['# Übersicht\n'] }, ...cells], nbformat: 4 }, null, indent)
}

/** Puts `newText` where `before` ends in the module of the cells. */
function insertAfter(json: string, before: string, newText: string): string | null {
  const start = (notebookModule(json) ?? assert.fail()).indexOf(before) + before.length
  return editNotebook(json, [{ start, end: start, newText }])
}

describe('edits of a notebook', () => {
  it('put lines behind the last line of a cell into that cell', () => {
    const json = notebook([['a = 1\n', 'b = 2'], ['c = 3']])
    assert.equal(insertAfter(json, 'b = 2\n', 'x\n'), notebook([['a = 1\n', 'b = 2\n', 'x'], ['c = 3']]))
  })

  it('put lines behind the last line of the last cell there', () => {
    assert.equal(insertAfter(notebook([['a = 1']]), 'a = 1\n', 'x\ny\n'), notebook([['a = 1\n', 'x\n', 'y']]))
  })

  it('write only lines that change, in the indentation of the file', () => {
    const json = notebook([['a = 1\n', 'b = 2\n', 'c = "µ"\n']], '\t').replace('µ', '\\u00b5')
    const edited = insertAfter(json, 'a = 1\n', 'x\n') ?? assert.fail()
    assert.equal(edited, notebook([['a = 1\n', 'x\n', 'b = 2\n', 'c = "µ"\n']], '\t').replace('µ', '\\u00b5'))
  })

  it('leave magics as they are', () => {
    const json = notebook([['%matplotlib inline\n', 'import torch\n', 'a = 1']])
    const edited = insertAfter(json, 'import torch\n', 'x\n')
    assert.equal(edited, notebook([['%matplotlib inline\n', 'import torch\n', 'x\n', 'a = 1']]))
  })

  it('write into cells whose source is one string', () => {
    assert.equal(insertAfter(notebook(['a = 1\nb = 2', 'c']), 'b = 2\n', 'x\n'), notebook(['a = 1\nb = 2\nx', 'c']))
  })

  it('replace within a line', () => {
    const json = notebook([['a = 1\n', 'return f(1)\n']])
    const start = (notebookModule(json) ?? '').indexOf('return')
    assert.equal(editNotebook(json, [{ start, end: start + 'return'.length, newText: 'm =' }]), notebook([['a = 1\n', 'm = f(1)\n']]))
  })

  it('refuse what reaches over a cell', () => {
    const json = notebook([['a = 1'], ['b = 2']])
    assert.equal(editNotebook(json, [{ start: 2, end: 8, newText: 'x' }]), null)
  })
})
