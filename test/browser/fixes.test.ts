import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/setup.mjs'
import { Workbench } from './workbench'

const cnn = readFileSync(join(root, 'examples/plain_cnn.py'), 'utf8')

describe('applying a recommendation', () => {
  let workbench: Workbench
  /** Waits until the saved file passes. */
  const saved = async (name: string, passes: (text: string) => boolean): Promise<void> => {
    let text = ''
    for (let attempt = 0; attempt < 40; attempt++) {
      await workbench.focusEditor()
      await workbench.page.keyboard.press('Control+s')
      await workbench.page.waitForTimeout(250)
      text = readFileSync(join(workbench.folder, name), 'utf8')
      if (passes(text)) return
    }
    assert.fail(`${name} is\n${text}`)
  }
  before(async () => {
    workbench = await Workbench.start({ files: { 'panel.py': cnn, 'hover.py': cnn } })
  })
  after(() => workbench?.stop())

  it('from the panel changes the file and the numbers, and undo takes it back byte for byte', async () => {
    await workbench.open('panel.py')
    await workbench.command('Init Lens: Recommend Initialization')
    const panel = await workbench.panel()
    const sentence = await panel
      .getByText(/^The signal shrinks/)
      .first()
      .innerText()
    await panel.getByRole('button', { name: 'Apply to file' }).click()
    await panel
      .getByText(/^The signal stays between/)
      .first()
      .waitFor()
    await saved('panel.py', (text) => text.includes('nn.init.kaiming_normal_'))
    await workbench.focusEditor()
    await workbench.page.keyboard.press('Control+z')
    await panel.getByText(sentence).first().waitFor()
    await saved('panel.py', (text) => text === cnn)
  })

  it('from the hover does the same', async () => {
    await workbench.open('hover.py')
    const hover = await workbench.hover('Conv2d', /Apply to model/)
    await hover.getByText('Apply to model').click()
    await saved('hover.py', (text) => text.includes('nn.init.kaiming_normal_'))
    await workbench.focusEditor()
    await workbench.page.keyboard.press('Control+z')
    await saved('hover.py', (text) => text === cnn)
  })

  it('leaves no error in the log', () => assert.deepEqual(workbench.loggedErrors(), []))
})
