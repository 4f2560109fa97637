import { closeAll, eventually, hoverAt, positionOf, show } from './workspace'

describe('the Python environment', () => {
  afterEach(closeAll)

  /** The workspace's `.venv` holds the package `stacks`, whose function gives a Linear and a ReLU. */
  it("gives the source of the workspace's installed packages", async () => {
    const document = await show(
      'environment_user.py',
      'import torch.nn as nn\nfrom stacks import stack\n\nmodel = nn.Sequential(*stack(48), nn.Linear(48, 5))\n',
    )
    // The stack's two modules come first.
    const predicted = /^\*\*2\*\*/
    await eventually(async () => predicted.test(await hoverAt(document, positionOf(document, 'Linear(48, 5'))), 'the package to be found')
  })
})
