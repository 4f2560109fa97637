import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { initialize, readDocument } from '../../../src/frameworks'
import { splitCases } from '../golden'
import { listing } from './listing'

/**
 * Cases separated by a line `---`; each is source, a line `==>`, and the listing of what is read. A first line
 * `# model: EXPRESSION` asks for that model. On a mismatch the whole file as it would be is left beside it as `.actual`.
 */
const folder = join(process.cwd(), 'test/golden/torch')

function read(source: string): string {
  const model = /^# model: (.+)$/m.exec(source)?.[1]
  return listing(readDocument({ file: 'case.py', text: source }, model === undefined ? {} : { model }, {}))
}

describe('PyTorch files, as the golden texts say', () => {
  before(initialize)

  for (const name of readdirSync(folder).filter((each) => each.endsWith('.txt')).sort()) {
    it(name, () => {
      const text = readFileSync(join(folder, name), 'utf8')
      const actual = splitCases(text)
        .map(({ source }) => `${source}==>\n${read(source)}\n`)
        .join('---\n')
      if (actual !== text) writeFileSync(join(folder, `${name}.actual`), actual)
      assert.equal(actual, text)
    })
  }
})
