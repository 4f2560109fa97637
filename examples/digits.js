import * as tf from '@tensorflow/tfjs'

const IMAGE = [28, 28, 1]
const CLASSES = 10

/** Deep enough for the signal to die: dense and convolutional layers of TensorFlow.js draw glorotNormal, cut at two standard deviations. */
export function createModel({ blocks = 4, filters = 32 } = {}) {
  const model = tf.sequential({ name: 'digits' })
  model.add(tf.layers.conv2d({ inputShape: IMAGE, filters, kernelSize: 3, padding: 'same', activation: 'relu' }))
  for (let i = 0; i < blocks; i++) {
    model.add(tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' }))
    if (i % 2 === 1) model.add(tf.layers.maxPooling2d({ poolSize: 2 }))
  }
  model.add(tf.layers.flatten())
  model.add(tf.layers.dense({ units: 128, activation: 'relu' }))
  model.add(tf.layers.dense({ units: CLASSES, activation: 'softmax' }))
  return model
}
