import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { initialize, readDocument } from '../../../src/frameworks'
import { distributionMoments } from '../../../src/graph'

interface Draws {
  readonly draws: readonly {
    readonly source: string
    readonly weights: readonly {
      readonly name: string
      readonly shape: readonly number[]
      readonly mean: number
      readonly secondMoment: number
      readonly error: number
    }[]
  }[]
}

const { draws }: Draws = JSON.parse(readFileSync('test/measured/tensorflowjs-draws.json', 'utf8'))

/** Standard errors by which a measurement may differ: one of many thousands does by four. */
const errors = 4.5
/** Where all seeds draw the same, the digits that were written. */
const rounding = 1e-4

describe('what TensorFlow.js draws', () => {
  before(() => initialize('net.js'))

  for (const { source, weights } of draws) {
    it(source.slice('tf.layers.'.length), () => {
      const text = `import * as tf from '@tensorflow/tfjs'\nconst net = tf.sequential({ layers: [${source}] })\n`
      const { models, unread } = readDocument({ file: 'net.js', text }, {}, {})
      const [model] = models
      assert.ok(model !== undefined, unread[0]?.message)
      const { parameters } = model.graph
      assert.equal(parameters.length, weights.length)
      for (const { name, shape, mean, secondMoment, error } of weights) {
        const parameter = parameters.find((each) => each.name.endsWith(`.${name}`))
        assert.ok(parameter !== undefined, `${name} is not read`)
        const size = (sizes: readonly number[]): number => sizes.reduce((all, each) => all * each, 1)
        assert.equal(size(parameter.shape), size(shape))
        const predicted = distributionMoments(parameter.initializer.distribution, parameter.shape)
        assert.ok(predicted !== null, `${name} is not predicted`)
        // The seeds are few: what their number of elements says bounds their own spread from below.
        const expected = Math.max(error, secondMoment * Math.sqrt(2 / (6 * size(shape))))
        assert.ok(
          Math.abs(predicted.secondMoment - secondMoment) <= errors * expected + rounding * secondMoment,
          `${name}: ${predicted.secondMoment} is predicted, ${secondMoment} ± ${error} was drawn`,
        )
        const deviation = Math.sqrt(Math.max(0, secondMoment - mean ** 2) / (6 * size(shape)))
        assert.ok(Math.abs(predicted.mean - mean) <= errors * deviation + rounding, `${name}: mean ${predicted.mean}, drawn ${mean}`)
      }
    })
  }
})
