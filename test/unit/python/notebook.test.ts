import assert from 'node:assert/strict'
import { notebookModule } from '../../../src/python/notebook'

const code = (source: string | readonly string[]) => ({ cell_type: 'code', metadata: {}, outputs: [], source })

describe('notebookModule', () => {
  it('joins code cells in order, whatever form their source has', () => {
    const notebook = { nbformat: 4, cells: [code(['a = 1\n', 'b = 2']), { cell_type: 'markdown', source: '# Text' }, code('c = a + b')] }
    assert.equal(notebookModule(JSON.stringify(notebook)), 'a = 1\nb = 2\nc = a + b\n')
  })
  it('blanks magics and keeps the lines', () => {
    assert.equal(notebookModule(JSON.stringify({ cells: [code('%pylab\nx = 1')] })), '      \nx = 1\n')
  })
  it('reads the older format', () => {
    const notebook = { nbformat: 3, worksheets: [{ cells: [{ cell_type: 'code', input: ['x = 1'] }] }] }
    assert.equal(notebookModule(JSON.stringify(notebook)), 'x = 1\n')
  })
  it('says no to what is no notebook', () => {
    for (const text of ['', '{', '[]', '{"layers": []}']) assert.equal(notebookModule(text), null)
  })
})
