import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from 'sarif'
import { type CheckFlags, checkCommand } from '../../../src/cli/check'

const constant = `import torch.nn as nn
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
nn.init.constant_(net[0].weight, 0.1)
`
const raising = `import torch.nn as nn
layer = nn.Linear(64, 10)
nn.init.xavier_uniform_(layer.bias)
net = nn.Sequential(layer)
`

describe('init-lens check', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'init-lens-check-'))
    mkdirSync(join(folder, 'a, b'))
    writeFileSync(join(folder, 'a, b', 'two nets.py'), constant)
    writeFileSync(join(folder, 'raising.py'), raising)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function run(name: string, flags: CheckFlags) {
    const out: string[] = []
    const complaints: string[] = []
    const code = await checkCommand(
      [join(folder, name)],
      flags,
      (text) => out.push(text),
      (text) => complaints.push(text),
    )
    return { code, out: out.join('\n'), complaints }
  }

  it('prints place, severity and rule, and gives 1 for an error', async () => {
    const { code, out } = await run('raising.py', { format: 'text' })
    assert.equal(code, 1)
    assert.match(out, /raising\.py:3:1: error: .*\[initializer-raises\]/)
  })

  it('leaves out rules that are ignored, and gives 0 without errors', async () => {
    const { code, out } = await run('raising.py', { format: 'text', ignore: ['initializer-raises'] })
    assert.equal(code, 0)
    assert.doesNotMatch(out, /initializer-raises/)
  })

  it('knows the rules that can be ignored', async () => {
    await assert.rejects(run('raising.py', { format: 'text', ignore: ['no-such-rule'] }), /there is no rule no-such-rule/)
  })

  it('reads the other files where one is missing, and gives 2', async () => {
    const { code, complaints } = await run('missing.py', { format: 'text' })
    assert.equal(code, 2)
    assert.match(complaints.join(), /missing\.py does not exist/)
  })

  it('writes references that are URIs and regions that count from 1 in SARIF', async () => {
    const { out } = await run('a, b', { format: 'sarif' })
    const [first] = (JSON.parse(out) as Log).runs[0]?.results ?? []
    const place = first?.locations?.[0]?.physicalLocation
    const uri = place?.artifactLocation?.uri ?? ''
    assert.equal(new URL(uri).pathname.endsWith('/a,%20b/two%20nets.py'), true, uri)
    assert.deepEqual(place?.region, { startLine: 3, startColumn: 1 })
    assert.equal(first?.level, 'error')
  })

  it('escapes what would end a property of a GitHub annotation', async () => {
    const { out } = await run('a, b', { format: 'github' })
    assert.match(out, /^::error file=[^,]*a%2C b\/two nets\.py,line=3,col=1,title=constant-weights::/m)
  })

  it('gives the analyses as JSON', async () => {
    const { out } = await run('raising.py', { format: 'json' })
    const [analysis] = JSON.parse(out) as { readonly schemaVersion: number; readonly models: readonly unknown[] }[]
    assert.equal(analysis?.schemaVersion, 1)
    assert.equal(analysis?.models.length, 1)
  })
})
