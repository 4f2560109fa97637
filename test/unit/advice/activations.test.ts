import assert from 'node:assert/strict'
import type { ActivationFunction } from '../../../src/graph'
import { analyze, fix, initialize } from '../../../src/analyze'

const file = 'model.py'
const tanh: ActivationFunction = { name: 'tanh' }
const leaky: ActivationFunction = { name: 'leakyRelu', slope: 0.2, learned: false }

/** The source after the activations numbered so (all when null) were replaced; or why not. */
async function replaced(text: string, fn: ActivationFunction, which: readonly number[] | null = null): Promise<string> {
  await initialize()
  const [model] = analyze({ file, text }, {}, {}).models
  assert.ok(model !== undefined)
  const nodes = model.graph.nodes.filter((node) => node.op.kind === 'activation')
  const activations = nodes.filter((_, index) => which === null || which.includes(index)).map((node) => ({ node: node.id, fn }))
  assert.ok(activations.length > 0)
  const result = fix({ file, text }, model, { kind: 'draws', draws: [], activations })
  if (!result.ok) return result.reason
  return [...result.edits]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text)
}

const sequential = `from torch import nn
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(inplace=True), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2))
`
const functional = `import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 8)
        self.fc2 = nn.Linear(8, 2)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x), inplace=True))
`

describe('another activation is written where one is made', () => {
  it('one of two modules', async () => {
    assert.equal(await replaced(sequential, tanh, [1]), sequential.replace('nn.ReLU()', 'nn.Tanh()'))
  })
  it('every module, with its number', async () => {
    assert.equal(
      await replaced(sequential, leaky),
      sequential.replace('nn.ReLU(inplace=True)', 'nn.LeakyReLU(0.2)').replace('nn.ReLU()', 'nn.LeakyReLU(0.2)'),
    )
  })
  it('a function, whose input stays', async () => {
    assert.equal(
      await replaced(functional, leaky),
      functional.replace('F.relu(self.fc1(x), inplace=True)', 'F.leaky_relu(self.fc1(x), 0.2)'),
    )
  })
})

describe('what cannot be written says why', () => {
  it('one of several activations that a line makes', async () => {
    const text = `from torch import nn
model = nn.Sequential(*[layer for _ in range(3) for layer in (nn.Linear(4, 4), nn.ReLU())])
`
    assert.equal(await replaced(text, tanh, [0]), 'Line 2 makes 3 activations; change them all, or the code itself.')
    assert.match(await replaced(text, tanh), /nn\.Tanh\(\)/)
  })
  it('a method', async () => {
    assert.match(
      await replaced(functional.replace('F.relu(self.fc1(x), inplace=True)', 'self.fc1(x).relu()'), tanh),
      /Line 11 calls no function of torch\.nn\.functional|not written as a call/,
    )
  })
})
