import assert from 'node:assert/strict'
import { mlp } from './models'
import { Workbench } from './workbench'

describe("the browser's extension host", () => {
  let workbench: Workbench
  before(async () => {
    workbench = await Workbench.start({
      files: { 'net.py': mlp },
      settings: { 'remote.extensionKind': { 'init-lens.init-lens': ['web'] } },
    })
  })
  after(() => workbench?.stop())

  it('has hover and panel as well, and cannot measure', async () => {
    await workbench.open('net.py')
    assert.match(await (await workbench.hover('784')).innerText(), /784 → 256/)
    await workbench.command('Init Lens: Recommend Initialization')
    const panel = await workbench.panel()
    await panel.getByText('fc1', { exact: true }).first().waitFor()
  })
})
