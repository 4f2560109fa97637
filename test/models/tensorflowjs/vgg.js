import * as tf from '@tensorflow/tfjs'

const stages = [
  { filters: 16, layers: 2 },
  { filters: 32, layers: 2 },
  { filters: 64, layers: 3 },
]

function* convolutions(kernelInitializer) {
  for (const [stage, { filters, layers }] of stages.entries()) {
    for (let i = 0; i < layers; i++) {
      const first = stage === 0 && i === 0 ? { inputShape: [16, 16, 3] } : {}
      yield tf.layers.conv2d({ ...first, filters, kernelSize: [3, 3], padding: 'same', activation: 'relu', kernelInitializer })
    }
    yield tf.layers.maxPooling2d({ poolSize: [2, 2] })
  }
}

export const createVgg = (kernelInitializer = 'heNormal') =>
  tf.sequential({
    name: 'vgg',
    layers: [
      ...convolutions(kernelInitializer),
      tf.layers.flatten(),
      tf.layers.dense({ units: 64, activation: 'relu', kernelInitializer }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 10 }),
    ],
  })
