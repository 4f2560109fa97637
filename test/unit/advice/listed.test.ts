import assert from 'node:assert/strict'
import { analyze, initialize } from '../../../src/analyze'
import { findingsOf, namedModels } from '../../../src/report'

const text = `from torch import nn

class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        layers = []
        for _ in range(8):
            layers += [nn.Linear(width, width), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, std=0.01)
                nn.init.zeros_(m.bias)

    def forward(self, x):
        return self.body(x)

small = Net(32)
large = Net(64)
`

describe('findings of several models', () => {
  before(initialize)

  it('lists one place once, with every model that has it', () => {
    const analysis = analyze({ file: 'net.py', text }, {}, {})
    assert.equal(analysis.models.length, 2)
    const listed = findingsOf([analysis])
    const keys = listed.map(({ finding }) => `${finding.rule} ${finding.span?.line}`)
    assert.equal(new Set(keys).size, keys.length)
    const vanishing = listed.find(({ finding }) => finding.rule === 'signal-vanishes')
    assert.deepEqual(
      vanishing?.models,
      analysis.models.map(({ name }) => name),
    )
  })

  it('keeps the findings of two files apart', () => {
    const analyses = ['a.py', 'b.py'].map((file) => analyze({ file, text }, {}, {}))
    assert.equal(findingsOf(analyses).length, 2 * findingsOf(analyses.slice(0, 1)).length)
  })

  it('names the first and counts the others', () => {
    assert.equal(namedModels(['A()']), 'A()')
    assert.equal(namedModels(['A()', 'B()']), 'A() and 1 other model')
    assert.equal(namedModels(['A()', 'B()', 'C()']), 'A() and 2 other models')
  })
})
