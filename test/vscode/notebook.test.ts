import assert from 'node:assert/strict'
import { NotebookCellData, NotebookCellKind, NotebookData, TabInputWebview, commands, window, workspace } from 'vscode'
import { closeAll, eventually, hoverAt, positionOf } from './workspace'

const code = (text: string) => new NotebookCellData(NotebookCellKind.Code, text, 'python')

describe('notebooks', () => {
  afterEach(closeAll)

  it('are read as one module, cell after cell', async () => {
    const notebook = await workspace.openNotebookDocument(
      'jupyter-notebook',
      new NotebookData([
        code('%matplotlib inline\nimport torch.nn as nn\nwidth = 64'),
        new NotebookCellData(NotebookCellKind.Markup, '# A model', 'markdown'),
        code('model = nn.Sequential(nn.Linear(32, width), nn.ReLU(), nn.Linear(width, 3))'),
      ]),
    )
    await window.showNotebookDocument(notebook)
    const cell = notebook.cellAt(2).document
    const text = await hoverAt(cell, positionOf(cell, 'Linear(width'))
    assert.match(text, /64 → 3/)
    await commands.executeCommand('initLens.recommend')
    const tabs = () => window.tabGroups.all.flatMap(({ tabs: all }) => all).filter(({ input }) => input instanceof TabInputWebview)
    await eventually(() => tabs().some(({ label }) => label.startsWith('Init Lens')), 'the panel')
  })
})
