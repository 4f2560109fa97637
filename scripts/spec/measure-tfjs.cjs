// Draws the weights of two models in TensorFlow.js and writes their topology and the drawn variances to test/measured/tensorflowjs.
// usage, in a folder where these are installed: npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-layers@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
//   NODE_PATH=node_modules node measure-tfjs.cjs FOLDER
const { writeFileSync } = require('node:fs')
const { join } = require('node:path')
const core = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-cpu')
const { initializers, input, layers, model, sequential, version_layers: version } = require('@tensorflow/tfjs-layers')

// The layers call operations as methods of tensors, which the core registers in a build of its own only.
const { prototype } = core.Tensor
for (const [name, operation] of Object.entries(core)) {
  if (typeof operation === 'function' && /^[a-z]/.test(name) && !(name in prototype)) {
    prototype[name] = function method(...rest) {
      return operation(this, ...rest)
    }
  }
}
prototype.flatten = function flatten() {
  return core.reshape(this, [this.size])
}
prototype.asScalar = function asScalar() {
  return core.reshape(this, [])
}

function convolutions() {
  const same = { padding: 'same' }
  return sequential({
    name: 'convolutions',
    layers: [
      layers.conv2d({ inputShape: [16, 16, 32], filters: 64, kernelSize: 3, activation: 'relu', kernelInitializer: 'heNormal' }),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 8, ...same }),
      layers.batchNormalization(),
      layers.leakyReLU(),
      layers.separableConv2d({ filters: 64, kernelSize: 3 }),
      layers.conv2dTranspose({ filters: 32, kernelSize: 3, strides: 2, ...same }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 128, activation: 'hardSigmoid' }),
      layers.dense({ units: 64, kernelInitializer: 'leCunUniform' }),
    ],
  })
}

function text() {
  const tokens = input({ shape: [null], name: 'tokens' })
  const embedded = layers.embedding({ inputDim: 500, outputDim: 64 }).apply(tokens)
  const both = layers.bidirectional({ layer: layers.lstm({ units: 32 }), mergeMode: 'concat' }).apply(embedded)
  const kernelInitializer = initializers.varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'uniform' })
  const gru = layers.gru({ units: 64, kernelInitializer }).apply(embedded)
  const sum = layers.add().apply([both, gru])
  return model({ inputs: tokens, outputs: layers.dense({ units: 64, name: 'out' }).apply(sum), name: 'text' })
}

function variance(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}

async function main() {
  await core.setBackend('cpu')
  for (const made of [convolutions(), text()]) {
    const weights = made.weights
      .filter((weight) => !/moving_/.test(weight.originalName))
      .map((weight) => ({
        name: weight.originalName,
        shape: weight.shape,
        variance: Number(variance([...weight.read().dataSync()]).toPrecision(5)),
      }))
    const topology = made.toJSON(null, false)
    const measured = { version, modelTopology: topology, weights }
    writeFileSync(join(process.argv[2], `${made.name}.json`), `${JSON.stringify(measured, null, 1)}\n`)
  }
}

main()
