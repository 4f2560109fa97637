import assert from 'node:assert/strict'
import { initialize } from '../../../src/analyze'
import type { ModelAnalysis } from '../../../src/analysis'
import { listed, only, read } from '../frameworks/reading'

const head = 'import keras\nfrom keras import layers, ops\n'
const sequential = (...lines: readonly string[]): ModelAnalysis =>
  only(`${head}m = keras.Sequential([keras.Input((10, 6)), ${lines.join(', ')}])\n`)

/** Parameters of a model with their shapes. */
const weights = ({ graph }: ModelAnalysis): string[] => graph.parameters.map(({ name, shape }) => `${name} ${shape.join('×')}`)

const operations = ({ graph }: ModelAnalysis, kind: string): number => graph.nodes.filter(({ op }) => op.kind === kind).length

describe('Recurrent layers of Keras', () => {
  before(initialize)

  it('run cells that they are given, one behind the other', () => {
    const model = sequential(
      'layers.RNN([layers.LSTMCell(8), layers.GRUCell(4)], return_sequences=True)',
      'layers.RNN(layers.SimpleRNNCell(3))',
    )
    assert.deepEqual(listed(model), ['rnn 8×10×4', 'rnn_1 8×3'])
    assert.deepEqual(
      weights(model).filter((each) => each.includes('recurrent')),
      [
        'rnn.stacked_rnn_cells.lstm_cell.recurrent_kernel 32×8',
        'rnn.stacked_rnn_cells.gru_cell.recurrent_kernel 12×4',
        'rnn_1.simple_rnn_cell.recurrent_kernel 3×3',
      ],
    )
    assert.equal(operations(model, 'recurrent'), 3)
  })

  it('call a cell of the program’s own for one step after the other', () => {
    const model = only(`${head}
class Cell(keras.Layer):
    def __init__(self, units):
        super().__init__()
        self.state_size = units
        self.inner = layers.Dense(units, activation='tanh')
        self.recurrent = layers.Dense(units, use_bias=False)
    def call(self, inputs, states):
        h = self.inner(inputs) + self.recurrent(states[0])
        return h, [h]
m = keras.Sequential([keras.Input((10, 6)), layers.RNN(Cell(5), return_sequences=True, return_state=False)])
`)
    assert.deepEqual(listed(model), ['rnn 8×10×5'])
    assert.equal(operations(model, 'linear'), 20)
    assert.equal(model.graph.parameters.length, 3)
  })

  it('begin with the states that they are given', () => {
    const model = only(`${head}
a, b = keras.Input((7, 4)), keras.Input((5, 4))
_, h, c = layers.LSTM(8, return_state=True)(a)
m = keras.Model([a, b], layers.LSTM(8)(b, initial_state=[h, c]))
`)
    const [first, second] = model.graph.nodes.filter(({ op }) => op.kind === 'recurrent')
    assert.deepEqual([first?.inputs.length, second?.inputs.length], [1, 3])
    assert.deepEqual(
      second?.inputs.slice(1).map((id) => model.graph.tensors[id]?.shape),
      [
        [1, 8, 8],
        [1, 8, 8],
      ],
    )
  })

  it('take a step by themselves: a cell in a loop', () => {
    const model = only(`${head}
x = keras.Input((6,))
cell = layers.LSTMCell(5)
h = c = ops.zeros((8, 5))
for _ in range(3):
    y, [h, c] = cell(x, [h, c])
m = keras.Model(x, y)
`)
    assert.equal(operations(model, 'recurrent'), 3)
    assert.equal(model.graph.parameters.length, 3)
  })

  for (const [mode, shape] of [
    ["'concat'", '8×10×8'],
    ["'sum'", '8×10×4'],
    ["'mul'", '8×10×4'],
    ["'ave'", '8×10×4'],
    ['None', '8×10×4, 8×10×4'],
  ] as const)
    it(`join both directions by merge_mode=${mode}, of a layer and of a cell`, () => {
      const around = (layer: string): ModelAnalysis => sequential(`layers.Bidirectional(${layer}, merge_mode=${mode})`)
      const models = [around('layers.GRU(4, return_sequences=True)'), around('layers.RNN(layers.GRUCell(4), return_sequences=True)')]
      for (const model of models) assert.deepEqual(listed(model), [`bidirectional ${shape}`])
      const kernels = weights(models[1] as ModelAnalysis).filter((each) => /forward.*kernel/.test(each))
      assert.deepEqual(kernels, [
        'bidirectional.forward_rnn.gru_cell.kernel 12×6',
        'bidirectional.forward_rnn.gru_cell.recurrent_kernel 12×4',
      ])
      assert.equal(models[1]?.graph.parameters.length, models[0]?.graph.parameters.length)
    })

  for (const [layer, names, shapes] of [
    ['layers.Bidirectional(layers.LSTM(4, return_state=True))', 'y, h, c, hb, cb', ['8×8', '8×4', '8×4', '8×4', '8×4']],
    ['layers.Bidirectional(layers.GRU(4, return_state=True), merge_mode=None)', 'y, yb, h, hb', ['8×4', '8×4', '8×4', '8×4']],
    [
      'layers.Bidirectional(layers.LSTM(4, return_state=True, return_sequences=True), merge_mode=None)',
      'y, yb, h, c, hb, cb',
      ['8×10×4', '8×10×4', '8×4', '8×4', '8×4', '8×4'],
    ],
    ['layers.RNN(layers.LSTMCell(4), return_state=True)', 'y, h, c', ['8×4', '8×4', '8×4']],
    ['layers.RNN([layers.LSTMCell(4), layers.GRUCell(6)], return_state=True)', 'y, (h, c), g', ['8×6', '8×4', '8×4', '8×6']],
    [
      'layers.Bidirectional(layers.RNN([layers.LSTMCell(4), layers.GRUCell(6)], return_state=True), merge_mode=None)',
      'y, yb, (h, c), g, (hb, cb), gb',
      ['8×6', '8×6', '8×4', '8×4', '8×6', '8×4', '8×4', '8×6'],
    ],
  ] as const)
    it(`give ${names}: ${layer}`, () => {
      const flat = names.replaceAll(/[()]/g, '')
      const { graph } = only(`${head}x = keras.Input((10, 6))\n${names} = ${layer}(x)\nm = keras.Model(x, [${flat}])\n`)
      assert.deepEqual(
        graph.outputs.map((id) => graph.tensors[id]?.shape.join('×')),
        shapes,
      )
    })

  for (const [begins, returned, names] of [
    ['', '[h]', 's'],
    ['', 'h', 's'],
    ['def get_initial_state(self, batch_size=None): return [ops.zeros((batch_size, 5))]', '[h]', '(s,)'],
  ] as const)
    it(`give states of several cells as arrays come: ${names} for ${returned} ${begins}`, () => {
      const { graph } = only(`${head}
class Cell(keras.Layer):
    def __init__(self, units):
        super().__init__()
        self.state_size = units
        self.inner = layers.Dense(units)
    ${begins}
    def call(self, inputs, states):
        h = self.inner(inputs) + states[0]
        return h, ${returned}
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.rnn = layers.RNN([Cell(5), layers.GRUCell(3)], return_state=True)
    def call(self, x):
        y, ${names}, (t,) = self.rnn(x)
        return y, s, t
m = Net()
m(ops.ones((8, 4, 6)))
`)
      assert.deepEqual(
        graph.outputs.map((id) => graph.tensors[id]?.shape.join('×')),
        ['8×3', '8×5', '8×3'],
      )
    })

  it('draw the weights of ConvLSTM, and say that what it gives is not modelled', () => {
    const model = only(
      `${head}m = keras.Sequential([keras.Input((10, 16, 16, 3)), layers.ConvLSTM2D(8, 3, strides=2, return_sequences=True)])\n`,
    )
    assert.deepEqual(listed(model), ['conv_lstm2d 8×10×7×7×8'])
    const [node] = model.graph.nodes.filter(({ op }) => op.kind === 'opaque')
    assert.equal(node?.op.kind === 'opaque' ? node.op.reason : null, 'recurrent convolutions are not modelled')
    const [definition] = read(`${head}layer = layers.ConvLSTM1D(8, 3)\n`).definitions
    assert.equal(definition?.callee, 'keras.layers.ConvLSTM1D')
  })
})

describe('Attention and wrappers of Keras', () => {
  before(initialize)

  it('score queries and keys by a sum, with a scale of 1/D', () => {
    const model = only(`${head}
q, v = keras.Input((10, 16)), keras.Input((12, 16))
m = keras.Model([q, v], layers.AdditiveAttention()([q, v]))
`)
    assert.deepEqual(listed(model), ['additive_attention 8×10×16'])
    assert.deepEqual(weights(model), ['additive_attention.scale 16'])
  })

  it('share heads of keys and values among heads of queries', () => {
    const grouped = only(`${head}
x = keras.Input((10, 16))
m = keras.Model(x, layers.GroupQueryAttention(head_dim=8, num_query_heads=4, num_key_value_heads=2)(x, x))
`)
    assert.deepEqual(listed(grouped), ['grouped_query_attention 8×10×16'])
    assert.deepEqual(
      weights(grouped).filter((each) => each.includes('kernel')),
      [
        'grouped_query_attention.query.kernel 32×16',
        'grouped_query_attention.key.kernel 16×16',
        'grouped_query_attention.value.kernel 16×16',
        'grouped_query_attention.attention_output.kernel 16×32',
      ],
    )
  })

  it('divide a kernel by its largest singular value, and wrap what a program wraps', () => {
    const model = only(`${head}
class Twice(layers.Wrapper):
    def __init__(self, layer, **kwargs):
        super().__init__(layer, **kwargs)
    def call(self, x):
        return 2 * self.layer(x)
m = keras.Sequential([keras.Input((10, 6)), layers.SpectralNormalization(layers.Dense(4), power_iterations=2), Twice(layers.Dense(3))])
`)
    assert.deepEqual(listed(model), ['spectral_normalization 8×10×4', 'twice.dense_1 8×10×3'])
    const [kernel] = model.graph.parameters
    assert.deepEqual([kernel?.parametrization, kernel?.powerIterations], ['spectralNorm', 2])
  })
})
