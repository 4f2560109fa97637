import assert from 'node:assert/strict'
import type { ModelAnalysis } from '../../../src/analysis'
import { initialize } from '../../../src/analyze'
import { listed, only, read } from '../frameworks/reading'

describe('Flax files', () => {
  before(initialize)

  it('read a compact module with the input that init is given, a batch in place of the one sample', () => {
    const model = only(`
import jax, jax.numpy as jnp
import flax.linen as nn
class CNN(nn.Module):
  @nn.compact
  def __call__(self, x):
    x = nn.relu(nn.Conv(features=8, kernel_size=(3, 3), strides=2)(x))
    x = nn.max_pool(x, (2, 2), strides=(2, 2))
    x = x.reshape((x.shape[0], -1))
    return nn.Dense(10)(x)
def create_state(rng):
  cnn = CNN()
  return cnn.init(rng, jnp.ones([1, 28, 28, 1]))['params']
`)
    assert.equal(model.framework, 'flax')
    assert.deepEqual(listed(model), ['Conv_0 8×14×14×8', 'Dense_0 8×10'])
    assert.deepEqual(
      model.graph.parameters.map(({ name }) => name),
      ['Conv_0.kernel', 'Conv_0.bias', 'Dense_0.kernel', 'Dense_0.bias'],
    )
  })

  it('name modules by attributes, lists, explicit names, and the order of their class', () => {
    const model = only(`
import jax, jax.numpy as jnp
from flax import linen as nn
class Block(nn.Module):
  width: int
  @nn.compact
  def __call__(self, x):
    return nn.Dense(self.width, name='inner')(nn.Dense(self.width)(x))
class Net(nn.Module):
  head: nn.Module
  def setup(self):
    self.blocks = [Block(4), Block(6)]
    self.last = nn.Sequential([nn.Dense(3), nn.relu, self.head])
  def __call__(self, x):
    for block in self.blocks:
      x = block(x)
    return self.last(x)
model = Net(head=nn.Dense(2))
model.init(jax.random.key(0), jnp.ones((8, 5)))
`)
    assert.deepEqual(listed(model), [
      'blocks_0.Dense_0 8×4',
      'blocks_0.inner 8×4',
      'blocks_1.Dense_0 8×6',
      'blocks_1.inner 8×6',
      'last.layers_0 8×3',
      'head 8×2',
    ])
  })

  it('call a module twice with the same weights, and list a module with weights of its own', () => {
    const model = only(`
import jax, jax.numpy as jnp
import flax.linen as nn
class Own(nn.Module):
  features: int
  @nn.compact
  def __call__(self, x):
    kernel = self.param('kernel', nn.initializers.he_normal(), (x.shape[-1], self.features))
    return jnp.dot(x, kernel) + self.param('bias', nn.initializers.zeros, (self.features,))
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    own = Own(6)
    return own(nn.relu(own(x)))
model = Net()
model.init(jax.random.key(0), jnp.ones((8, 6)))
`)
    assert.deepEqual(listed(model), ['Own_0 8×6', 'Own_0 8×6'])
    assert.deepEqual(
      model.graph.calls.filter(({ kind }) => kind === 'module').map(({ call }) => call),
      [0, 1],
    )
    const kernel = model.graph.parameters.find(({ name }) => name === 'Own_0.kernel')
    assert.equal(kernel?.role, 'weight')
    assert.deepEqual(kernel?.fans, { fanIn: 6, fanOut: 6 })
    assert.equal(model.graph.parameters.length, 2)
  })

  it('run in train mode, with a key for what asks for one', () => {
    const model = only(`
import jax, jax.numpy as jnp
import flax.linen as nn
class VAE(nn.Module):
  @nn.compact
  def __call__(self, x, z_rng, train: bool = False):
    mean = nn.Dense(4)(x)
    z = mean + jax.random.normal(z_rng, mean.shape)
    z = nn.BatchNorm(use_running_average=not train)(z)
    return nn.Dropout(0.5, deterministic=not train)(nn.Dense(8)(z))
model = VAE()
model.init(jax.random.key(0), jnp.ones((16, 8)), jax.random.key(1))
`)
    const kinds = model.graph.nodes.map(({ op }) => op.kind)
    assert.ok(kinds.includes('dropout') && kinds.includes('random'))
    assert.ok(model.graph.nodes.some(({ op }) => op.kind === 'batchNorm' && op.batchStatistics))
  })

  it('scan over layers with weights of each, and over time with the same', () => {
    const model = only(`
import jax, jax.numpy as jnp
from flax import linen as nn
class Block(nn.Module):
  @nn.compact
  def __call__(self, x, _):
    return nn.relu(nn.Dense(x.shape[-1])(x)), None
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    x, _ = nn.scan(nn.remat(Block), variable_axes={'params': 0}, split_rngs={'params': True}, length=3)()(x, None)
    cell = nn.scan(nn.LSTMCell, variable_broadcast='params', split_rngs={'params': False}, in_axes=1, out_axes=1)(8)
    carry = cell.initialize_carry(jax.random.key(0), x[:, None].shape[:1] + (x.shape[-1],))
    _, y = cell(carry, jnp.stack([x, x, x, x], axis=1))
    return nn.Dense(1)(y[:, -1])
model = Net()
model.init(jax.random.key(0), jnp.ones((8, 6)))
`)
    assert.deepEqual(
      model.graph.parameters.flatMap(({ name, role }) => (role === 'weight' || role === 'recurrentKernel' ? [name] : [])),
      [
        'ScanCheckpointBlock_0.Dense_0.kernel[0]',
        'ScanCheckpointBlock_0.Dense_0.kernel[1]',
        'ScanCheckpointBlock_0.Dense_0.kernel[2]',
        'ScanLSTMCell_0.i.kernel',
        'ScanLSTMCell_0.h.kernel',
        'Dense_0.kernel',
      ],
    )
    assert.equal(model.graph.nodes.filter(({ op }) => op.kind === 'recurrent').length, 1)
  })

  it('map a module over its own weights, and run a cell of the program over time', () => {
    const model = only(`
import jax, jax.numpy as jnp
from flax import linen as nn
class Critic(nn.Module):
  @nn.compact
  def __call__(self, x):
    x = nn.relu(nn.Dense(8)(x))
    return nn.Dense(1)(x)
class Cell(nn.RNNCellBase):
  features: int
  @nn.compact
  def __call__(self, carry, x):
    y = nn.tanh(nn.Dense(self.features)(x) + nn.Dense(self.features, use_bias=False, name='h')(carry))
    return y, y
  def initialize_carry(self, rng, input_shape):
    return jnp.zeros(input_shape[:1] + (self.features,))
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    y = nn.RNN(Cell(6))(x)[:, -1]
    ensemble = nn.vmap(Critic, variable_axes={'params': 0}, split_rngs={'params': True}, in_axes=None, out_axes=0, axis_size=2)
    return ensemble()(y)
model = Net()
model.init(jax.random.key(0), jnp.ones((4, 3, 5)))
`)
    assert.deepEqual(listed(model), [
      'RNN_0 4×3×6',
      'VmapCritic_0.Dense_0 4×8',
      'VmapCritic_0.Dense_1 4×1',
      'VmapCritic_0.Dense_0 4×8',
      'VmapCritic_0.Dense_1 4×1',
    ])
    assert.deepEqual(model.graph.tensors[model.graph.outputs[0] ?? -1]?.shape, [2, 4, 1])
    const [rnn] = model.graph.calls
    assert.deepEqual(
      rnn?.parameters.map((id) => model.graph.parameters[id]?.name),
      ['Cell_0.Dense_0.kernel', 'Cell_0.Dense_0.bias', 'Cell_0.h.kernel'],
    )
  })

  it('read attention, tied embeddings and masks as one graph', () => {
    const model = only(`
import jax, jax.numpy as jnp
from flax import linen as nn
class LM(nn.Module):
  @nn.compact
  def __call__(self, tokens):
    embed = nn.Embed(50, 16)
    x = embed(tokens)
    x = x + nn.SelfAttention(num_heads=4)(nn.LayerNorm()(x), mask=nn.make_causal_mask(tokens))
    return embed.attend(x)
model = LM()
model.init(jax.random.key(0), jnp.ones((1, 12), dtype=jnp.int32))
`)
    assert.deepEqual(model.input[0]?.distribution, { kind: 'tokens', below: 50 })
    assert.equal(model.graph.nodes.filter(({ op }) => op.kind === 'attention').length, 1)
    const last = model.graph.nodes.at(-1)?.op
    assert.ok(last?.kind === 'linear' && model.graph.parameters[last.weight]?.name === 'Embed_0.embedding')
  })

  it('read NNX modules by the path of their attributes', () => {
    const model = only(`
import jax.numpy as jnp
from flax import nnx
class Block(nnx.Module):
  def __init__(self, width, *, rngs: nnx.Rngs):
    self.w = nnx.Param(nnx.initializers.lecun_normal()(rngs.params(), (width, width)))
    self.norm = nnx.LayerNorm(width, rngs=rngs)
  def __call__(self, x):
    return nnx.relu(self.norm(x @ self.w.value))
class Net(nnx.Module):
  def __init__(self, *, rngs: nnx.Rngs):
    self.blocks = nnx.List([Block(8, rngs=rngs) for _ in range(2)])
    self.head = nnx.Sequential(nnx.Linear(8, 4, rngs=rngs), nnx.relu, nnx.Linear(4, 2, rngs=rngs))
  def __call__(self, x):
    for block in self.blocks:
      x = block(x)
    return self.head(x)
net = Net(rngs=nnx.Rngs(0))
net(jnp.ones((4, 8)))
`)
    assert.equal(model.framework, 'flax')
    assert.deepEqual(listed(model), ['blocks.0.norm 4×8', 'blocks.1.norm 4×8', 'head.layers.0 4×4', 'head.layers.2 4×2'])
    assert.equal(model.graph.parameters.find(({ name }) => name === 'blocks.1.w')?.role, 'weight')
  })

  it('follow copies of an NNX module under vmap and scan, each with weights of its own', () => {
    const model = only(`
import jax, jax.numpy as jnp
from flax import nnx
class Block(nnx.Module):
    def __init__(self, dim, rngs):
        self.linear = nnx.Linear(dim, dim, rngs=rngs)
    def __call__(self, x):
        return nnx.relu(self.linear(x))
class Stack(nnx.Module):
    def __init__(self, depth, dim, rngs):
        @nnx.split_rngs(splits=depth)
        @nnx.vmap(in_axes=(0,), out_axes=0)
        def make(rngs):
            return Block(dim, rngs=rngs)
        self.layers = make(rngs)
        self.heads = nnx.vmap(lambda key: nnx.Linear(dim, 2, rngs=nnx.Rngs(key)))(jax.random.split(jax.random.key(0), 2))
    def __call__(self, x):
        @nnx.scan(in_axes=(nnx.Carry, 0), out_axes=(nnx.Carry, 0))
        def forward(x, layer):
            x = layer(x)
            return x, x.mean(axis=-1)
        x, means = forward(x, self.layers)
        return nnx.vmap(lambda head, x: head(x), in_axes=(0, None), out_axes=1)(self.heads, x)
model = Stack(3, 16, nnx.Rngs(0))
model(jnp.ones((4, 16)))
`)
    assert.deepEqual(listed(model), [
      'layers[0].linear 4×16',
      'layers[1].linear 4×16',
      'layers[2].linear 4×16',
      'heads[0] 4×2',
      'heads[1] 4×2',
    ])
    assert.equal(model.graph.parameters.length, 10)
    assert.deepEqual(model.graph.tensors[model.graph.outputs[0] ?? -1]?.shape, [4, 2, 2])
  })

  const lifting = (body: string): string => `
import jax, jax.numpy as jnp
from flax import nnx
class Net(nnx.Module):
    def __init__(self, rngs):
        self.first = nnx.Linear(4, 4, rngs=rngs)
    def __call__(self, x):
        x = self.first(x)
${body}
model = Net(nnx.Rngs(0))
model(jnp.ones((3, 4)))
`
  const outputShapes = ({ graph }: ModelAnalysis): unknown[] => graph.outputs.map((id) => graph.tensors[id]?.shape)

  for (const [body, expected] of [
    ["return nnx.vmap(lambda d: d['a'] * 2)({'a': x})", [[3, 4]]],
    ["return nnx.vmap(lambda d: d['a'] + d['b'], in_axes=({'a': 1, 'b': None},))({'a': x, 'b': x[:, 0]})", [[4, 3]]],
    [
      'return nnx.vmap(lambda d: (d, d), out_axes=(0, 1))(x)',
      [
        [3, 4],
        [4, 3],
      ],
    ],
    [
      'return nnx.vmap(lambda d: (d, d), out_axes=1)(x)',
      [
        [4, 3],
        [4, 3],
      ],
    ],
    ['return nnx.vmap(lambda d: (d, jnp.ones(2) + x[0, 0]), out_axes=(-1, None))(x)', [[4, 3], [2]]],
    [
      'return nnx.vmap(lambda d: (d, (d, d)), out_axes=(0, (0, 1)))(x)',
      [
        [3, 4],
        [3, 4],
        [4, 3],
      ],
    ],
    ['return nnx.scan(lambda c, d: (c, d), out_axes=(nnx.Carry, 1))(x[0], x)', [[4], [4, 3]]],
    ['return nnx.scan(lambda c, d: (c, d, d), out_axes=(nnx.Carry, 1, 0))(x[0], x)', [[4], [4, 3], [3, 4]]],
    [
      'return nnx.scan(lambda d: (d, d), in_axes=0, out_axes=1)(x)',
      [
        [4, 3],
        [4, 3],
      ],
    ],
    ['return nnx.scan(lambda c, d: c + d, in_axes=(nnx.Carry, 0), out_axes=nnx.Carry)(x[0], x)', [[4]]],
    ["return nnx.scan(lambda c, d: (c + d['a'], d['a']), in_axes=(nnx.Carry, 0))(x[0], {'a': x})", [[4], [3, 4]]],
    [
      "return nnx.vmap(lambda d: {'a': d, 'b': d}, out_axes={'a': 0, 'b': 1})(x)",
      [
        [3, 4],
        [4, 3],
      ],
    ],
    ["return jax.lax.scan(lambda c, d: (c + d['a'], {'y': [d['a'], d['a'][0]]}), x[0], {'a': x})", [[4], [3, 4], [3]]],
    ["return jax.lax.map(lambda d: d['a'] * 2, {'a': x})", [[3, 4]]],
  ] as const)
    it(`divide and put together as the axes say: ${body}`, () => assert.deepEqual(outputShapes(only(lifting(`        ${body}`))), expected))

  it('divide dicts in linen’s scan, and put together by the axis of each part', () => {
    const model = only(`
import jax, jax.numpy as jnp
import flax.linen as nn
class Step(nn.Module):
  @nn.compact
  def __call__(self, carry, given):
    carry = carry + nn.Dense(4)(given['a'])
    return carry, (carry, {'y': carry})
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    scan = nn.scan(Step, variable_broadcast='params', split_rngs={'params': False}, in_axes=1, out_axes=(0, {'y': 1}))
    return scan()(x[:, 0], {'a': x})
model = Net()
model.init(jax.random.key(0), jnp.ones((3, 5, 4)))
`)
    assert.deepEqual(outputShapes(model), [
      [3, 4],
      [5, 3, 4],
      [3, 5, 4],
    ])
  })

  it('say that axes are not followed where they are not known', () => {
    const { models, unread } = read(lifting('        import other\n        return nnx.vmap(lambda d: d, out_axes=other.axis)(x)'))
    assert.deepEqual(models.flatMap(outputShapes), [])
    assert.match(unread.map(({ message }) => message).join(), /other/)
  })

  for (const [library, definition] of [
    ['from flax import nnx as lib', '@lib.custom_vjp'],
    ['import jax as lib', '@lib.custom_vjp'],
    ['import jax as lib', '@functools.partial(lib.custom_jvp, nondiff_argnums=())'],
  ] as const)
    it(`follow a function with a derivative of its own, and say whose is shown: ${definition} ${library}`, () => {
      const model = only(`
import functools, jax, jax.numpy as jnp
import flax.linen as nn
${library}
${definition}
def root(x):
  return jnp.tanh(x)
root.${definition.includes('vjp') ? 'defvjp' : 'defjvp'}(lambda x: (root(x), x), lambda x, g: (g,))
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    return root(nn.Dense(3)(x))
model = Net()
model.init(jax.random.key(0), jnp.ones((8, 5)))
`)
      assert.deepEqual(
        model.graph.nodes.flatMap(({ op }) => (op.kind === 'activation' ? [op.fn.name] : [])),
        ['tanh'],
      )
      assert.ok(model.assumptions.some(({ message }) => message.startsWith('the derivative that this function gives itself is not read')))
    })

  it('follow what functions of custom_gradient and linen’s custom_vjp compute', () => {
    const model = only(`
import jax, jax.numpy as jnp
import flax.linen as nn
@jax.custom_gradient
def halved(x):
  return jnp.tanh(x), lambda g: g / 2
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    own = nn.custom_vjp(lambda m, x: m(x), forward_fn=lambda m, x: nn.vjp(lambda m, x: m(x), m, x), backward_fn=lambda f, g: f(g))
    return own(nn.Dense(3), halved(x))
model = Net()
model.init(jax.random.key(0), jnp.ones((8, 5)))
`)
    assert.deepEqual(listed(model), ['Dense_0 8×3'])
    assert.deepEqual(outputShapes(model), [[8, 3]])
    assert.equal(model.assumptions.filter(({ message }) => message.includes('gives itself')).length, 2)
  })

  it('are read where classes are partly given, and where fields are not: those are assumptions', () => {
    const { models } = read(`
from functools import partial
from typing import Any, Sequence
import flax.linen as nn
class Net(nn.Module):
  stages: Sequence[int]
  block: Any
  classes: int
  @nn.compact
  def __call__(self, x, train=True):
    for width in self.stages:
      x = self.block(width)(x)
    return nn.Dense(self.classes)(x)
Small = partial(Net, stages=(8, 8), block=nn.Dense)
`)
    assert.deepEqual(
      models.map(({ name }) => name),
      ['Small(classes=10)'],
    )
    assert.deepEqual(
      models[0]?.assumptions.map(({ setting }) => setting),
      ['classes', 'input'],
    )
  })

  it('say what is not known of the arrays in a dict', () => {
    const { unread } = read(`
import jax, jax.numpy as jnp
import flax.linen as nn
from elsewhere import project
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    return {'logits': project(nn.Dense(4)(x))}
Net().init(jax.random.key(0), jnp.ones((8, 5)))
`)
    assert.equal(unread.at(-1)?.message, 'Net() is not followed to its end: `elsewhere` was not found')
  })

  it('are built by a decorated builder with what its own function must be given', () => {
    const model = only(`
import functools
import flax.linen as nn
def entered(fn):
  @functools.wraps(fn)
  def build(*args, **kwargs):
    return fn(*args, **kwargs)
  return build
class Net(nn.Module):
  width: int
  classes: int
  @nn.compact
  def __call__(self, x):
    return nn.Dense(self.classes)(nn.Dense(self.width)(x))
@entered
def small(num_classes):
  return Net(8, num_classes)
`)
    assert.deepEqual(listed(model), ['Dense_1 8×8', 'Dense_0 8×10'])
  })

  it('never change an array: += names a new one, also beside arrays of numpy', () => {
    const { graph } = only(`
import jax, jax.numpy as jnp, numpy as np
import flax.linen as nn
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    kept = x
    x += nn.Dense(6)(x)
    x += np.ones((1, 6))
    return kept
model = Net()
model.init(jax.random.key(0), jnp.ones((8, 6)))
`)
    assert.equal(graph.nodes[graph.tensors[graph.outputs[0] ?? -1]?.producer ?? -1]?.op.kind, 'input')
  })

  it('scan a method over time, and read arrays of numpy in setup', () => {
    const model = only(`
import functools
import jax, jax.numpy as jnp, numpy as np
import flax.linen as nn
class Memory(nn.Module):
  @functools.partial(nn.scan, variable_broadcast='params', in_axes=0, out_axes=0, split_rngs={'params': False})
  @nn.compact
  def __call__(self, carry, x):
    return nn.GRUCell(features=6)(carry, x)
class Net(nn.Module):
  def setup(self):
    self.positions = np.zeros((4, 1, 6))
    self.memory = Memory()
  def __call__(self, x):
    return self.memory(jnp.zeros((8, 6)), x + self.positions)[1]
model = Net()
model.init(jax.random.key(0), jnp.ones((4, 8, 6)))
`)
    assert.deepEqual(
      listed(model),
      Array.from({ length: 4 }, () => 'memory.GRUCell_0 8×6, 8×6'),
    )
    assert.equal(model.graph.parameters.filter(({ role }) => role === 'recurrentKernel').length, 1)
  })

  it('know the weights and shapes of cells that are not modelled, and divide matrices by their largest singular value', () => {
    const model = only(`
import jax, jax.numpy as jnp
import flax.linen as nn
class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.RNN(nn.ConvLSTMCell(6, kernel_size=(3, 3), strides=(2, 2)))(x)
        x = nn.RNN(nn.MGUCell(5), reverse=True)(x.mean(axis=(2, 3)))
        return nn.SpectralNorm(nn.Dense(7))(x, update_stats=True)
Net().init(jax.random.key(0), jnp.ones((2, 10, 8, 8, 3)))
`)
    assert.deepEqual(listed(model), ['RNN_0 2×10×4×4×6', 'RNN_1 2×10×5', 'Dense_0 2×10×7'])
    const { parameters, nodes } = model.graph
    assert.deepEqual(
      nodes.flatMap(({ op }) => (op.kind === 'opaque' ? [op.reason] : [])),
      ['recurrent convolutions are not modelled', 'a minimal gated unit is not modelled'],
    )
    assert.equal(parameters.find(({ name }) => name.endsWith('if.bias'))?.initializer.label, 'ones')
    assert.deepEqual(
      parameters.filter(({ parametrization }) => parametrization === 'spectralNorm').map(({ name }) => name),
      ['Dense_0.kernel'],
    )
  })

  it('are fed one number a sample where a step of time is taken, and maps with channels first where no others fit', () => {
    const { models } = read(`
import functools, jax, jax.numpy as jnp
import flax.linen as nn
@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def scaled(x, n):
    return n * x
scaled.defvjp(lambda x, n: (n * x, None), lambda n, r, g: (n * g,))
class Denoiser(nn.Module):
    @nn.compact
    def __call__(self, x, t):
        h = nn.Dense(3)(jnp.sin(t[:, None] * jnp.arange(8)))
        return nn.Dense(3)(scaled(x, 2) + h[:, None, None, :])
class Nature(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = jnp.transpose(x, (0, 2, 3, 1))
        x = nn.Conv(8, (8, 8), strides=(4, 4), padding='VALID')(x)
        x = nn.Conv(8, (4, 4), strides=(2, 2), padding='VALID')(x)
        x = nn.Conv(8, (3, 3), padding='VALID')(x)
        return nn.Dense(4)(x.reshape((x.shape[0], -1)) * jnp.expand_dims(jnp.ones(()), range(2)))
`)
    assert.deepEqual(
      models.map(({ input }) => input.map(({ shape }) => shape.join('×')).join(', ')),
      ['8×32×32×3, 8', '8×3×64×64'],
    )
  })

  for (const [size, expected] of [
    ['jnp.fabs(-3.0)', 3],
    ['jnp.positive(3.0)', 3],
    ['jnp.round(2.5)', 2],
    ['jnp.rint(3.5)', 4],
    ['jnp.round(-1.5) + 4', 2],
    ['jnp.round(0.26, 1) * 10', 3],
    ['jnp.trunc(-1.5) + 4', 3],
    ['jnp.exp2(2)', 4],
    ['jnp.cbrt(8)', 2],
    ['jnp.tan(jnp.atan(3.0)) + 0.5', 3],
    ['jnp.sinh(jnp.asinh(3.0)) + 0.5', 3],
  ] as const)
    it(`know what functions are called, and what they give of numbers: ${size}`, () => {
      const model = only(`
import jax, jax.numpy as jnp
import flax.linen as nn
model = nn.Dense(int(${size}))
model.init(jax.random.key(0), jnp.ones((8, 6)))
`)
      assert.deepEqual(outputShapes(model), [[8, expected]])
    })

  it('keep what is not modelled unknown, with its reason', () => {
    const text = `
import jax, jax.numpy as jnp
import flax.linen as nn
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    x = nn.Dense(4)(x)
    x = jnp.fft.rfft(x)
    return nn.Dense(4)(x)
model = Net()
model.init(jax.random.key(0), jnp.ones((8, 6)))
`
    const { models, unread, definitions } = read(text)
    assert.deepEqual(listed(models[0] ?? only(text)), ['Dense_0 8×4'])
    assert.match(unread.map(({ message }) => message).join(), /jax\.numpy\.fft\.rfft is not modelled/)
    assert.equal(definitions.length, 2)
  })

  it('are told from Keras by their imports: TensorFlow loads data here', () => {
    const { models } = read(`
import tensorflow as tf
import jax, jax.numpy as jnp
from flax import linen as nn
images = tf.zeros((3, 4))
model = nn.Dense(3)
model.init(jax.random.key(0), jnp.ones((8, 6)))
`)
    assert.deepEqual(
      models.map(({ framework }) => framework),
      ['flax'],
    )
  })
})
