import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { readDocument } from '../../../src/frameworks'
import { distributionVariance } from '../../../src/graph'

interface Measured {
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly variance: number }[]
}

const folder = 'test/measured/tensorflowjs'

/** `lstm_LSTM1/recurrent_kernel` → what the reader calls this parameter of that layer. */
function parameterName(name: string): string {
  const [layer = '', ...rest] = name.split('/')
  const own = rest.at(-1) ?? ''
  const reverse = rest[0]?.startsWith('backward') === true ? '_reverse' : ''
  const known: Readonly<Record<string, string>> = {
    kernel: 'weight',
    embeddings: 'weight',
    recurrent_kernel: 'recurrent',
    depthwise_kernel: layer.startsWith('separable') ? 'depthwise' : 'weight',
    pointwise_kernel: 'pointwise',
    gamma: 'scale',
    beta: 'shift',
  }
  return `${layer}.${known[own] ?? own}${reverse}`
}

describe('what TensorFlow.js draws', () => {
  for (const file of readdirSync(folder)) {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    const { weights } = JSON.parse(text) as Measured
    const [model] = readDocument({ file, text }, {}, {}).models
    for (const { name, shape, variance } of weights) {
      it(`${file}: ${name}`, () => {
        const parameter = model?.graph.parameters.find((each) => each.name === parameterName(name))
        assert.ok(parameter !== undefined, parameterName(name))
        const predicted = distributionVariance(parameter.initializer.distribution, parameter.shape)
        assert.ok(predicted !== null)
        const count = shape.reduce((all, size) => all * size, 1)
        assert.equal(
          parameter.shape.reduce((all, size) => all * size, 1),
          count,
        )
        // Four standard errors of a normal's variance; a cut normal and a uniform vary less.
        assert.ok(Math.abs(predicted - variance) <= 4 * Math.sqrt(2 / count) * predicted + 1e-12, `${predicted} and ${variance} were drawn`)
      })
    }
  }
})
