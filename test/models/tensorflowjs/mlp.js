import * as tf from '@tensorflow/tfjs'

/** Dense layers of one width, by default drawn as TensorFlow.js draws them. */
export function createMlp({ depth = 5, activation = 'relu', kernelInitializer } = {}) {
  const model = tf.sequential()
  for (let i = 0; i < depth; i++) {
    const input = i === 0 ? { inputShape: [128] } : {}
    model.add(tf.layers.dense({ ...input, units: 128, activation, kernelInitializer }))
  }
  model.add(tf.layers.dense({ units: 10 }))
  return model
}
