import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { torchModules } from '../../../src/frameworks/torch/modules'
import { createInterpreter, initParser, PythonError } from '../../../src/python'

/** What a program sees of its modules: the same program, its expressions, and what PyTorch answers. */
const source = `
import copy
from collections import OrderedDict
import torch
import torch.nn as nn

class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(3, 3)
        self.same = self.inner
        self.table = nn.Embedding(5, 3)
        self.out = nn.Linear(3, 5, bias=False)
        self.out.weight = self.table.weight
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer('mask', torch.zeros(2))
        self.nothing = None
        self.items = nn.ModuleDict({'a': nn.ReLU(), 'b': nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))})

net = Tied()
seq = nn.Sequential(OrderedDict([('first', nn.Linear(2, 4)), ('act', nn.ReLU()), ('last', nn.Linear(4, 1))]))
mods = nn.ModuleList([nn.Linear(1, 1) for _ in range(4)])
mods.append(nn.Identity())
mods.insert(0, nn.Tanh())
del mods[1]
twin = copy.deepcopy(seq)
seen = []
net.apply(lambda m: seen.append(type(m).__name__))
frozen = nn.Linear(2, 2).requires_grad_(False)
mha = nn.MultiheadAttention(8, 2, kdim=4)
lstm = nn.LSTM(3, 4, num_layers=2, bidirectional=True)
encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2)
`

const expressions = [
  '[n for n, _ in net.named_modules()]',
  '[n for n, _ in net.named_parameters()]',
  '[(n, tuple(p.shape)) for n, p in net.items.named_parameters()]',
  '[n for n, _ in net.named_buffers()]',
  '[n for n, _ in net.named_children()]',
  'list(net.state_dict())',
  'net.out.weight is net.table.weight',
  'hasattr(net, "missing"), hasattr(net, "mask"), net.nothing is None',
  '[k for k in net._modules], [k for k in net._parameters]',
  'seen',
  '[type(m).__name__ for m in seq], len(seq), seq[-1].in_features, [type(m).__name__ for m in seq[:2]]',
  'list(dict(seq.named_children())), [n for n, _ in seq[1:].named_children()]',
  '[type(m).__name__ for m in mods], [n for n, _ in mods.named_children()]',
  'twin[0] is seq[0], twin.first.weight is seq.first.weight, tuple(twin.first.weight.shape)',
  '[p.requires_grad for p in frozen.parameters()]',
  'isinstance(seq, nn.Module), isinstance(net.inner, nn.Linear), issubclass(nn.Conv2d, nn.modules.conv._ConvNd)',
  'isinstance(nn.BatchNorm2d(2), nn.modules.batchnorm._BatchNorm), isinstance(nn.ReLU6(), nn.Hardtanh)',
  '[(n, tuple(p.shape)) for n, p in mha.named_parameters()]',
  '[(n, tuple(p.shape)) for n, p in lstm.named_parameters()]',
  '[n for n, _ in encoder.named_modules()]',
  'sum(p.numel() for p in encoder.parameters())',
  'nn.Conv2d(4, 8, (3, 5), stride=2, padding=1, groups=2).weight.shape == (8, 2, 3, 5)',
  'nn.ConvTranspose2d(4, 8, 3, groups=2).weight.shape == (4, 4, 3, 3)',
  '(lambda c: (c.kernel_size, c.stride, c.padding, c.dilation))(nn.Conv1d(1, 1, 3))',
  'net.get_submodule("items.b.0").out_channels, tuple(net.get_parameter("inner.bias").shape)',
  'net.eval().training, net.items.b[1].training, net.train().items.b[1].training',
  'nn.LayerNorm([2, 3]).normalized_shape, nn.GroupNorm(2, 4).num_groups, nn.Dropout(0.3).p',
]

describe('Modules as a program sees them', () => {
  let ours: string[]

  before(async () => {
    await initParser()
    const interpreter = createInterpreter({ nativeModules: torchModules })
    const module = interpreter.runModule('modules.py', source)
    assert.deepEqual(
      interpreter.notes.map(({ message }) => message),
      [],
    )
    ours = expressions.map((expression) => {
      try {
        return interpreter.repr(interpreter.evaluateIn(expression, module))
      } catch (error) {
        if (error instanceof PythonError) return `raises ${error.message}`
        throw error
      }
    })
  })

  it('names and shapes are what torch.nn gives them', () => {
    assert.equal(ours[0], "['', 'inner', 'table', 'out', 'items', 'items.a', 'items.b', 'items.b.0', 'items.b.1']")
    assert.equal(
      ours[1],
      "['scale', 'inner.weight', 'inner.bias', 'table.weight', 'items.b.0.weight', 'items.b.0.bias', 'items.b.1.weight', 'items.b.1.bias']",
    )
    assert.equal(
      ours[17],
      "[('q_proj_weight', (8, 8)), ('k_proj_weight', (8, 4)), ('v_proj_weight', (8, 8)), ('in_proj_bias', (24,)), ('out_proj.weight', (8, 8)), ('out_proj.bias', (8,))]",
    )
  })

  it('PyTorch answers the same, where it is installed', function () {
    this.timeout(60_000)
    const script = `import json, sys\nsource, expressions = json.load(sys.stdin)\nscope = {}\nexec(source, scope)\njson.dump([repr(eval(e, scope)) for e in expressions], sys.stdout)`
    const interpreters = ['python3', '/usr/bin/python3']
    const run = interpreters
      .map((python) => spawnSync(python, ['-c', script], { input: JSON.stringify([source, expressions]), encoding: 'utf8' }))
      .find(({ status }) => status === 0)
    if (run === undefined) {
      console.log('      PyTorch is not installed: its answers were not compared')
      this.skip()
    }
    assert.deepEqual(ours, JSON.parse(run.stdout))
  })
})
