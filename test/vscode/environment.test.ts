import assert from 'node:assert/strict'
import { closeAll, eventually, hoverAt, positionOf, show, write } from './workspace'

describe('the Python environment', () => {
  afterEach(closeAll)

  it("gives the source of the workspace's installed packages", async () => {
    const document = await show(
      'environment_user.py',
      'import torch.nn as nn\nfrom stacks import stack\n\nmodel = nn.Sequential(*stack(48), nn.Linear(48, 5))\n',
    )
    // The stack's two modules come first.
    const predicted = /^\*\*2\*\*/
    assert.doesNotMatch(await hoverAt(document, positionOf(document, 'Linear(48, 5')), predicted)
    await eventually(async () => {
      // Written anew at each try: the first file of a new folder can be there before the folder is watched, and nothing tells of it then.
      await write(
        '.venv/lib/python3.11/site-packages/stacks/__init__.py',
        'import torch.nn as nn\n\ndef stack(n):\n    return [nn.Linear(n, n), nn.ReLU()]\n',
      )
      return predicted.test(await hoverAt(document, positionOf(document, 'Linear(48, 5')))
    }, 'the package to be found')
  })
})
