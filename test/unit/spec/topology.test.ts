import assert from 'node:assert/strict'
import { analyze } from '../../../src/analyze'
import type { ModelAnalysis } from '../../../src/analysis'
import { distributionVariance } from '../../../src/graph'

/** A dense layer with a ReLU behind it, saved by what `said` tells. */
function saved(said: Readonly<Record<string, string>>): ModelAnalysis {
  const layers = [{ class_name: 'Dense', config: { name: 'dense', units: 32, activation: 'relu', batch_input_shape: [null, 64] } }]
  const modelTopology = { ...said, model_config: { class_name: 'Sequential', config: { name: 'net', layers } } }
  const { models, unread } = analyze({ file: 'model.json', text: JSON.stringify({ modelTopology, weightsManifest: [] }) }, {}, {})
  const [model] = models
  assert.ok(model, JSON.stringify(unread))
  return model
}

describe('a model.json', () => {
  for (const [title, said, framework, shown] of [
    ['that Keras saved is advised in what Keras draws', { keras_version: '2.15.0', backend: 'tensorflow' }, 'keras', 2 / 64],
    ['that names a backend of Keras alone is Keras’ too', { keras_backend: 'jax' }, 'keras', 2 / 64],
    // tfjs-layers cuts a normal at two deviations and leaves it at that.
    [
      'of TensorFlow.js is advised in its uncorrected normals',
      { keras_version: 'tfjs-layers 4.22.0', backend: 'tensor_flow.js' },
      'tensorflowjs',
      0.7737 * (2 / 64),
    ],
    ['that says nothing is of TensorFlow.js', {}, 'tensorflowjs', 0.7737 * (2 / 64)],
  ] as const)
    it(title, () => {
      const model = saved(said)
      assert.equal(model.framework, framework)
      const [advice] = model.weights
      assert.ok(advice)
      const { initializer } = advice.recommended
      const variance = distributionVariance(initializer.distribution, model.graph.parameters[advice.parameter]?.shape ?? [])
      assert.ok(variance !== null && Math.abs(variance / shown - 1) < 1e-3, `${variance}, not ${shown}`)
    })
})
