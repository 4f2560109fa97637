import assert from 'node:assert/strict'
import { initialize, readDocument } from '../../../src/frameworks'
import type { SourceReader } from '../../../src/python/host'

/** A library of models in the manner of torchvision's: each file registers what it builds, and may load weights. */
const zoo: Readonly<Record<string, string>> = {
  'zoo/__init__.py': 'from .registry import *\nfrom .small import *\nfrom .large import *\n',
  'zoo/registry.py':
    'builders = {}\ndef register(fn):\n    builders[fn.__name__] = fn\n    return fn\ndef build(name, **kwargs):\n    return builders[name](**kwargs)\n',
  'zoo/small.py': `import torch
import torch.nn as nn
from .registry import register
class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 16)
        self.fc = nn.Linear(16, 4)
    def forward(self, x):
        return self.fc(self.body(x).relu())
@register
def small(pretrained=False):
    model = Small()
    if pretrained:
        model.load_state_dict(torch.load('small.pt'))
    return model
`,
  'zoo/large.py':
    'from .registry import register\n@register\ndef large():\n    import torch.nn as nn\n    return nn.Sequential(nn.Linear(8, 512), nn.ReLU(), nn.Linear(512, 4))\n',
}

function reader(asked: string[]): SourceReader {
  return {
    resolve({ module, level, fromFile }) {
      const base = level === 0 ? [] : fromFile.split('/').slice(0, -level)
      const path = [...base, ...module.split('.').filter((part) => part !== '')].join('/')
      for (const [file, isPackage] of [
        [`${path}/__init__.py`, true],
        [`${path}.py`, false],
      ] as const) {
        const text = zoo[file]
        if (text === undefined) continue
        asked.push(file)
        return { file, text, isPackage }
      }
      return null
    },
  }
}

function read(text: string) {
  const asked: string[] = []
  const { models, unread } = readDocument({ file: 'net.py', text }, {}, { sources: reader(asked) })
  return {
    models: models.map(({ name, graph }) => `${name}: ${graph.calls.map((call) => call.name).join(', ')}`),
    assumptions: models.flatMap(({ assumptions }) => assumptions.map(({ message, span }) => `${span?.file}:${span?.line} ${message}`)),
    unread: unread.map(({ message, span }) => `${span?.line} ${message}`),
  }
}

describe('a library of models', () => {
  before(initialize)

  it('gives the model that the file binds, with the head that it gets there', () => {
    const { models, unread } = read(
      'import torch.nn as nn\nimport zoo\nmodel = zoo.small()\nmodel.fc = nn.Linear(model.fc.in_features, 10)\n',
    )
    assert.deepEqual(models, ['zoo.small(): body, relu#1, fc'])
    assert.deepEqual(unread, [])
  })

  it('finds by name what its files registered', () => {
    const { models } = read('import torch.nn as nn\nfrom zoo import build\nmodel = build("large")\n')
    assert.deepEqual(models, ['build("large"): 0, 1, 2'])
  })

  it('says where weights are asked for that are not known', () => {
    const { assumptions } = read('import torch.nn as nn\nimport zoo\n\nmodel = zoo.small(pretrained=True)\n')
    assert.ok(
      assumptions.some((each) => each.startsWith('net.py:4 load_state_dict takes weights that are not known here')),
      assumptions.join('\n'),
    )
  })
})
