import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { namedMembers } from '../../../src/frameworks/torch/module/registry'
import { torchModules } from '../../../src/frameworks/torch/modules'
import { isTensor } from '../../../src/frameworks/torch/tensor'
import { distributionMoments } from '../../../src/graph'
import { createInterpreter, initParser } from '../../../src/python'

/** Layers whose parameters are large enough to tell one distribution from another. */
const layers = [
  'nn.Linear(300, 200)',
  'nn.Bilinear(30, 40, 20)',
  'nn.Conv1d(64, 96, 5)',
  'nn.Conv2d(48, 64, 3, groups=4)',
  'nn.Conv3d(8, 16, 3)',
  'nn.ConvTranspose1d(64, 32, 4)',
  'nn.ConvTranspose2d(64, 32, 4, groups=2)',
  'nn.ConvTranspose3d(16, 8, 2)',
  'nn.Embedding(200, 100, padding_idx=3)',
  'nn.EmbeddingBag(200, 100)',
  'nn.BatchNorm2d(64)',
  'nn.LayerNorm([8, 8])',
  'nn.GroupNorm(4, 64)',
  'nn.InstanceNorm2d(64, affine=True)',
  'nn.PReLU(64)',
  'nn.RNN(50, 60, 2)',
  'nn.LSTM(50, 60, bidirectional=True, proj_size=20)',
  'nn.GRU(50, 60)',
  'nn.LSTMCell(50, 60)',
  'nn.GRUCell(50, 60)',
  'nn.RNNCell(50, 60)',
  'nn.MultiheadAttention(64, 4)',
  'nn.MultiheadAttention(64, 4, kdim=40, vdim=50, add_bias_kv=True)',
  'nn.TransformerEncoderLayer(64, 4, 128)',
  'nn.TransformerDecoderLayer(64, 4, 128)',
  'nn.Transformer(64, 4, 1, 1, 128)',
]

interface Drawn {
  readonly name: string
  readonly count: number
  readonly mean: number
  readonly secondMoment: number
}

function ours(): Drawn[][] {
  const interpreter = createInterpreter({ nativeModules: torchModules })
  const module = interpreter.runModule('defaults.py', 'import torch.nn as nn')
  return layers.map((layer) => {
    const value = interpreter.evaluateIn(layer, module)
    assert.ok(value.kind === 'instance', layer)
    return namedMembers(value, '_parameters').map(([name, parameter]) => {
      assert.ok(isTensor(parameter) && parameter.payload.source.kind === 'data')
      const { shape, source } = parameter.payload
      const moments = distributionMoments(source.storage.initializer.distribution, shape)
      assert.ok(moments !== null, `${layer} ${name}`)
      return { name, count: shape.reduce((product, size) => product * size, 1), mean: moments.mean, secondMoment: moments.secondMoment }
    })
  })
}

const script = `
import json, sys
import torch
import torch.nn as nn
torch.manual_seed(0)
out = []
for layer in json.load(sys.stdin):
    out.append([dict(name=n, count=p.numel(), mean=p.mean().item(), secondMoment=(p * p).mean().item()) for n, p in eval(layer).named_parameters()])
json.dump(out, sys.stdout)
`

describe('What layers draw by default', () => {
  before(initParser)

  it('a Linear draws U(±1/√fan_in): variance 1/(3·fan_in)', () => {
    const [weight, bias] = ours()[0] ?? []
    assert.ok(Math.abs((weight?.secondMoment ?? 0) * 900 - 1) < 1e-12)
    assert.ok(Math.abs((bias?.secondMoment ?? 0) * 900 - 1) < 1e-12)
  })

  it('PyTorch draws the same, within six standard errors, where it is installed', function () {
    this.timeout(60_000)
    const run = ['python3', '/usr/bin/python3']
      .map((python) => spawnSync(python, ['-c', script], { input: JSON.stringify(layers), encoding: 'utf8' }))
      .find(({ status }) => status === 0)
    if (run === undefined) {
      console.log('      PyTorch is not installed: its draws were not compared')
      this.skip()
    }
    const theirs = JSON.parse(run.stdout) as Drawn[][]
    for (const [index, drawn] of ours().entries()) {
      assert.deepEqual(
        drawn.map(({ name }) => name),
        theirs[index]?.map(({ name }) => name),
        layers[index],
      )
      for (const [place, { name, count, mean, secondMoment }] of drawn.entries()) {
        const sampled = theirs[index]?.[place]
        assert.ok(sampled !== undefined)
        // x² of a normal has standard deviation √2·σ², of a uniform less.
        const error = Math.SQRT2 / Math.sqrt(count)
        assert.ok(
          Math.abs(sampled.secondMoment - secondMoment) <= 6 * error * secondMoment,
          `${layers[index]} ${name}: ${sampled.secondMoment}, ${secondMoment}`,
        )
        assert.ok(
          Math.abs(sampled.mean - mean) <= 6 * Math.sqrt(Math.max(0, secondMoment - mean * mean) / count) + 1e-12,
          `${layers[index]} ${name}: mean`,
        )
      }
    }
  })
})
