import * as tf from '@tensorflow/tfjs'

/** Sentiment-like: embedding, convolution, pooling. */
export function createCnn(numWords = 200, maxLen = 24, embeddingSize = 32) {
  const model = tf.sequential()
  model.add(tf.layers.embedding({ inputDim: numWords, outputDim: embeddingSize, inputLength: maxLen }))
  model.add(tf.layers.conv1d({ filters: 64, kernelSize: 5, padding: 'valid', activation: 'relu', strides: 1 }))
  model.add(tf.layers.globalMaxPool1d({}))
  model.add(tf.layers.dense({ units: 32, activation: 'relu' }))
  model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }))
  return model
}

/** Recurrent classifiers over embedded tokens. */
export function createRecurrent(type = 'lstm', { units = 32, bidirectional = false } = {}) {
  const model = tf.sequential()
  model.add(tf.layers.embedding({ inputDim: 200, outputDim: 32, inputLength: 12, embeddingsInitializer: 'randomNormal' }))
  const recurrent = (returnSequences) => {
    switch (type) {
      case 'gru':
        return tf.layers.gru({ units, returnSequences })
      case 'lstm':
        return tf.layers.lstm({ units, returnSequences, unitForgetBias: true })
      default:
        return tf.layers.simpleRNN({ units, returnSequences, recurrentInitializer: 'glorotNormal' })
    }
  }
  model.add(bidirectional ? tf.layers.bidirectional({ layer: recurrent(true), mergeMode: 'concat' }) : recurrent(true))
  model.add(recurrent(false))
  model.add(tf.layers.dense({ units: 8 }))
  return model
}

/** Signals of a size that saturates gates. */
export function createForecaster(type = 'gru', units = 48) {
  const settings = { units, inputShape: [10, 24], kernelInitializer: 'heUniform', recurrentInitializer: 'orthogonal' }
  return tf.sequential({
    layers: [
      type === 'gru' ? tf.layers.gru({ ...settings, returnSequences: true }) : tf.layers.lstm({ ...settings, returnSequences: true }),
      tf.layers.rnn({ cell: type === 'gru' ? tf.layers.gruCell({ units: 32 }) : tf.layers.lstmCell({ units: 32 }) }),
      tf.layers.dense({ units: 4 }),
    ],
  })
}
