import assert from 'node:assert/strict'
import { maskMagics } from '../../../src/python/magics'

const blanks = (text: string): string => text.replace(/[^\n]/g, ' ')

describe('maskMagics', () => {
  for (const line of ['%matplotlib inline', '  !pip install torch', '?nn.Linear', 'nn.Linear??', 'files = !ls']) {
    it(`blanks ${line}`, () => assert.equal(maskMagics(`x = 1\n${line}\ny = 2`), `x = 1\n${blanks(line)}\ny = 2`))
  }
  it('blanks a cell of another language', () => assert.equal(maskMagics('%%bash\nls'), blanks('%%bash\nls')))
  it('keeps the body of a timed cell', () => assert.equal(maskMagics('%%time\nx = 1'), `${blanks('%%time')}\nx = 1`))
  for (const line of ['x = a % b', 'x != y', 's = "what?"', '# why?']) {
    it(`keeps ${line}`, () => assert.equal(maskMagics(line), line))
  }
})
