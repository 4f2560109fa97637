import assert from 'node:assert/strict'
import { recordsOf } from '../../../src/webview/export/records'
import { csvTable, jsonTable, latexTable, latexText, markdownTable } from '../../../src/webview/export/text'
import { rowsOf } from '../../../src/webview/model/rows'
import { trackOf } from '../../../src/webview/model/track'
import { partlyKnown } from '../../browser/panel-fixtures'

const model = partlyKnown()
const rows = rowsOf(model)
const records = recordsOf(rows, trackOf(model.current, rows), trackOf(model.recommended, rows), null)
const caption = { model: 'Net_1(a|b)', input: model.input, sentence: '50 % & more' }

describe('tables to take away', () => {
  it('leave the unknown empty or null', () => {
    assert.ok(records[0]?.signal !== null)
    assert.equal(records[2]?.signal, null)
    assert.match(csvTable(records).split('\r\n')[3] ?? '', /^mystery,Mystery,8x64,,,,,,,,,,,$/)
    const parsed = JSON.parse(jsonTable(caption, records)) as { readonly layers: readonly { readonly signal: number | null }[] }
    assert.deepEqual(
      parsed.layers.map(({ signal }) => signal === null),
      [false, false, true, true],
    )
  })

  it('escape what Markdown and LaTeX would read as their own', () => {
    const markdown = markdownTable(caption, records)
    assert.ok(markdown.startsWith('**Net\\_1(a\\|b)**'))
    const latex = latexTable(caption, records)
    assert.ok(latex.includes('\\caption{Net\\_1(a|b), input 8$\\times$64 N(0, 1). 50 \\% \\& more}'))
    assert.equal(latexText('x² → 10⁻⁴'), 'x$^{2}$ $\\rightarrow$ 10$^{-4}$')
  })

  it('quote commas and what a spreadsheet would compute', () => {
    const [record] = records
    assert.ok(record !== undefined)
    const line = csvTable([{ ...record, layer: '=1+1', initializer: 'N(0, "1")' }]).split('\r\n')[1] ?? ''
    assert.ok(line.startsWith("'=1+1,") && line.includes('"N(0, ""1"")"'))
  })
})
