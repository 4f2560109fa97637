import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../src/cli/program'

const raising = `import torch.nn as nn
layer = nn.Linear(64, 10)
nn.init.xavier_uniform_(layer.bias)
net = nn.Sequential(layer)
`

describe('the command line', () => {
  let folder = ''
  let path = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'init-lens-program-'))
    path = join(folder, 'raising.py')
    writeFileSync(path, raising)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function told(...args: readonly string[]) {
    const out: string[] = []
    const complaints: string[] = []
    const code = await run(
      args,
      (text) => out.push(text),
      (text) => complaints.push(text),
    )
    return { code, out: out.join('\n'), complaints: complaints.join('\n') }
  }

  it('takes the paths behind a rule that is ignored for paths', async () => {
    const { code, out } = await told('check', '--ignore', 'initializer-raises', path)
    assert.equal(code, 0)
    assert.match(out, /in 1 file$/)
    assert.doesNotMatch(out, /initializer-raises/)
  })

  it('ignores several rules, repeated or comma-separated', async () => {
    for (const flags of [['--ignore', 'xavier-before-relu, initializer-raises'], ['--ignore', 'xavier-before-relu', '--ignore=initializer-raises']]) {
      assert.equal((await told('check', ...flags, path)).code, 0, flags.join(' '))
    }
  })

  it('gives 2 for a command line that it cannot read, since 1 means findings', async () => {
    assert.equal((await told('check', path)).code, 1)
    for (const args of [['check'], ['check', '--format', 'xml', path], ['check', '--ignore', 'no-such-rule', path], ['analyze', '--no-such'], ['fix']]) {
      const { code, complaints } = await told(...args)
      assert.equal(code, 2, args.join(' '))
      assert.match(complaints, /error: |there is no rule/)
    }
  })

  it('gives 2 for a file that is missing', async () => {
    for (const command of ['analyze', 'check', 'fix']) {
      const { code, complaints } = await told(command, join(folder, 'missing.py'))
      assert.equal(code, 2, command)
      assert.match(complaints, /missing\.py/, command)
    }
  })

  it('gives 0 for its help', async () => {
    const { code, out } = await told('check', '--help')
    assert.equal(code, 0)
    assert.match(out, /--ignore <rule>/)
  })
})
