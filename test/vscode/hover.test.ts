import assert from 'node:assert/strict'
import { WorkspaceEdit, workspace } from 'vscode'
import { closeAll, hoverAt, mlp, positionOf, show, write } from './workspace'

describe('hover', () => {
  afterEach(closeAll)

  it('explains a layer where it is defined', async () => {
    const document = await show('hover_mlp.py', mlp)
    const text = await hoverAt(document, positionOf(document, 'Linear(784'))
    assert.match(text, /fc1/)
    assert.match(text, /784 → 256/)
    assert.match(text, /2\/784 = 0\.00255/)
    assert.match(text, /signal →/)
    assert.match(text, /gradient ←/)
    assert.match(text, /command:initLens\.focusLayer/)
  })

  it('says nothing beside layers', async () => {
    const document = await show('hover_mlp.py', mlp)
    assert.equal(await hoverAt(document, positionOf(document, 'import torch')), '')
  })

  it('speaks of the text as it is now, saved or not', async () => {
    const document = await show('hover_edit.py', mlp)
    await hoverAt(document, positionOf(document, 'Linear(784'))
    const edit = new WorkspaceEdit()
    const start = positionOf(document, '784')
    edit.replace(document.uri, document.getWordRangeAtPosition(start) ?? assert.fail(), '400')
    await workspace.applyEdit(edit)
    assert.match(await hoverAt(document, positionOf(document, 'Linear(400')), /400 → 256/)
  })

  it('reads the readable part of a file with a syntax error', async () => {
    const document = await show('hover_broken.py', `${mlp}\n\ndef unfinished(:\n    x = (\n`)
    assert.match(await hoverAt(document, positionOf(document, 'Linear(784')), /784 → 256/)
  })

  it('follows an import into another file of the workspace', async () => {
    await write('blocks.py', 'import torch.nn as nn\n\ndef block(n):\n    return nn.Sequential(nn.Linear(n, n), nn.ReLU())\n')
    const document = await show(
      'hover_import.py',
      'import torch.nn as nn\nfrom blocks import block\n\nmodel = nn.Sequential(block(64), block(64), nn.Linear(64, 7))\n',
    )
    const text = await hoverAt(document, positionOf(document, 'Linear(64, 7'))
    assert.match(text, /64 → 7/)
    assert.match(text, /signal →/)
  })

  it('keeps quiet in files without layers, empty files and huge ones', async () => {
    const plain = await show('hover_plain.py', 'x = 1\n')
    assert.equal(await hoverAt(plain, positionOf(plain, 'x')), '')
    const empty = await show('hover_empty.py', '')
    assert.equal(await hoverAt(empty, empty.positionAt(0)), '')
    const huge = await show('hover_huge.py', 'x = 1\n'.repeat(900_000))
    assert.equal(await hoverAt(huge, huge.positionAt(0)), '')
  })
})
