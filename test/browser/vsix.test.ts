import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageExtension } from '../../scripts/vscode/package.mjs'
import { mlp } from './models'
import { Workbench } from './workbench'

const largestPackage = 2_000_000

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'init-lens-vsix-'))
  const vsix = join(folder, 'init-lens.vsix')
  let workbench: Workbench | undefined
  after(async () => {
    await workbench?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is made, and small', () => {
    packageExtension(vsix)
    assert.ok(statSync(vsix).size < largestPackage, `${statSync(vsix).size} bytes`)
  })

  it('installs into VS Code and works there', async () => {
    workbench = await Workbench.start({ files: { 'net.py': mlp }, vsix })
    await workbench.open('net.py')
    await workbench.command('Init Lens: Recommend Initialization')
    const panel = await workbench.panel()
    await panel.getByText('fc1', { exact: true }).first().waitFor()
    assert.deepEqual(workbench.loggedErrors(), [])
  })
})
