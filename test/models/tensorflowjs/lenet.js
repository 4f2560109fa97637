import * as tf from '@tensorflow/tfjs'

export function createLenet(numClasses = 10) {
  const model = tf.sequential()
  model.add(
    tf.layers.conv2d({
      inputShape: [28, 28, 1],
      kernelSize: 5,
      filters: 6,
      padding: 'same',
      activation: 'tanh',
      kernelInitializer: 'varianceScaling',
    }),
  )
  model.add(tf.layers.averagePooling2d({ poolSize: 2, strides: 2 }))
  model.add(tf.layers.conv2d({ kernelSize: 5, filters: 16, activation: 'tanh', kernelInitializer: 'leCunNormal' }))
  model.add(tf.layers.averagePooling2d({ poolSize: 2, strides: 2 }))
  model.add(tf.layers.flatten())
  model.add(tf.layers.dense({ units: 120, activation: 'tanh', kernelInitializer: 'leCunUniform' }))
  model.add(tf.layers.dense({ units: 84, activation: 'sigmoid' }))
  model.add(tf.layers.dense({ units: numClasses }))
  return model
}
