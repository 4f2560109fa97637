import assert from 'node:assert/strict'
import { applyLightBulb, closeAll, eventually, hoverAt, panelOf, positionOf, show } from './workspace'

const source = `import jax
import jax.numpy as jnp
from flax import linen as nn


class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.relu(nn.Dense(256)(x))
        return nn.Dense(10)(x)


model = Net()
variables = model.init(jax.random.key(0), jnp.ones((1, 784)))
`

describe('Flax', () => {
  afterEach(closeAll)

  it('has hovers, the panel and fixes', async () => {
    const document = await show('flax_net.py', source)
    const text = await eventually(async () => (await hoverAt(document, positionOf(document, 'nn.Dense(256'))) || null, 'a hover')
    assert.match(text, /784 → 256/)
    assert.match(text, /\*\*He normal\*\*/)
    assert.equal(await panelOf(document), 'Init Lens: flax_net.py')
    await applyLightBulb(document, 'nn.Dense(256')
    assert.match(document.getText(), /nn\.Dense\(256, kernel_init=nn\.initializers\.he_normal\(\)\)/)
  })
})
