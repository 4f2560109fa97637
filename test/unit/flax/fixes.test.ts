import assert from 'node:assert/strict'
import { recommendedInitializers } from '../../../src/advice'
import { fix, initialize } from '../../../src/analyze'
import { applied, fixed, only } from '../frameworks/reading'

describe('Fixes in Flax files', () => {
  before(initialize)

  it('get initializers where their layers are made, once, in the names of the file', () => {
    const text = `
import jax, jax.numpy as jnp
from flax import linen as nn
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    x = nn.relu(nn.Dense(64)(x))
    x = nn.relu(nn.Dense(64, kernel_init=nn.initializers.normal(1.0))(x))
    w = self.param('w', nn.initializers.normal(), (64, 64))
    x = nn.relu(x @ w)
    return nn.Dense(10)(x)
model = Net()
model.init(jax.random.key(0), jnp.ones((8, 100)))
`
    const after = fixed(text)
    assert.match(
      after,
      /nn\.Dense\(64, kernel_init=nn\.initializers\.he_normal\(\)\)\(x\)\)\n {4}x = nn\.relu\(nn\.Dense\(64, kernel_init=nn\.initializers\.he_normal\(\)\)/,
    )
    assert.match(after, /self\.param\('w', nn\.initializers\.he_normal\(\), \(64, 64\)\)/)
    assert.match(after, /nn\.Dense\(10, kernel_init=nn\.initializers\.glorot_normal\(\)\)/)
    const again = fix({ file: 'net.py', text: after }, only(after), { kind: 'recommended', parameters: null })
    assert.ok(!again.ok && again.reason.includes('already'))
  })

  it('get another initializer where a parameter of the program’s own is drawn', () => {
    const after = fixed(`import jax, jax.numpy as jnp
from flax import nnx
class Net(nnx.Module):
  def __init__(self, *, rngs):
    init = nnx.initializers.normal(0.01)
    self.w = nnx.Param(init(rngs.params(), (64, 64), jnp.float32))
    self.head = nnx.Linear(64, 64, rngs=rngs)
  def __call__(self, x):
    return self.head(nnx.relu(x @ self.w))
net = Net(rngs=nnx.Rngs(0))
net(jnp.ones((8, 64)))
`)
    assert.match(after, /nnx\.Param\(nnx\.initializers\.he_normal\(\)\(rngs\.params\(\), \(64, 64\), jnp\.float32\)\)/)
    const again = fix({ file: 'net.py', text: after }, only(after), { kind: 'recommended', parameters: null })
    assert.ok(!again.ok && again.reason.includes('already'))
  })

  for (const [drawn, expected] of [
    ['jnp.ones((64, 64))', null],
    ['jnp.full((64, 64), 0.5)', null],
    ['jax.random.uniform(rngs.params(), (64, 64), minval=-1.0, maxval=1.0)', null],
    ['rngs.normal((64, 64))', null],
    ['draw(rngs.params(), (64, 64))', null],
    ['jax.random.normal(rngs.params(), shape=(64, 64))', null],
    ['jax.random.normal(rngs.params(), (64, 64))', 'nnx.initializers.he_normal()(rngs.params(), (64, 64))'],
    ['nnx.initializers.normal(1.0)(rngs.params(), (64, 64))', 'nnx.initializers.he_normal()(rngs.params(), (64, 64))'],
  ] as const)
    it(`${expected === null ? 'leave' : 'replace'} the draw of a parameter by ${drawn}`, () => {
      const text = `import jax, jax.numpy as jnp
from flax import nnx
def draw(key, shape):
  return jax.random.normal(key, shape) * 2.0
class Net(nnx.Module):
  def __init__(self, *, rngs):
    self.w = nnx.Param(${drawn})
    self.head = nnx.Linear(64, 64, kernel_init=nnx.initializers.glorot_normal(), rngs=rngs)
  def __call__(self, x):
    return self.head(nnx.relu(x @ self.w))
net = Net(rngs=nnx.Rngs(0))
net(jnp.ones((8, 64)))
`
      const model = only(text)
      const id = model.graph.parameters.find(({ name }) => name === 'w')?.id
      assert.ok(id !== undefined)
      const result = fix({ file: 'net.py', text }, model, { kind: 'recommended', parameters: new Set([id]) })
      if (expected === null)
        assert.match(result.ok ? applied(text, result.edits) : result.reason, /^w is not drawn by an initializer of a key/)
      else assert.ok(result.ok && applied(text, result.edits).includes(`nnx.Param(${expected})`), JSON.stringify(result))
    })

  it('get an import where the file names no initializers', () => {
    const after = fixed(`from flax.nnx import Linear, Module, Rngs, relu
class Net(Module):
  def __init__(self, rngs):
    self.a = Linear(20, 30, rngs=rngs)
    self.b = Linear(30, 40, rngs=rngs)
  def __call__(self, x):
    return self.b(relu(self.a(x)))
`)
    assert.match(after, /^from flax\.nnx import [^\n]*\nfrom jax\.nn import initializers\n/)
    assert.match(after, /Linear\(20, 30, rngs=rngs, kernel_init=initializers\.he_normal\(\)\)/)
  })

  it('advise recurrent kernels by gates where each is drawn for itself', () => {
    const model = only(`
import jax, jax.numpy as jnp
from flax import linen as nn
class Net(nn.Module):
  @nn.compact
  def __call__(self, x):
    return nn.Dense(1)(nn.RNN(nn.OptimizedLSTMCell(16))(x)[:, -1])
model = Net()
model.init(jax.random.key(0), jnp.ones((8, 10, 12)))
`)
    const codes = model.weights.map(({ recommended }) => recommended.code)
    assert.deepEqual(codes.slice(0, 2), [
      'kernel_init=nn.initializers.glorot_normal()',
      'recurrent_kernel_init=nn.initializers.orthogonal()',
    ])
    const promised = recommendedInitializers(model.graph, model.weights, model.framework)
    const biases = model.graph.parameters.filter(({ role }) => role === 'bias')
    assert.ok(
      biases.every(({ id }) => promised.get(id)?.distribution.kind !== 'mixture'),
      'no argument opens the forget gate, so none is promised',
    )
  })
})
