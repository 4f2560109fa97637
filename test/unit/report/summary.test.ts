import assert from 'node:assert/strict'
import { analyze, initialize } from '../../../src/analyze'
import { currentSentence, healthyZone, summarize } from '../../../src/report/summary'
import { verdictSentence } from '../../../src/report/verdicts'

before(() => initialize())

function read(text: string) {
  const [model] = analyze({ file: 'net.py', text }, {}, { sources: { resolve: () => null }, now: () => 0 }).models
  return model ?? assert.fail('no model')
}

describe('the summary', () => {
  it('counts the layers behind one that is not known', () => {
    const model = read(`import torch
import torch.nn as nn
from elsewhere import Block


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(400, 8)
        self.block = Block(8)
        self.b = nn.Linear(8, 8)
        self.norm = nn.LayerNorm(8)
        self.c = nn.Linear(8, 2)

    def forward(self, x):
        return self.c(self.norm(self.b(self.block(self.a(x)))))


Net()(torch.randn(16, 400))
`)
    assert.match(
      currentSentence(summarize(model, model.current), healthyZone),
      /Predicted for 1 of 3 layers: what reaches b is not known\.$/,
    )
  })

  it('tells a change that is slow but adds up over thousands of layers', () => {
    const model = read(`import torch.nn as nn

model = nn.Sequential(*[layer for _ in range(600) for layer in (nn.Linear(64, 64), nn.ReLU())])
`)
    const [verdict] = model.verdicts
    const said = verdictSentence(verdict ?? assert.fail('no verdict'))
    assert.match(said, /600 layers, the signal shrinks \d+-fold in all/)
  })
})
