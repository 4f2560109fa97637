import * as tf from '@tensorflow/tfjs'

const separable = (filters, strides) => [
  tf.layers.depthwiseConv2d({ kernelSize: 3, strides, padding: 'same', useBias: false }),
  tf.layers.batchNormalization(),
  tf.layers.reLU({ maxValue: 6 }),
  tf.layers.conv2d({ filters, kernelSize: 1, useBias: false }),
  tf.layers.batchNormalization(),
  tf.layers.reLU({ maxValue: 6 }),
]

export function createMobilenet() {
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [16, 16, 3] })] })
  const add = (layers) => {
    for (const layer of layers) model.add(layer)
  }
  add([tf.layers.conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: 'same' }), tf.layers.leakyReLU({ alpha: 0.1 })])
  for (const [filters, strides] of [
    [32, 1],
    [32, 2],
  ])
    add(separable(filters, strides))
  add([tf.layers.separableConv2d({ filters: 48, kernelSize: 3, depthMultiplier: 2, activation: 'relu' })])
  add([tf.layers.flatten(), tf.layers.dense({ units: 10 })])
  return model
}
