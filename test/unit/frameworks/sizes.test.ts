import assert from 'node:assert/strict'
import type { Span } from '../../../src/graph'
import { initialize, readDocument, sizeKnobs } from '../../../src/frameworks'

const knobs = (text: string, expression: string, span: Span | null = null): readonly string[] =>
  sizeKnobs({ file: 'net.py', text }, { name: expression, rootClass: null, span }).map(
    ({ id, value, spans }) => `${id} = ${value}${spans.length === 1 ? '' : ` (${spans.length})`}`,
  )

const mlp = `import torch
from torch import nn

DEPTH = 3
other = 5

class MLP(nn.Module):
    def __init__(self, width=256, classes=10, seed=0):
        super().__init__()
        self.body = nn.Sequential(*[nn.Sequential(nn.Linear(width, width), nn.ReLU()) for _ in range(DEPTH)])
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.body(x))

class Elsewhere(nn.Module):
    def __init__(self, size=7):
        super().__init__()

def make(width):
    return MLP(width, classes=5)

model = make(64)
`

describe('sizes that a what-if may change', () => {
  before(initialize)

  it('are those that the model is made of', () => {
    assert.deepEqual(knobs(mlp, 'MLP()'), ['MLP.__init__.width = 256', 'DEPTH = 3', 'MLP.__init__.classes = 10'])
    assert.deepEqual(knobs(mlp, 'model'), [
      'model>make.width = 64',
      'DEPTH = 3',
      'MLP.__init__.width = 256',
      'MLP.__init__.classes = 10',
      'make>MLP.classes = 5',
    ])
    assert.deepEqual(knobs(mlp, 'Elsewhere()'), ['Elsewhere.__init__.size = 7'])
  })

  it('are equal sizes of layers together, and repeats', () => {
    const text = `import torch.nn as nn
model = nn.Sequential(nn.Linear(784, 128), *[nn.Linear(128, 128), nn.ReLU()] * 4, nn.Dropout(2), nn.Linear(128, 10))
`
    assert.deepEqual(knobs(text, 'model'), ['model repeat 1 = 4', 'size 128 = 128 (4)', 'size 784 = 784', 'size 10 = 10'])
  })

  it('are found where a list is filled, and in the function that a model is made in', () => {
    const text = `import torch.nn as nn
WIDTH, DEPTH = 32, 6

def make(hidden_dim=48, dim=1):
    stack = [nn.Linear(hidden_dim, hidden_dim) for _ in range(3)]
    return nn.Sequential(*stack)

layers = []
for _ in range(5):
    layers.append(nn.Linear(WIDTH, WIDTH))
layers.append(nn.Linear(WIDTH, 10))
`
    assert.deepEqual(knobs(text, 'nn.Sequential(*layers)'), ['layers repeat 1 = 5', 'WIDTH = 32', 'size 10 = 10'])
    const start = text.indexOf('nn.Sequential')
    const place = { file: 'net.py', start, end: start + 1, line: 6, column: 11 }
    assert.deepEqual(knobs(text, 'nn.Sequential(*stack)', place), ['make.hidden_dim = 48', 'make repeat 1 = 3'])
  })

  it('are the numbers that are read in place of those written, at the places that are written', () => {
    const [width, depth] = sizeKnobs({ file: 'net.py', text: mlp }, { name: 'MLP()', rootClass: null, span: null })
    assert.ok(depth !== undefined && width !== undefined)
    const integers = [depth, width].flatMap(({ spans }) => spans.map(({ start }) => ({ start, value: 4 })))
    const read = (options: Parameters<typeof readDocument>[1]) =>
      readDocument({ file: 'net.py', text: mlp }, { model: 'MLP()', ...options }, {})
    const [written] = read({}).models
    const [tried] = read({ integers }).models
    assert.ok(written !== undefined && tried !== undefined)
    const sizes = ({ graph }: typeof written) =>
      graph.parameters.filter(({ role }) => role === 'weight').map(({ shape }) => shape.join('x'))
    assert.deepEqual(sizes(written), ['256x256', '256x256', '256x256', '10x256'])
    assert.deepEqual(sizes(tried), ['4x4', '4x4', '4x4', '4x4', '10x4'])
    assert.deepEqual(tried.graph.calls[0]?.definition, written.graph.calls[0]?.definition)
  })

  for (const [framework, text] of [
    [
      'Keras',
      'import keras\nWIDTH = 32\nmodel = keras.Sequential([keras.Input((8,)), keras.layers.Dense(WIDTH), keras.layers.Dense(2)])\n',
    ],
    [
      'Flax',
      `import jax, jax.numpy as jnp
import flax.linen as nn
WIDTH = 32
model = nn.Sequential([nn.Dense(WIDTH), nn.Dense(2)])
model.init(jax.random.key(0), jnp.ones((1, 8)))
`,
    ],
  ] as const) {
    it(`are read in place of those written in ${framework} as well`, () => {
      const start = text.indexOf('32')
      const [tried] = readDocument({ file: 'net.py', text }, { integers: [{ start, value: 5 }] }, {}).models
      assert.deepEqual(
        tried?.graph.parameters.map(({ fans }) => fans?.fanOut ?? null).filter((size) => size !== null),
        [5, 2],
      )
    })
  }

  it('are none of a layer spec', () => {
    assert.deepEqual(
      sizeKnobs({ file: 'net.layers.yaml', text: 'layers:\n  - dense: 16\n' }, { name: 'net', rootClass: null, span: null }),
      [],
    )
  })
})
