import * as tf from '@tensorflow/tfjs'

/** Two inputs through one shared layer, joined in several ways, with a norm and noise. */
export function createJoined(units = 64) {
  const left = tf.input({ shape: [32], name: 'left' })
  const right = tf.input({ shape: [32], name: 'right' })
  const shared = tf.layers.dense({ units, activation: 'tanh', kernelInitializer: 'glorotUniform' })
  const [a, b] = [left, right].map((tensor) => shared.apply(tensor))
  const joined = tf.layers.concatenate().apply([tf.layers.multiply().apply([a, b]), tf.layers.average().apply([a, b]), a])
  const normed = tf.layers.layerNormalization().apply(tf.layers.gaussianNoise({ stddev: 0.2 }).apply(joined))
  const steps = tf.layers.reshape({ targetShape: [4, units] }).apply(tf.layers.dense({ units: 4 * units, activation: 'swish' }).apply(normed))
  const [query, key] = [16, 16].map((width) => tf.layers.timeDistributed({ layer: tf.layers.dense({ units: width }) }).apply(steps))
  const scores = tf.layers.dot({ axes: [2, 2] }).apply([query, tf.layers.permute({ dims: [1, 2] }).apply(key)])
  const weighed = tf.layers.dot({ axes: [2, 1] }).apply([tf.layers.softmax({ axis: -1 }).apply(scores), steps])
  const outputs = tf.layers.dense({ units: 4 }).apply(tf.layers.flatten().apply(weighed))
  return tf.model({ inputs: [left, right], outputs })
}
