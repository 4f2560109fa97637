import assert from 'node:assert/strict'
import { analyze, fix, initialize } from '../../../src/analyze'

const file = 'model.py'
const text = `import keras
from keras import layers

model = keras.Sequential([keras.Input(shape=(784,))])
for _ in range(6):
    model.add(layers.Dense(256, activation='tanh'))
model.add(layers.Dense(10))
`

describe('layers that one line of Keras makes', () => {
  before(initialize)
  const model = () => analyze({ file, text }, {}, {}).models[0] ?? assert.fail('no model was read')

  it('are advised alike, whatever their sizes', () => {
    const hidden = model().weights.slice(0, 6)
    assert.equal(new Set(hidden.map(({ recommended }) => recommended.code)).size, 1)
    const gains = hidden.map(({ recommended, glorotVariance }) => recommended.variance / (glorotVariance ?? assert.fail()))
    for (const gain of gains) assert.ok(Math.abs(gain / (gains[0] ?? 0) - 1) < 1e-6, gains.join())
  })

  it('are drawn as promised once that is written', () => {
    const before = model()
    const result = fix({ file, text }, before, { kind: 'recommended', parameters: null })
    assert.ok(result.ok)
    const edited = [...result.edits]
      .sort((a, b) => b.start - a.start)
      .reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text)
    const after = analyze({ file, text: edited }, {}, {}).models[0] ?? assert.fail('the fixed model is not read')
    const output = (one: typeof before, side: 'recommended' | 'current') =>
      one.weights.map(({ call }) => {
        const moments = one[side].forward[one.graph.calls[call]?.outputs[0] ?? -1]
        return moments?.known ? Number(moments.secondMoment.toPrecision(3)) : null
      })
    assert.deepEqual(output(after, 'current'), output(before, 'recommended'))
  })
})
