import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { findingRules } from '../../../src/analyze'
import { commandIds } from '../../../src/extension/commandIds'
import manifest from '../../../package.json'

const root = process.cwd()
const settings = manifest.contributes.configuration.properties

describe('package.json', () => {
  it('contributes commands of ours alone, in one category', () => {
    const ids: readonly string[] = Object.values(commandIds)
    for (const { command, category } of manifest.contributes.commands) {
      assert.ok(ids.includes(command), command)
      assert.equal(category, 'Init Lens')
    }
  })
  it('describes every setting', () => {
    for (const [name, setting] of Object.entries(settings)) assert.ok(setting.markdownDescription.length > 10, name)
  })
  it('offers every rule for silencing, and each has its page', () => {
    const rules = findingRules.map(({ id }) => id).sort()
    assert.deepEqual(Object.keys(settings['initLens.rules'].properties).sort(), rules)
    for (const rule of rules) assert.ok(existsSync(`${root}/docs/rules/${rule}.md`), rule)
  })
  it('is the version of the newest change', () => {
    const newest = /^## (\S+)/m.exec(readFileSync(`${root}/CHANGELOG.md`, 'utf8'))?.[1]
    assert.equal(newest, manifest.version)
  })
  it('asks for no newer API than it is typed against', () => {
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode']}`)
  })
})
