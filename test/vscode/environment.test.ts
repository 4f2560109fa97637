import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { Uri, window } from 'vscode'
import { closeAll, eventually, folder, hoverAt, positionOf, show } from './workspace'

/** The stack's two modules come first. */
const predicted = /^\*\*2\*\*/
const stack = 'import torch.nn as nn\n\n\ndef stack(n):\n    return [nn.Linear(n, n), nn.ReLU()]\n'

describe('the Python environment', () => {
  afterEach(closeAll)

  /** The workspace's `.venv` holds the package `stacks`, whose function gives a Linear and a ReLU. */
  it("gives the source of the workspace's installed packages", async () => {
    const document = await show(
      'environment_user.py',
      'import torch.nn as nn\nfrom stacks import stack\n\nmodel = nn.Sequential(*stack(48), nn.Linear(48, 5))\n',
    )
    await eventually(async () => predicted.test(await hoverAt(document, positionOf(document, 'Linear(48, 5'))), 'the package to be found')
  })

  it('is looked at again for packages that come while a window is open', async () => {
    const text = 'import torch.nn as nn\nfrom late_package import stack\n\nmodel = nn.Sequential(*stack(48), nn.Linear(48, 5))\n'
    const document = await show('late_user.py', text)
    const hover = (): Promise<string> => hoverAt(document, positionOf(document, 'Linear(48, 5'))
    assert.doesNotMatch(await hover(), predicted)
    // Nothing tells of it: the file watcher passes site-packages over in many setups.
    const packages = Uri.joinPath(folder(), '.venv/lib/python3.11/site-packages/late_package')
    await mkdir(packages.fsPath, { recursive: true })
    await writeFile(Uri.joinPath(packages, '__init__.py').fsPath, stack)
    await show('other_file.py', 'x = 1\n')
    await window.showTextDocument(document)
    await eventually(async () => predicted.test(await hover()), 'the new package to be found')
  })
})
