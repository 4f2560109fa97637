import assert from 'node:assert/strict'
import { commands, TabInputWebview, window } from 'vscode'
import { closeAll, eventually, mlp, show } from './workspace'

const panels = () =>
  window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith('initLens.panel'))

describe('panel', () => {
  afterEach(closeAll)

  it('opens beside the editor, once, and takes the name of the file', async () => {
    await show('panel_mlp.py', mlp)
    await commands.executeCommand('initLens.recommend')
    await commands.executeCommand('initLens.openPanel')
    await eventually(() => panels().some(({ label }) => label === 'Init Lens: panel_mlp.py'), 'the panel')
    assert.equal(panels().length, 1)
    assert.equal(window.activeTextEditor?.document.uri.path.endsWith('panel_mlp.py'), true)
  })

  it('follows the active file, and a pinned one stays', async () => {
    await show('panel_a.py', mlp)
    await commands.executeCommand('initLens.openPanelPinned')
    await commands.executeCommand('initLens.openPanel')
    await show('panel_b.py', mlp)
    await commands.executeCommand('initLens.openPanel')
    const labels = (): string =>
      panels()
        .map(({ label }) => label)
        .sort()
        .join()
    await eventually(() => labels() === 'Init Lens: panel_a.py,Init Lens: panel_b.py', 'the panels of both files')
  })
})
