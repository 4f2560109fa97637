import assert from 'node:assert/strict'
import type { ModelAnalysis, WeightAdvice } from '../../../src/analysis'
import { analyze, initialize } from '../../../src/analyze'

function model(text: string): ModelAnalysis {
  const [found] = analyze({ file: 'model.py', text }, {}, {}).models
  assert.ok(found !== undefined)
  return found
}

function advice(of: ModelAnalysis, name: string): WeightAdvice {
  const found = of.weights.find(({ parameter }) => of.graph.parameters[parameter]?.name === name)
  assert.ok(found !== undefined, name)
  return found
}

const head = 'import torch\nfrom torch import nn\n'

describe('choices for whole architectures', () => {
  before(initialize)

  it('leaves what a norm absorbs as the file draws it', () => {
    const net =
      model(`${head}net = nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 36, 4))
nn.init.kaiming_normal_(net[0].weight, mode='fan_out', nonlinearity='relu')
net(torch.randn(4, 3, 8, 8))
`)
    const { recommended } = advice(net, '0.weight')
    assert.equal(recommended.family, 'he')
    assert.equal(recommended.mode, 'fan_out')
    assert.ok(Math.abs(recommended.variance - 2 / 72) < 1e-12)
    assert.equal(recommended.template, "nn.init.kaiming_normal_({target}, mode='fan_out', nonlinearity='relu')")
  })

  it('keeps a sine network whose own scheme the engine finds better than any other', () => {
    const siren = model(`${head}class Sine(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        bound = (6 / inputs) ** 0.5 / 30
        nn.init.uniform_(self.linear.weight, -bound, bound)

    def forward(self, x):
        return torch.sin(30 * self.linear(x))


net = nn.Sequential(*[Sine(64, 64) for _ in range(6)])
`)
    for (const { recommended } of siren.weights) assert.equal(recommended.family, 'keep')
  })

  it('does not keep the defaults of the framework', () => {
    const net = model(`${head}net = nn.Sequential(*[layer for _ in range(6) for layer in (nn.Linear(64, 64), nn.ReLU())])\n`)
    for (const { recommended } of net.weights) assert.equal(recommended.family, 'he')
  })

  it('gives a tied embedding the scale of its head', () => {
    const tied = model(`${head}class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(100, 64)
        self.head = nn.Linear(64, 100, bias=False)
        self.head.weight = self.emb.weight

    def forward(self, tokens):
        return self.head(self.emb(tokens))
`)
    assert.ok(Math.abs(advice(tied, 'emb.weight').recommended.variance - 1 / 64) < 1e-12)
  })

  it('counts the fans of one gate, and opens the forget gate', () => {
    const net = model(`${head}class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(32, 64)

    def forward(self, x):
        return self.rnn(x)[0]


Model()(torch.randn(10, 4, 32))
`)
    assert.ok(Math.abs(advice(net, 'rnn.weight_ih_l0').recommended.variance - 2 / (32 + 64)) < 1e-12)
    assert.ok(Math.abs(advice(net, 'rnn.weight_hh_l0').recommended.variance - 1 / 64) < 1e-12)
  })

  it('scales the ends of residual branches by their number, and nothing else', () => {
    const net = model(`${head}class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(64)
        self.fc1 = nn.Linear(64, 64)
        self.fc2 = nn.Linear(64, 64)

    def forward(self, x):
        return x + self.fc2(torch.relu(self.fc1(self.norm(x))))


net = nn.Sequential(nn.Linear(64, 64), *[Block() for _ in range(8)], nn.LayerNorm(64), nn.Linear(64, 10))
`)
    assert.ok(Math.abs(advice(net, '3.fc2.weight').recommended.variance - 1 / 64 / 8) < 1e-12)
    assert.ok(Math.abs(advice(net, '3.fc1.weight').recommended.variance - 2 / 64) < 1e-12)
    assert.ok(advice(net, '0.weight').recommended.variance >= 1 / 64)
  })

  it('lifts a deep tanh network by tanh’s gain, and leaves a shallow one at Xavier', () => {
    const tanh = (depth: number): ModelAnalysis =>
      model(`${head}net = nn.Sequential(*[layer for _ in range(${depth}) for layer in (nn.Linear(64, 64), nn.Tanh())])\n`)
    assert.equal(advice(tanh(3), '2.weight').recommended.variance, 1 / 64)
    assert.ok(advice(tanh(30), '20.weight').recommended.variance > 1.5 / 64)
  })
})
