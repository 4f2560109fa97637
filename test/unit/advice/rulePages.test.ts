import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { findingRules } from '../../../src/advice'

describe('rule pages', () => {
  for (const rule of findingRules) {
    it(`${rule.id} has a page that names its severity`, () => {
      const page = `docs/rules/${rule.id}.md`
      assert.ok(existsSync(page), `${page} is missing`)
      assert.match(readFileSync(page, 'utf8'), new RegExp(`^# ${rule.title}\\n\\n\`${rule.id}\` · ${rule.severity}`))
    })
  }

  it('has no page without a rule', () => {
    const ids = new Set(findingRules.map(({ id }) => `${id}.md`))
    assert.deepEqual(
      readdirSync('docs/rules').filter((name) => name !== 'README.md' && !ids.has(name)),
      [],
    )
  })
})
