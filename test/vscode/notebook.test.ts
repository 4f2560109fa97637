import assert from 'node:assert/strict'
import { NotebookCellData, NotebookCellKind, NotebookData, NotebookRange, TabInputWebview, commands, window, workspace } from 'vscode'
import { actionAt, apply, closeAll, eventually, hoverAt, positionOf } from './workspace'

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

  it('are fixed in the cell that builds the model, and undo takes it back', async () => {
    const sources = ['import torch.nn as nn', 'model = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 3))', 'print(model)']
    const notebook = await workspace.openNotebookDocument('jupyter-notebook', new NotebookData(sources.map(code)))
    await window.showNotebookDocument(notebook)
    const texts = (): readonly string[] => notebook.getCells().map(({ document }) => document.getText())
    const cell = notebook.cellAt(1).document
    const position = positionOf(cell, 'Linear(32')
    await apply((await actionAt(cell, position, /^Apply the recommended initialization to nn\.Sequential/)).edit)
    const [first, second, third] = texts()
    assert.deepEqual([first, third], [sources[0], sources[2]])
    assert.equal(
      second,
      [
        sources[1],
        "nn.init.kaiming_normal_(model[0].weight, nonlinearity='relu')",
        'nn.init.zeros_(model[0].bias)',
        'nn.init.xavier_normal_(model[2].weight)',
        'nn.init.zeros_(model[2].bias)',
      ].join('\n'),
    )
    await commands.executeCommand('initLens.applyModel')
    assert.equal(texts()[1], second, 'applied twice it changes something')
    await window.showNotebookDocument(notebook, { selections: [new NotebookRange(1, 2)] })
    await commands.executeCommand('notebook.cell.edit')
    await commands.executeCommand('undo')
    assert.deepEqual(texts(), sources)
  })
})
