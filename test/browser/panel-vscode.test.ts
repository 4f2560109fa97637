import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { counts, has, reads, until } from './expect'
import { mlp } from './models'
import { Workbench } from './workbench'

/** What media/measure.py would print for the model, from a Python that has no torch. */
const standIn = `#!/bin/sh
echo '{"event":"seed","seed":0,"of":2,"seconds":0.1}' >&2
cat <<'JSON'
{"seeds": 2, "versions": {"torch": "2.9.0", "python": "3.12.1"}, "calls": [
 {"name": "fc1", "call": 0, "forward": {"secondMoment": 0.33, "error": 0.01}, "backward": {"secondMoment": 0.0005, "error": 0.00002}},
 {"name": "fc2", "call": 0, "forward": {"secondMoment": 0.06, "error": 0.002}, "backward": {"secondMoment": 0.006, "error": 0.0003}},
 {"name": "head", "call": 0, "forward": {"secondMoment": 0.012, "error": 0.001}, "backward": {"secondMoment": 1.0, "error": 0.01}}]}
JSON
`

/** Takes a moment to read. */
const long = `import torch.nn as nn

model = nn.Sequential(*[layer for _ in range(1500) for layer in (nn.Linear(64, 64), nn.ReLU())])
`

describe('the panel in VS Code', () => {
  let workbench: Workbench
  let scratch: string
  let panel: Frame
  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'init-lens-python-'))
    const python = join(scratch, 'python')
    writeFileSync(python, standIn)
    chmodSync(python, 0o755)
    workbench = await Workbench.start({
      files: { 'net.py': mlp, 'long.py': long },
      settings: { 'initLens.python': python, 'files.autoSave': 'off' },
    })
    await workbench.open('net.py')
    await workbench.command('Init Lens: Recommend Initialization')
    panel = await workbench.panel()
    await panel.locator('.headline').waitFor()
  })
  after(async () => {
    await workbench?.stop()
    rmSync(scratch, { recursive: true, force: true })
  })

  it('reveals the line of a layer that is clicked', async () => {
    await panel.locator('.line .name', { hasText: 'fc2' }).click()
    await workbench.page.locator('.statusbar-item', { hasText: 'Ln 8' }).waitFor()
  })

  it('writes an experiment to the file, and undo takes it back', async () => {
    await panel.locator('.what-if').getByLabel('Initializer').selectOption('lecun')
    await counts(panel.locator('.plot .series-experiment .line'), 2)
    await panel.getByRole('button', { name: 'Write this to the file' }).click()
    await workbench.page.locator('.view-line', { hasText: 'nn.init' }).first().waitFor()
    await panel.locator('.notice').waitFor()
    await workbench.word('import').click()
    await workbench.page.keyboard.press('Control+z')
    await workbench.page.locator('.view-line', { hasText: 'nn.init' }).first().waitFor({ state: 'detached' })
    await counts(workbench.page.locator('.tab.dirty[data-resource-name="net.py"]'), 0)
    await panel.getByRole('button', { name: 'Reset what-if' }).click()
  })

  it('tries another width at once, writes it to the file, and undo takes it back', async () => {
    const field = panel.getByRole('spinbutton', { name: '256 (4 places)' })
    const before = await panel.locator('.plot .series-current .line').first().getAttribute('d')
    await field.fill('64')
    await panel.locator('.headline .tried', { hasText: '256 = 64 (256 in the file)' }).waitFor()
    await until(async () => assert.notEqual(await panel.locator('.plot .series-current .line').first().getAttribute('d'), before))
    await has(panel.locator('.plot .series-written .line').first(), 'd', /^M/)
    await counts(workbench.page.locator('.view-line', { hasText: 'Linear(64, 10)' }), 0)
    await panel.getByRole('button', { name: 'Write sizes to the file' }).click()
    await workbench.page.locator('.view-line', { hasText: 'Linear(64, 64)' }).waitFor()
    await panel.getByRole('spinbutton', { name: '64 (4 places)' }).waitFor()
    await counts(panel.locator('.headline .tried'), 0)
    await workbench.word('import').click()
    await workbench.page.keyboard.press('Control+z')
    await field.waitFor()
    await counts(workbench.page.locator('.tab.dirty[data-resource-name="net.py"]'), 0)
  })

  it('measures in the Python that is set, after asking', async () => {
    await panel.getByRole('button', { name: 'Measure with PyTorch' }).click()
    await workbench.page.getByRole('button', { name: 'Run and Measure' }).click()
    await panel.locator('.plot .measured .cross').first().waitFor()
    await counts(panel.locator('.plot .measured .cross'), 6)
    await reads(panel.locator('.legend'), /PyTorch 2\.9\.0, Python 3\.12\.1, 2 seeds/)
  })

  it('copies a table to the clipboard', async () => {
    await panel.getByRole('button', { name: 'Export' }).click()
    await panel.getByRole('button', { name: 'Copy as Markdown table' }).click()
    await panel.locator('.notice', { hasText: 'Copied as Markdown' }).waitFor()
  })

  it('comes back as it was when the window is loaded again', async () => {
    await panel.getByRole('button', { name: '← gradient', exact: true }).first().click()
    await panel.locator('.pane').nth(1).waitFor({ state: 'detached' })
    // As a person does it: VS Code keeps what panels saved on its own way out.
    await Promise.all([workbench.page.waitForEvent('load'), workbench.command('Developer: Reload Window')])
    panel = await workbench.panel()
    await panel.locator('.drawer h2', { hasText: 'fc2' }).waitFor()
    await counts(panel.locator('.pane'), 1)
    await counts(panel.locator('.plot .measured .cross'), 3)
  })

  it('shows nothing of one file while it reads another', async () => {
    await workbench.focusEditor()
    // The page itself notes what stands beside the sentence: reading may be over before anything asks from outside.
    const plotsBeside = await panel.evaluateHandle(() => {
      const plots: number[] = []
      new MutationObserver(() => {
        if (document.querySelector('.empty')?.textContent?.includes('Reading long.py…'))
          plots.push(document.querySelectorAll('.plot').length)
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
      return plots
    })
    await workbench.open('long.py')
    await panel.locator('.file', { hasText: 'long.py' }).waitFor()
    await panel.locator('.plot .series-current .line').first().waitFor({ timeout: 60_000 })
    const plots = await plotsBeside.jsonValue()
    assert.ok(plots.length > 0 && plots.every((count) => count === 0), `${plots.length} changes, plots: ${plots.join(', ')}`)
    await workbench.focusEditor()
    await workbench.open('net.py')
    await panel.locator('.file', { hasText: 'net.py' }).waitFor()
  })

  it('changes nothing on disk by itself and logs no error', () => {
    assert.equal(readFileSync(join(workbench.folder, 'net.py'), 'utf8'), mlp)
    assert.deepEqual(workbench.loggedErrors(), [])
  })
})
