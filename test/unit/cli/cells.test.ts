import assert from 'node:assert/strict'
import { placesIn } from '../../../src/cli/cells'

const cell = (source: string) => ({ cell_type: 'code', source })
const raw = JSON.stringify({ cells: [cell('import torch\n'), { cell_type: 'markdown', source: '# Net' }, cell('a = 1\nb = 2'), cell('c = 3')] })
const span = (line: number, file = 'net.ipynb') => ({ file, start: 0, end: 0, line, column: 4 })

describe('places in a notebook', () => {
  const place = placesIn({ raw, document: { file: 'net.ipynb', text: 'import torch\n\na = 1\nb = 2\nc = 3\n' } })

  it('are counted in each code cell', () => {
    assert.deepEqual([1, 3, 4, 5].map((line) => place(span(line))), [
      'net.ipynb:cell 1:1:5',
      'net.ipynb:cell 2:1:5',
      'net.ipynb:cell 2:2:5',
      'net.ipynb:cell 3:1:5',
    ])
  })

  it('of other files are lines of those', () => assert.equal(place(span(7, 'blocks.py')), 'blocks.py:7:5'))
})
