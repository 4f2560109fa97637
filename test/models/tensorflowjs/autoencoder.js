import * as tf from '@tensorflow/tfjs'

/** Convolutional encoder and decoder, each a model of its own, as one. */
export function createAutoencoder(latentDim = 16) {
  const encoder = tf.sequential({
    name: 'encoder',
    layers: [
      tf.layers.conv2d({ inputShape: [16, 16, 1], filters: 16, kernelSize: 3, strides: 2, padding: 'same', activation: 'elu' }),
      tf.layers.conv2d({ filters: 32, kernelSize: 3, strides: 2, padding: 'same', activation: 'elu', kernelInitializer: 'heUniform' }),
      tf.layers.flatten(),
      tf.layers.dense({
        units: latentDim,
        kernelInitializer: tf.initializers.varianceScaling({ scale: 2, mode: 'fanAvg', distribution: 'normal' }),
      }),
    ],
  })
  const decoder = tf.sequential({ name: 'decoder' })
  decoder.add(tf.layers.dense({ units: 4 * 4 * 32, activation: 'selu', inputShape: [latentDim] }))
  decoder.add(tf.layers.reshape({ targetShape: [4, 4, 32] }))
  decoder.add(tf.layers.conv2dTranspose({ filters: 16, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }))
  decoder.add(tf.layers.upSampling2d({ size: [2, 2] }))
  decoder.add(tf.layers.zeroPadding2d({ padding: 1 }))
  decoder.add(
    tf.layers.conv2d({
      filters: 1,
      kernelSize: 3,
      activation: 'sigmoid',
      kernelInitializer: tf.initializers.randomNormal({ stddev: 0.1 }),
    }),
  )
  const input = tf.input({ shape: [16, 16, 1] })
  const hidden = tf.layers.dense({ units: latentDim, name: 'between', activation: 'softsign' }).apply(encoder.apply(input))
  return tf.model({ inputs: input, outputs: decoder.apply(hidden), name: 'autoencoder' })
}
