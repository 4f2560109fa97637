import assert from 'node:assert/strict'
import { analyze, fix, initialize } from '../../../src/analyze'
import type { ModelAnalysis } from '../../../src/analysis'
import type { SourceReader } from '../../../src/python/host'
import { applied, listed, only, read } from '../frameworks/reading'

describe('Keras files', () => {
  before(initialize)

  it('read a Sequential that is added to, with the input of its first layer', () => {
    const model = only(`
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
model = Sequential()
model.add(Conv2D(8, (3, 3), strides=2, padding='same', activation='relu', input_shape=(28, 28, 1)))
model.add(MaxPooling2D())
model.add(Flatten())
model.add(Dense(10))
`)
    assert.equal(model.framework, 'keras')
    assert.deepEqual(listed(model), ['conv2d 8×14×14×8', 'max_pooling2d 8×7×7×8', 'flatten 8×392', 'dense 8×10'])
  })

  it('read a functional model with two inputs, two outputs and a layer that both share', () => {
    const model = only(`
import keras
from keras import layers
a = keras.Input((16,), name='a')
b = keras.Input((16,), name='b')
shared = layers.Dense(4, activation='tanh', name='shared')
x = layers.concatenate([shared(a), shared(b)])
model = keras.Model([a, b], [layers.Dense(1)(x), layers.Dense(2)(x)])
`)
    assert.deepEqual(listed(model), ['shared 8×4', 'shared 8×4', 'concatenate 8×8', 'dense 8×1', 'dense_1 8×2'])
    assert.equal(model.graph.parameters.filter(({ name }) => name === 'shared.kernel').length, 1)
    assert.equal(model.graph.outputs.length, 2)
    assert.deepEqual(
      model.graph.nodes.flatMap(({ op }) => (op.kind === 'input' ? [op.name] : [])),
      ['a', 'b'],
    )
  })

  it('read a model that calls another model, and arithmetic between layers', () => {
    const model = only(
      `
import keras
from keras import layers
inner = keras.Sequential([keras.Input((8,)), layers.Dense(8, activation='relu')], name='inner')
inputs = keras.Input((8,))
x = inner(inputs) * 0.5 + inputs
model = keras.Model(inputs, layers.Dense(3)(x[:, :4]))
`
        .replace('inner = ', '_inner = ')
        .replace('inner(inputs)', '_inner(inputs)'),
      'model',
    )
    assert.deepEqual(listed(model), ['inner.dense 8×8', 'dense_1 8×3'])
    const linear = model.graph.nodes.filter(({ op }) => op.kind === 'linear')
    assert.equal(linear.length, 2)
  })

  it('never change a tensor: += names a new one', () => {
    const { graph } = only(`
import keras
from keras import layers
given = keras.Input((6,))
kept = layers.Dense(6)(given)
x = kept
x += layers.Dense(6)(given)
model = keras.Model(given, [kept, x])
`)
    assert.deepEqual(
      graph.outputs.map((id) => graph.nodes[graph.tensors[id]?.producer ?? -1]?.op.kind),
      ['linear', 'add'],
    )
  })

  it('read a subclassed model with layers of its own in lists, and weights that they add', () => {
    const model = only(`
import keras
from keras import layers, ops
class Linear(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer='he_normal', name='w')
    def call(self, x):
        return ops.matmul(x, self.w)
class Net(keras.Model):
    def __init__(self, width=32):
        super().__init__()
        self.hidden = [Linear(width) for _ in range(2)]
        self.head = layers.Dense(1)
    def call(self, x, training=False):
        for layer in self.hidden:
            x = ops.relu(layer(x))
        return self.head(x)
net = Net()
net.build((None, 20))
`)
    assert.deepEqual(listed(model), ['linear 8×32', 'linear_1 8×32', 'dense 8×1'])
    const [first] = model.graph.parameters
    assert.equal(first?.name, 'linear.w')
    assert.deepEqual(first?.fans, { fanIn: 20, fanOut: 32 })
    assert.equal(model.weights[0]?.activation, 'relu')
  })

  it('predict the same in channels of either place', () => {
    const text = (format: string, shape: string): string => `
import keras
from keras import layers
model = keras.Sequential([keras.Input(${shape}), layers.Conv2D(8, 3, padding='same', data_format='${format}', activation='relu'), layers.Conv2D(4, 3, data_format='${format}'), layers.Flatten(), layers.Dense(5)])
`
    const [last, first] = [only(text('channels_last', '(10, 10, 3)')), only(text('channels_first', '(3, 10, 10)'))]
    const moments = (model: ModelAnalysis): number[] =>
      model.graph.calls.flatMap(({ outputs: [id] }) => {
        const found = id === undefined ? undefined : model.current.forward[id]
        return found?.known === true ? [found.secondMoment] : []
      })
    assert.equal(moments(last).length, 4)
    for (const [index, value] of moments(last).entries()) assert.ok(Math.abs(value / (moments(first)[index] ?? 0) - 1) < 1e-9)
  })

  it('go on from a layer inside a Sequential, and from a clone', () => {
    const model = only(
      `
import keras, tensorflow as tf
from keras import layers
base = keras.Sequential()
base.add(layers.Conv2D(4, 3, padding='same', activation='relu', input_shape=(8, 8, 3)))
base.add(layers.Flatten())
base.add(layers.Dense(10))
cut = keras.Model(base.layers[0].input, tf.nn.lrn(base.layers[-3].output, alpha=1e-4))
net = keras.Sequential([keras.models.clone_model(cut), layers.GlobalAveragePooling2D(), layers.Dense(2)])
`,
      'net',
    )
    assert.deepEqual(listed(model), ['model.conv2d 8×8×8×4', 'global_average_pooling2d 8×4', 'dense_1 8×2'])
    const norm = model.graph.nodes.find(({ op }) => op.kind === 'localResponseNorm')
    assert.deepEqual(norm?.op, { kind: 'localResponseNorm', size: 11, alpha: 11e-4, beta: 0.5, k: 1 })
  })

  const drawn = ({ graph }: ModelAnalysis): string[] => graph.parameters.map(({ name, shape }) => `${name} ${shape.join('×')}`)

  for (const [kind, made] of [
    ['a Sequential', "keras.Sequential([keras.Input((6,)), layers.Dense(6, 'relu', kernel_initializer='he_normal'), layers.Dense(6)])"],
    [
      'a functional model',
      "(lambda x: keras.Model(x, layers.Dense(6)(layers.Dense(6, 'relu', kernel_initializer='he_normal')(x))))(keras.Input((6,)))",
    ],
    [
      'a nested model',
      "keras.Sequential([keras.Input((6,)), keras.Sequential([layers.Dense(6, 'relu', kernel_initializer='he_normal')]), layers.Dense(6)])",
    ],
  ] as const)
    it(`draw the weights of a clone anew: ${kind}`, () => {
      const model = only(
        `
import keras
from keras import layers
model = ${made}
twin = keras.models.clone_model(model)
x = keras.Input((6,))
net = keras.Model(x, keras.Sequential([twin])(model(x)))
`,
        'net',
      )
      const kernels = model.graph.parameters.filter(({ shape }) => shape.length === 2)
      assert.equal(model.graph.parameters.length, 8)
      assert.deepEqual(
        kernels.map(({ initializer, copyGroup }) => [initializer.label, copyGroup]),
        [0, 1].flatMap(() => [
          [kernels[0]?.initializer.label, null],
          [kernels[1]?.initializer.label, null],
        ]),
      )
      assert.equal(model.graph.nodes.filter(({ op }) => op.kind === 'linear').length, 4)
    })

  it('tie the weights of a model that is called twice, and those of layers that clone_function gives back', () => {
    const net = (twin: string): number =>
      only(
        `
import keras
from keras import layers
model = keras.Sequential([keras.Input((6,)), layers.Dense(6, 'relu'), layers.Dense(6)])
twin = ${twin}
x = keras.Input((6,))
net = keras.Model(x, keras.Sequential([twin])(model(x)))
`,
        'net',
      ).graph.parameters.length
    assert.equal(net('model'), 4)
    assert.equal(net('keras.models.clone_model(model, clone_function=lambda layer: layer)'), 4)
    assert.equal(net('keras.models.clone_model(model, clone_function=lambda layer: layers.Dense(6))'), 8)
  })

  it('clone weights that layers share as shared, and layers of the program’s own with theirs', () => {
    const model = only(
      `
import keras
from keras import layers
class Scale(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.inner = layers.Dense(units)
        self.gain = self.add_weight(shape=(units,), initializer='ones', name='gain')
    def call(self, x):
        return self.inner(x) * self.gain
x = keras.Input((6,))
shared = layers.Dense(6)
model = keras.Model(x, Scale(6)(shared(shared(x))))
net = keras.Sequential([model, keras.Sequential([keras.models.clone_model(model)])])
`,
      'net',
    )
    const names = drawn(model).map((each) => each.replace(/^.*model\./, ''))
    assert.equal(names.length, 10)
    assert.deepEqual([...new Set(names)].length, 5)
  })

  it('begin a clone with a tensor that it is given, and say what of clones is not followed', () => {
    const net = (given: string): ReturnType<typeof read> =>
      read(
        `
import keras
from keras import layers
x = keras.Input((6,))
model = keras.Model(x, layers.Dense(6)(x))
y = keras.Input((6,))
twin = keras.models.clone_model(model, ${given})
net = keras.Model(y, layers.Dense(3)(twin.output))
`,
        'net',
      )
    assert.deepEqual(listed(net('input_tensors=y').models[0] ?? only('')), ['dense 8×6', 'dense_1 8×3'])
    const { models, unread } = net('call_function=lambda layer, *args: layer(*args)')
    assert.match(
      [...unread, ...models.flatMap(({ assumptions }) => assumptions)].map(({ message }) => message).join(),
      /call_function is not followed/,
    )
  })

  it('take what a builder gives to Input for a shape, whatever its name', () => {
    const model = only(`
from keras import Input, Model, layers
def unet(input_size, classes):
    x = inputs = Input(input_size)
    x = layers.Conv2D(8, 3, padding='same')(x)
    return Model(inputs, layers.Conv2D(classes, 1)(x))
`)
    assert.deepEqual(listed(model)[0], 'conv2d 8×32×32×8')
    assert.match(model.assumptions.map(({ message }) => message).join(), /`input_size` is not given in this file: \(32, 32, 3\) is assumed/)
  })

  it('keep an unknown layer unknown, with its reason', () => {
    const model = only(`
import keras
from keras import layers
model = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.NoSuchLayer(), layers.Dense(2)])
`)
    assert.deepEqual(listed(model).slice(0, 1), ['conv2d 8×6×6×4'])
    assert.match(
      JSON.stringify(
        read('import keras\nm = keras.Sequential([keras.Input((4,)), keras.layers.NoSuchLayer(), keras.layers.Dense(2)])').unread,
      ),
      /NoSuchLayer is not modelled/,
    )
  })

  it('read the networks that Keras ships from the package, where it is installed', () => {
    const shipped: Readonly<Record<string, string>> = {
      'keras.applications': 'from keras.src.applications.tiny import Tiny as Tiny',
      'keras.src.applications.tiny': `
from keras.src import backend, layers
from keras.src.models import Functional
def Tiny(weights='imagenet', classes=10):
    inputs = layers.Input(shape=(32, 32, 3))
    x = layers.Conv2D(4, 3, name='conv')(inputs)
    x = layers.GlobalAveragePooling2D()(x)
    return Functional(inputs, layers.Dense(classes, name='predictions')(x), name='tiny')
`,
    }
    const sources: SourceReader = {
      resolve: ({ module }) => {
        const text = shipped[module]
        return text === undefined
          ? null
          : { file: `/lib/${module.replaceAll('.', '/')}.py`, text, isPackage: module === 'keras.applications' }
      },
    }
    const text = 'import tensorflow as tf\nmodel = tf.keras.applications.Tiny(weights=None, classes=3)\n'
    const { models } = analyze({ file: '/net.py', text }, {}, { now: () => 0, sources })
    assert.deepEqual(models.map(listed), [['conv 8×30×30×4', 'global_average_pooling2d 8×4', 'predictions 8×3']])
  })

  it('show a model of symbolic tensors as far as it is followed', () => {
    const text = `
import keras
from keras import layers
i = keras.Input((8,))
x = layers.Dense(4, name='known')(i)
model = keras.Model(i, layers.NoSuchLayer()(x))
`
    assert.deepEqual(listed(only(text)), ['known 8×4'])
    assert.match(JSON.stringify(read(text).unread), /not followed to its end: keras.layers.NoSuchLayer is not modelled/)
  })

  it('scale and shift each channel by the numbers that are written', () => {
    const model = only(`
import keras
from keras import layers
i = keras.Input((6, 6, 2))
rescaled = layers.Rescaling([2.0, 0.0], offset=[0.0, 1.0])(i)
normalized = layers.Normalization(mean=[0.0, 1.0], variance=[4.0, 1.0])(i)
model = keras.Model(i, [rescaled, normalized])
`)
    const moment = (which: number): number | undefined => {
      const id = model.graph.calls[which]?.outputs[0]
      const found = id === undefined ? undefined : model.current.forward[id]
      return found?.known === true ? found.secondMoment : undefined
    }
    // 2x beside the constant 1; x/2 beside x − 1.
    assert.deepEqual([moment(0), moment(1)], [2.5, 1.125])
  })

  it('ask a property of the program for what is assigned to it', () => {
    const model = only(`
import keras
class Net(keras.Model):
    def __init__(self, units=5, **kwargs):
        self.head = keras.layers.Dense(units)
        inputs = keras.Input((7,))
        super().__init__(inputs=inputs, outputs=self.head(inputs), **kwargs)
    @property
    def head(self):
        return getattr(self, '_head', None)
    @head.setter
    def head(self, value):
        self._head = value
model = Net()
`)
    assert.deepEqual(listed(model), ['dense 8×5'])
  })

  it('arrange tensors with the functions of keras.ops', () => {
    const model = only(`
import keras
from keras import layers, ops
class Arranged(keras.Model):
    def __init__(self):
        super().__init__()
        self.head = layers.Dense(2)
    def call(self, x):
        x = ops.moveaxis(x, -1, 1)
        x = ops.swapaxes(x, 1, 2)
        x = ops.slice(x, [0, 1, 0], [8, 3, 4])
        x = ops.repeat(x, 2, axis=1)
        x = ops.take(x, [5, 0], axis=1)
        x = ops.nn.dot_product_attention(*[ops.expand_dims(x, 2)] * 3)
        return self.head(ops.reshape(x, (8, -1)))
net = Arranged()
net.build((None, 6, 4))
`)
    assert.deepEqual(listed(model), ['dense 8×2'])
    assert.deepEqual(model.graph.parameters[0]?.fans, { fanIn: 8, fanOut: 2 })
  })

  it('never pass over what is not read: a network of keras.applications leaves the model unknown from there', () => {
    const { models, unread } = read(`
import keras
base = keras.applications.ResNet50(weights=None)
model = keras.Sequential([base, keras.layers.Dense(3)])
`)
    assert.deepEqual(models, [])
    assert.match(JSON.stringify(unread), /ResNet50 is not modelled/)
  })

  it('are told from PyTorch by their imports, and stand beside it in one file', () => {
    const { models } = read(`
import torch.nn as nn
import keras
net = nn.Sequential(nn.Linear(4, 2))
model = keras.Sequential([keras.layers.Dense(2, input_dim=4)])
`)
    assert.deepEqual(models.map(({ framework }) => framework).sort(), ['keras', 'pytorch'])
  })

  it('list every constructor of a layer with weights, reached or not', () => {
    const { definitions } = read(`
import tensorflow as tf
from tensorflow.keras import layers as L
def head(x):
    return L.Dense(3)(x)
model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(4,)), L.ReLU()])
`)
    assert.deepEqual(
      definitions.map(({ callee, reason }) => [callee, reason === null]),
      [
        ['keras.layers.Dense', false],
        ['keras.layers.Dense', true],
      ],
    )
  })

  it('get initializers where their layers are made, once', () => {
    const text = `import keras
from keras import layers
model = keras.Sequential([
    keras.Input((784,)),
    layers.Dense(256, activation='relu', kernel_initializer='lecun_uniform'),
    layers.Dense(256, activation='relu'),
    layers.Dense(10),
])
`
    const model = only(text)
    const result = fix({ file: 'net.py', text }, model, { kind: 'recommended', parameters: null })
    assert.ok(result.ok)
    const written = applied(text, result.edits)
    assert.match(
      written,
      /Dense\(256, activation='relu', kernel_initializer='he_normal'\),\n {4}layers\.Dense\(256, activation='relu', kernel_initializer='he_normal'\)/,
    )
    const again = only(written)
    for (const advice of again.weights) {
      const now = again.graph.parameters[advice.parameter]?.initializer.distribution
      assert.ok(now)
    }
    const second = fix({ file: 'net.py', text: written }, again, { kind: 'recommended', parameters: null })
    assert.equal(second.ok, false)
  })
})
