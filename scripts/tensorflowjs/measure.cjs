// Measures signal, gradient and draws of the models in test/models/tensorflowjs with TensorFlow.js, on the CPU.
// usage: node scripts/tensorflowjs/measure.cjs FOLDER [NAME …] [--seeds N]
//   FOLDER holds node_modules with the library: npm install --ignore-scripts @tensorflow/tfjs@4.22.0
// One measurement for each entry of models.json, written to test/measured/tensorflowjs-models/NAME.json. Every layer's call in training mode is
// recorded; the gradient at its output is that of a zero which is added there, for an N(0, 1) cotangent on the model's outputs.
const { spawnSync } = require('node:child_process')
const { readFileSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { join, resolve } = require('node:path')
const { quantities, summarize } = require('./statistics.cjs')
const { weightName } = require('./names.cjs')

const root = resolve(__dirname, '../..')
const [folder, ...rest] = process.argv.slice(2)
const seedsAt = rest.indexOf('--seeds')
const seeds = seedsAt < 0 ? 12 : Number(rest[seedsAt + 1])
const names = seedsAt < 0 ? rest : rest.slice(0, seedsAt)
const tf = createRequire(join(resolve(folder), 'package.json'))('@tensorflow/tfjs')
const runs = JSON.parse(readFileSync(join(__dirname, 'models.json'), 'utf8'))

/** What a model file exports: its imports and exports are rewritten, for the library lies elsewhere. */
function load(file) {
  const text = readFileSync(join(root, 'test/models/tensorflowjs', file), 'utf8')
    .replace(/^import \* as tf from .*$/m, '')
    .replace(/^export /gm, '')
  const exported = [...text.matchAll(/^(?:function|class|const) (\w+)/gm)].map(([, name]) => name)
  return new Function('tf', `${text}\nreturn { ${exported.join(', ')} }`)(tf)
}

/** Layers and those of models among them, with the prefix of the models around them. */
function layersOf(model, prefix = '') {
  return model.layers.flatMap((layer) =>
    Array.isArray(layer.layers) && layer.getClassName() !== 'StackedRNNCells'
      ? layersOf(layer, `${prefix}${layer.name}.`)
      : [{ layer, name: prefix + layer.name }],
  )
}

function inputOf(text) {
  return text.split(',').map((part) => {
    const [shape, kind] = part.split(':')
    const sizes = shape.split('x').map(Number)
    if (kind === undefined) return tf.randomNormal(sizes)
    return tf.randomUniform(sizes, 0, Number(kind.slice(3)), 'int32')
  })
}

/** Runs `body` with every layer's outputs handed to `see`, which gives what the layer returns in their place. */
function watching(layers, see, body) {
  const calls = layers.map(({ layer }) => layer.call)
  for (const { layer, name } of layers) {
    const { call } = layer
    layer.call = (inputs, kwargs) => {
      const output = call.call(layer, inputs, kwargs)
      return Array.isArray(output) ? output : see(layer, name, output)
    }
  }
  try {
    return body()
  } finally {
    layers.forEach(({ layer }, index) => {
      layer.call = calls[index]
    })
  }
}

/** `own`: what the file defines, whose classes name their weights themselves. */
function measureOnce(make, input, own) {
  const model = make()
  const layers = layersOf(model)
  const inputs = inputOf(input)
  const run = () => model.apply(inputs.length === 1 ? inputs[0] : inputs, { training: true })
  const records = []
  const zeros = []
  const times = new Map()
  const outputs = watching(
    layers,
    (layer, name, output) => {
      const call = times.get(name) ?? 0
      times.set(name, call + 1)
      zeros.push(tf.variable(tf.zeros(output.shape), true))
      records.push({ name, call, type: layer.getClassName(), shape: output.shape, forward: quantities(output.dataSync()) })
      return output
    },
    () => [run()].flat(),
  )
  const cotangents = outputs.map((output) => tf.randomNormal(output.shape))
  let at = 0
  const loss = () =>
    watching(
      layers,
      (_, __, output) => tf.add(output, zeros[at++]),
      () =>
        [run()]
          .flat()
          .map((output, index) => tf.sum(tf.mul(output, cotangents[index])))
          .reduce((sum, each) => tf.add(sum, each)),
    )
  const { grads } = tf.variableGrads(loss, zeros)
  records.forEach((record, index) => {
    record.backward = quantities(grads[zeros[index].name].dataSync())
  })
  const weights = layers.flatMap(({ layer, name }) =>
    layer.trainableWeights.map((weight) => ({
      name: `${name}.${own.includes(layer.getClassName()) ? weight.originalName.split('/').at(-1) : weightName(layer.getClassName(), weight.originalName)}`,
      shape: weight.shape,
      ...quantities(weight.read().dataSync()),
    })),
  )
  return { records: records.filter(({ type }) => type !== 'InputLayer'), weights }
}

function measure({ name, file, model, input }) {
  const exported = load(file)
  const make = () => new Function(...Object.keys(exported), 'tf', `return ${model}`)(...Object.values(exported), tf)
  const all = Array.from({ length: seeds }, () => {
    tf.engine().startScope()
    const once = measureOnce(make, input, Object.keys(exported))
    tf.engine().endScope()
    tf.disposeVariables()
    return once
  })
  const [first] = all
  // Names count up with every model that is made: those of the first hold.
  const calls = first.records.map(({ name: own, call, type, shape }, index) => ({
    name: own,
    call,
    type,
    kind: 'module',
    shape,
    forward: summarize(all.map(({ records }) => records[index].forward)),
    backward: summarize(all.map(({ records }) => records[index].backward)),
  }))
  const weights = first.weights.map(({ name: own, shape }, index) => {
    const { mean, secondMoment, error } = summarize(all.map((one) => one.weights[index]))
    return { name: own, shape, mean, secondMoment, error }
  })
  const head = {
    schemaVersion: 1,
    framework: 'tensorflowjs',
    versions: { tensorflowjs: tf.version.tfjs, node: process.version },
    file,
    model,
    input,
    seeds,
  }
  const lines = (list) => list.map((one) => JSON.stringify(one)).join(',\n')
  const text = `${JSON.stringify(head).slice(0, -1)}, "calls": [\n${lines(calls)}\n], "weights": [\n${lines(weights)}\n]}\n`
  writeFileSync(join(root, 'test/measured/tensorflowjs-models', `${name}.json`), text)
}

async function main() {
  const wanted = runs.filter(({ name }) => names.length === 0 || names.includes(name))
  const [only] = wanted
  if (wanted.length !== 1 || only === undefined) {
    // Names count up within a process.
    for (const { name } of wanted) spawnSync(process.execPath, [__filename, folder, name, '--seeds', String(seeds)], { stdio: 'inherit' })
    return
  }
  await tf.setBackend('cpu')
  const start = Date.now()
  measure(only)
  console.error(`${only.name}: ${((Date.now() - start) / 1000).toFixed(1)} s`)
}

main()
