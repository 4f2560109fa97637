import * as tf from '@tensorflow/tfjs'

const convolution = (filters, strides = 1) =>
  tf.layers.conv2d({ filters, strides, kernelSize: 3, padding: 'same', useBias: false, kernelInitializer: 'heNormal' })

function block(x, filters, strides) {
  let y = convolution(filters, strides).apply(x)
  y = tf.layers.batchNormalization().apply(y)
  y = tf.layers.reLU().apply(y)
  y = tf.layers.batchNormalization().apply(convolution(filters).apply(y))
  const shortcut = strides === 1 ? x : tf.layers.conv2d({ filters, strides, kernelSize: 1, kernelInitializer: 'heNormal' }).apply(x)
  return tf.layers.activation({ activation: 'relu' }).apply(tf.layers.add().apply([y, shortcut]))
}

export class ResNet {
  constructor(widths = [16, 32]) {
    this.widths = widths
  }

  build() {
    const input = tf.input({ shape: [16, 16, 3] })
    let x = tf.layers.batchNormalization().apply(convolution(this.widths[0]).apply(input))
    x = tf.layers.reLU().apply(x)
    this.widths.forEach((filters, stage) => {
      for (const strides of [stage === 0 ? 1 : 2, 1]) x = block(x, filters, strides)
    })
    const pooled = tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(x)
    return tf.model({ inputs: input, outputs: tf.layers.dense({ units: 10, name: 'logits' }).apply(pooled) })
  }
}
