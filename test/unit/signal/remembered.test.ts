import assert from 'node:assert/strict'
import { analyze, initialize } from '../../../src/analyze'

const file = 'net.py'
const source = `import torch.nn as nn

net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
`
const read = (text: string) => {
  const [model] = analyze({ file, text }, {}, {}).models
  assert.ok(model !== undefined)
  return model
}

describe('remembered predictions', () => {
  before(initialize)

  it('are taken over when only a comment moved the code', () => {
    const first = read(source)
    const second = read(`# a comment\n${source}`)
    first.current.forward.forEach((moments, i) => {
      assert.equal(second.current.forward[i], moments)
    })
    assert.deepEqual(
      second.weights.map(({ recommended }) => recommended.variance),
      first.weights.map(({ recommended }) => recommended.variance),
    )
  })

  it('are not taken over when a size, an initializer or the input changes', () => {
    const [wide, drawn, fed] = [
      source.replace('64, 1)', '64, 2)'),
      `${source}nn.init.normal_(net[0].weight, std=0.5)\n`,
      `${source}# init-lens: input=(4, 64)\n`,
    ].map(read)
    const first = read(source)
    for (const other of [wide, drawn, fed]) assert.notEqual(other?.current.forward[0], first.current.forward[0])
    const last = (model: typeof first) => model.current.forward[model.graph.outputs[0] ?? -1]
    assert.notDeepEqual(drawn && last(drawn), last(first))
  })

  it('tell the place of what is not predicted as the new text has it', () => {
    const opaque =
      'import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(8, 8)\n\n    def forward(self, x):\n        return torch.sort(self.fc(x))[0]\n\n\n# init-lens: input=(4, 8)\nnet = Net()\n'
    const lineOf = (text: string) => {
      const moments = read(text).current.forward.find((found) => !found.known)
      return moments?.known === false ? moments.span?.line : undefined
    }
    const before = lineOf(opaque)
    assert.ok(before !== undefined)
    assert.equal(lineOf(`#\n#\n${opaque}`), before + 2)
  })
})
