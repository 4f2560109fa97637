import assert from 'node:assert/strict'
import type { ActivationFunction, Graph } from '../../../src/graph'
import { initialize, readDocument } from '../../../src/frameworks'
import { predict } from '../../../src/signal'
import { createRandom } from '../../../src/webview/simulation/random'
import { simulationObstacle } from '../../../src/webview/simulation/obstacle'
import { type Draw, simulateOnce, summarizeDraws } from '../../../src/webview/simulation/simulate'
import { alexnet, chain, dense, partlyKnown } from '../../browser/panel-fixtures'

const relu: ActivationFunction = { name: 'relu' }

/** Simulation and prediction within five standard errors, or `slack` where the engine's own approximations show. */
function agrees(graph: Graph, draws: number, slack: number): void {
  assert.equal(simulationObstacle(graph), null)
  const calls = summarizeDraws(
    graph,
    Array.from({ length: draws }, (_, index): Draw => simulateOnce(graph, index + 1)),
  )
  const prediction = predict(graph)
  calls.forEach(({ name, forward, backward }, index) => {
    const tensor = graph.calls[index]?.outputs[0] ?? -1
    for (const [direction, moment, predicted] of [
      ['signal', forward, prediction.forward[tensor]],
      ['gradient', backward, prediction.backward[tensor]],
    ] as const) {
      assert.ok(moment !== null && predicted?.known === true, `${name} ${direction}`)
      const allowed = 5 * moment.standardError + slack * predicted.secondMoment
      assert.ok(
        Math.abs(moment.secondMoment - predicted.secondMoment) <= allowed,
        `${name} ${direction}: ${moment.secondMoment} ± ${moment.standardError}, predicted ${predicted.secondMoment}`,
      )
    }
  })
}

describe('simulation agrees with the prediction', () => {
  it('in a dense ReLU stack', () => agrees(dense(4, 96).graph, 12, 0.03))
  it('in a dense tanh stack', () => agrees(dense(3, 96, { name: 'tanh' }).graph, 12, 0.03))
  it('in a small convolutional network', () =>
    agrees(
      chain({
        name: 'small',
        input: [4, 3, 16, 16],
        layers: [
          { kind: 'conv', name: 'conv1', out: 24, kernel: 3, stride: 1, padding: 1 },
          { kind: 'activation', name: 'act1', fn: relu, type: 'ReLU' },
          { kind: 'pool', name: 'pool1', kernel: 2, stride: 2 },
          { kind: 'conv', name: 'conv2', out: 32, kernel: 5, stride: 2, padding: 2 },
          { kind: 'activation', name: 'act2', fn: relu, type: 'ReLU' },
          { kind: 'flatten', name: 'flatten' },
          { kind: 'dropout', name: 'drop', rate: 0.3 },
          { kind: 'linear', name: 'head', out: 20 },
        ],
      }).graph,
      16,
      0.06,
    ))
})

const transformer = `import torch
from torch import nn
from torch.nn import functional as F

class Block(nn.Module):
    def __init__(self, width=32, heads=4):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(self.norm(x)).view(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return x + self.proj(mixed.transpose(1, 2).reshape(batch, tokens, width))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(50, 32)
        self.blocks = nn.Sequential(Block(), Block())
        self.head = nn.Linear(32, 50)

    def forward(self, index):
        return self.head(self.blocks(self.tokens(index)))

net = Net()
net(torch.randint(0, 50, (8, 12)))
`

const lstm = `import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(16, 32, num_layers=2, batch_first=True)
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        sequence, _ = self.lstm(x)
        return self.head(sequence[:, -1])

net = Net()
net(torch.randn(8, 9, 16))
`

const unet = `import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 16, 3, padding=1, stride=2)
        self.inner = nn.Conv2d(16, 16, 3, padding=1)
        self.norm = nn.GroupNorm(4, 16)
        self.up = nn.ConvTranspose2d(32, 12, 2, stride=2)
        self.head = nn.Conv2d(15, 4, 1)

    def forward(self, x):
        low = torch.relu(self.down(x))
        deep = torch.tanh(self.norm(self.inner(low)))
        return self.head(torch.cat([self.up(torch.cat([low, deep], 1)), x], 1))

net = Net()
net(torch.randn(4, 3, 16, 16))
`

describe('simulation agrees with the prediction of what is read', () => {
  before(() => initialize('net.py'))
  const read = (text: string): Graph => {
    const [model] = readDocument({ file: 'net.py', text }, {}, {}).models
    assert.ok(model !== undefined)
    return model.graph
  }
  it('in a small transformer, with tokens and attention', () => agrees(read(transformer), 16, 0.1))
  it('in an LSTM whose last step is read', () => agrees(read(lstm), 16, 0.1))
  it('in a network with concatenations, group norm and a transposed convolution', () => agrees(read(unet), 16, 0.1))
})

describe('what cannot be simulated', () => {
  it('is said in a clause', () => {
    assert.equal(simulationObstacle(partlyKnown().graph), 'it has an operation that is not known')
    assert.equal(simulationObstacle(alexnet().graph), null)
  })
})

describe('random numbers', () => {
  it('repeat for a seed, differ between streams, and have the moments of N(0, 1)', () => {
    const a = createRandom(1, 2)
    const b = createRandom(1, 2)
    const values = Array.from({ length: 20_000 }, () => a.normal())
    assert.deepEqual(
      values.slice(0, 5),
      Array.from({ length: 5 }, () => b.normal()),
    )
    assert.notEqual(createRandom(1, 3).normal(), values[0])
    assert.notEqual(createRandom(1, 2, 1).normal(), values[0])
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length
    assert.ok(Math.abs(mean) < 0.03 && Math.abs(square - 1) < 0.05)
  })
})
