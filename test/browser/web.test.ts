import assert from 'node:assert/strict'
import { mlp } from './models'
import { Workbench } from './workbench'

const script = `import * as tf from '@tensorflow/tfjs'
const net = tf.sequential()
net.add(tf.layers.dense({
  units: 32,
  inputShape: [640],
}))
`

describe("the browser's extension host", () => {
  let workbench: Workbench
  before(async () => {
    workbench = await Workbench.start({
      files: { 'net.py': mlp, 'net.js': script },
      settings: { 'remote.extensionKind': { 'init-lens.init-lens': ['web'] } },
    })
  })
  after(() => workbench?.stop())

  it('has hover, panel and fixes as well, and cannot measure', async () => {
    await workbench.open('net.py')
    await workbench.hover('784', /784 → 256/)
    await workbench.command('Init Lens: Recommend Initialization')
    const panel = await workbench.panel()
    await panel.getByText('fc1', { exact: true }).first().waitFor()
    await panel.getByRole('button', { name: 'Apply to file' }).click()
    await workbench.page.locator('.view-line', { hasText: 'nn.init' }).first().waitFor()
  })

  it('reads scripts with the grammar beside its bundle', async () => {
    await workbench.open('net.js')
    await workbench.hover('640', /640 → 32/)
    assert.deepEqual(workbench.loggedErrors(), [])
  })
})
