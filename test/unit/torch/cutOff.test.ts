import assert from 'node:assert/strict'
import { initialize, readDocument } from '../../../src/frameworks'

/** Names of the models of a program that may take so many steps. */
function modelsWithin(steps: number, text: string): readonly string[] {
  const { models } = readDocument({ file: 'net.py', text }, {}, { now: () => 0, budget: { steps } })
  return models.map(({ name }) => name)
}

const loop = `
import torch.nn as nn
layers = []
for _ in range(300):
    layers += [nn.Linear(64, 64), nn.ReLU()]
net = nn.Sequential(*layers, nn.Linear(64, 5))
`
const initializer = `
import torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential()
        for each in range(300):
            self.layers.append(nn.Linear(64, 64))
    def forward(self, x):
        return self.layers(x)
net = Net()
`

describe('a program that is cut off', () => {
  before(initialize)

  for (const [what, text, name] of [
    ['a loop fills', loop, 'nn.Sequential(*layers, nn.Linear(64, 5))'],
    ['a constructor makes', initializer, 'Net()'],
  ] as const) {
    it(`shows nothing of what ${what} in part`, () => {
      assert.deepEqual(modelsWithin(3_000_000, text), [name])
      assert.deepEqual(modelsWithin(6_000, text), [])
    })
  }
})
