import assert from 'node:assert/strict'
import { applyLightBulb, closeAll, eventually, hoverAt, panelOf, positionOf, show } from './workspace'

const source = `import keras
from keras import layers

model = keras.Sequential([
    keras.Input((784,)),
    layers.Dense(256, activation="relu"),
    layers.Dense(10),
])
`

describe('Keras', () => {
  afterEach(closeAll)

  it('has hovers, the panel and fixes', async () => {
    const document = await show('keras_net.py', source)
    const text = await eventually(async () => (await hoverAt(document, positionOf(document, 'layers.Dense(256'))) || null, 'a hover')
    assert.match(text, /784 → 256/)
    assert.match(text, /\*\*He normal\*\*/)
    assert.equal(await panelOf(document), 'Init Lens: keras_net.py')
    await applyLightBulb(document, 'layers.Dense(256')
    assert.match(document.getText(), /Dense\(256, activation="relu", kernel_initializer="he_normal"\)/)
  })
})
