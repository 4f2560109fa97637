// Draws the weights of every layer that has some, with every initializer and for several sizes, in TensorFlow.js, and writes their moments
// to test/measured/tensorflowjs-draws.json.
// usage: node scripts/tensorflowjs/draws.cjs FOLDER
//   FOLDER holds node_modules with the library: npm install --ignore-scripts @tensorflow/tfjs@4.22.0
const { writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { join, resolve } = require('node:path')
const { weightName } = require('./names.cjs')

const tf = createRequire(join(resolve(process.argv[2]), 'package.json'))('@tensorflow/tfjs')
const seeds = 6

const initializers = [
  null,
  ...['zeros', 'ones', 'randomNormal', 'randomUniform', 'truncatedNormal', 'varianceScaling', 'orthogonal'].map((name) => `'${name}'`),
  ...['glorotNormal', 'glorotUniform', 'heNormal', 'heUniform', 'leCunNormal', 'leCunUniform'].map((name) => `'${name}'`),
  'tf.initializers.constant({ value: 0.3 })',
  'tf.initializers.randomNormal({ mean: 0.1, stddev: 0.2 })',
  'tf.initializers.randomUniform({ minval: -0.1, maxval: 0.3 })',
  'tf.initializers.truncatedNormal({ stddev: 0.5 })',
  "tf.initializers.varianceScaling({ scale: 3, mode: 'fanOut', distribution: 'normal' })",
  "tf.initializers.varianceScaling({ scale: 0.5, mode: 'fanAvg', distribution: 'uniform' })",
  'tf.initializers.orthogonal({ gain: 2 })',
]

/** Function, sizes, the arguments that take initializers. */
const layers = [
  ['dense', 'inputShape: [40], units: 24', ['kernelInitializer', 'biasInitializer']],
  ['dense', 'inputShape: [12], units: 90', ['kernelInitializer']],
  ['conv1d', 'inputShape: [10, 12], filters: 20, kernelSize: 3', ['kernelInitializer']],
  ['conv2d', 'inputShape: [6, 6, 8], filters: 12, kernelSize: 3', ['kernelInitializer']],
  ['conv2d', 'inputShape: [6, 6, 3], filters: 32, kernelSize: [3, 2], strides: 2', ['kernelInitializer']],
  ['conv3d', 'inputShape: [4, 4, 4, 6], filters: 8, kernelSize: 2', ['kernelInitializer']],
  ['conv2dTranspose', 'inputShape: [4, 4, 12], filters: 6, kernelSize: 3', ['kernelInitializer']],
  ['depthwiseConv2d', 'inputShape: [6, 6, 16], kernelSize: 3, depthMultiplier: 4', ['depthwiseInitializer']],
  [
    'separableConv2d',
    'inputShape: [6, 6, 16], filters: 20, kernelSize: 3, depthMultiplier: 2',
    ['depthwiseInitializer', 'pointwiseInitializer'],
  ],
  ['embedding', 'inputDim: 60, outputDim: 16, inputLength: 5', ['embeddingsInitializer']],
  ['simpleRNN', 'inputShape: [4, 20], units: 24', ['kernelInitializer', 'recurrentInitializer']],
  ['gru', 'inputShape: [4, 20], units: 12', ['kernelInitializer', 'recurrentInitializer']],
  ['lstm', 'inputShape: [4, 20], units: 12', ['kernelInitializer', 'recurrentInitializer']],
  ['lstm', 'inputShape: [4, 20], units: 12, unitForgetBias: true', []],
  ['batchNormalization', 'inputShape: [6, 8]', ['gammaInitializer', 'betaInitializer']],
  ['layerNormalization', 'inputShape: [6, 8]', ['gammaInitializer', 'betaInitializer']],
]

/** Matrices alone can be drawn orthogonal, and norms hold vectors, whose fans nobody scales by. */
function fits(layer, argument, initializer) {
  if (initializer === null) return argument === null
  if (argument === null) return false
  const isVector = /^(?:gamma|beta|bias)/.test(argument)
  if (isVector) return !/orthogonal|[hH]e|lorot|ecun|eCun|arianceScaling/.test(initializer)
  return !/orthogonal/.test(initializer) || /^(?:dense|simpleRNN|gru|lstm)$/.test(layer)
}

const significant = (value) => Number(value.toPrecision(5))

/** Over all elements of all seeds; `spread`: standard deviation of the seeds' variances about their mean, of that mean. */
function moments(draws) {
  const each = draws.map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return { mean, secondMoment: values.reduce((sum, value) => sum + value * value, 0) / values.length }
  })
  const average = (of) => each.reduce((sum, one) => sum + of(one), 0) / each.length
  const secondMoment = average((one) => one.secondMoment)
  const spread = Math.sqrt(each.reduce((sum, one) => sum + (one.secondMoment - secondMoment) ** 2, 0) / (each.length - 1) / each.length)
  return { mean: significant(average((one) => one.mean)), secondMoment: significant(secondMoment), error: significant(spread) }
}

function drawn(layer, settings) {
  const source = `tf.layers.${layer}({ ${settings} })`
  const draws = []
  for (let seed = 0; seed < seeds; seed++) {
    tf.engine().startScope()
    const made = new Function('tf', `return ${source}`)(tf)
    tf.sequential({ layers: [made] })
    draws.push(
      made.trainableWeights.map((weight) => ({
        name: weightName(made.getClassName(), weight.originalName),
        shape: weight.shape,
        values: [...weight.read().dataSync()],
      })),
    )
    tf.engine().endScope()
  }
  const [first] = draws
  const weights = first.map(({ name, shape }, index) => ({ name, shape, ...moments(draws.map((one) => one[index].values)) }))
  return { source, weights }
}

async function main() {
  await tf.setBackend('cpu')
  console.warn = () => undefined
  const all = []
  for (const [layer, settings, options] of layers) {
    for (const argument of [null, ...options])
      for (const initializer of initializers)
        if (fits(layer, argument, initializer))
          all.push(drawn(layer, argument === null ? settings : `${settings}, ${argument}: ${initializer}`))
  }
  const file = join(__dirname, '../../test/measured/tensorflowjs-draws.json')
  const head = JSON.stringify({ version: tf.version.tfjs, seeds })
  writeFileSync(file, `${head.slice(0, -1)}, "draws": [\n${all.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`)
  console.error(`${all.length} layers drawn`)
}

main()
