import assert from 'node:assert/strict'
import { initialize } from '../../../src/analyze'
import { localAnalyst } from '../../../src/extension/analyst'
import type { ModuleRequest } from '../../../src/python/host'

const files: Readonly<Record<string, string>> = {
  blocks: 'import torch.nn as nn\nfrom sizes import width\n\ndef block():\n    return nn.Linear(width, width)\n',
  sizes: 'width = 48\n',
}
const document = {
  file: 'file:///w/net.py',
  text: 'import torch.nn as nn\nfrom blocks import block\n\nmodel = nn.Sequential(block(), nn.ReLU())\n',
}

const twoModels = `import torch.nn as nn
from elsewhere import nothing
small = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 2))
large = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3))
`

describe('an analyst', () => {
  before(initialize)

  it('asks for imports, and for those of imports, and keeps the answers', async () => {
    const asked: string[] = []
    const lookup = async ({ module }: ModuleRequest) => {
      const text = files[module]
      if (text !== undefined) asked.push(module)
      return text === undefined ? null : { file: `file:///w/${module}.py`, text, isPackage: false }
    }
    const analyst = localAnalyst()
    const first = await analyst.analyze(document, {}, lookup)
    assert.deepEqual(first?.models[0]?.graph.parameters.find(({ name }) => name === '0.weight')?.shape, [48, 48])
    assert.deepEqual([...asked].sort(), ['blocks', 'sizes'])
    await analyst.analyze(document, {}, lookup)
    assert.equal(asked.length, 2)
    analyst.forget()
    await analyst.analyze(document, {}, lookup)
    assert.equal(asked.length, 4)
  })

  it('ends where nobody waits any more', async () => {
    const cancelled = { isCancellationRequested: true, onCancellationRequested: () => ({ dispose: () => undefined }) }
    const long = { file: 'long.py', text: twoModels }
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      return null
    }
    assert.equal(await localAnalyst().analyze(long, {}, slow, { onPart: () => undefined, token: cancelled }), null)
  })

  it('gives a result that passes from thread to thread', async () => {
    const analysis = await localAnalyst().analyze(document, {}, async () => null)
    assert.deepEqual(structuredClone(analysis), analysis)
  })
})
