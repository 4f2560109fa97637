import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { entriesOf, isModule } from '../../../src/frameworks/torch/module/registry'
import { isTensor } from '../../../src/frameworks/torch/tensor'
import { type Distribution, distributionMoments, type Fans } from '../../../src/graph'
import { initParser } from '../../../src/python'
import { inKeras } from './harness'

interface Weight {
  readonly name: string
  readonly shape: readonly number[]
  readonly mean: number
  readonly variance: number
  readonly low: number
  readonly high: number
  readonly fans: readonly [number, number] | null
}
interface Draw {
  readonly layer: string
  readonly input: readonly number[]
  readonly weights: readonly Weight[]
}

const measured = JSON.parse(readFileSync('test/measured/keras-draws.json', 'utf8')) as { readonly draws: readonly Draw[] }

interface Ours {
  readonly name: string
  readonly shape: readonly number[]
  readonly distribution: Distribution
  /** As the graph's operation has it. */
  readonly used: readonly number[]
  readonly fans: Fans | null
}

function ours({ layer, input }: Draw): readonly Ours[] {
  return inKeras('import keras\nfrom keras import layers, initializers', (interpreter, module) => {
    const made = interpreter.evaluateIn(`[l := ${layer}, l(keras.Input(shape=(${input.join(', ')},)))][0]`, module)
    assert.ok(isModule(made), layer)
    return entriesOf(made, '_parameters').flatMap(([name, value]) => {
      if (!isTensor(value) || value.payload.source.kind !== 'data') return []
      const { initializer, parameter } = value.payload.source.storage
      return [
        {
          name,
          shape: value.payload.shape,
          distribution: initializer.distribution,
          used: parameter?.shape ?? [],
          fans: parameter?.fans ?? null,
        },
      ]
    })
  })
}

/** Outermost values; null where there are none. */
function bounds(distribution: Distribution): readonly [number, number] | null {
  return distribution.kind === 'uniform' || distribution.kind === 'truncatedNormal' ? [distribution.low, distribution.high] : null
}

describe('What Keras draws', () => {
  before(initParser)

  for (const draw of measured.draws) {
    it(`${draw.layer}: names, shapes, fans, mean, variance and bounds`, () => {
      const made = ours(draw)
      assert.deepEqual(
        made.map(({ name, shape }) => [name, [...shape]]),
        draw.weights.map(({ name, shape }) => [name, [...shape]]),
      )
      for (const [index, weight] of draw.weights.entries()) {
        const own = made[index]
        assert.ok(own)
        if (weight.fans !== null) assert.deepEqual([own.fans?.fanIn, own.fans?.fanOut], weight.fans)
        const moments = distributionMoments(own.distribution, own.used)
        assert.ok(moments)
        const count = weight.shape.reduce((product, size) => product * size, 1)
        const variance = moments.secondMoment - moments.mean ** 2
        // Six standard errors of a sample's mean and variance: a normal's kurtosis is the largest among the initializers'.
        assert.ok(
          Math.abs(weight.mean - moments.mean) <= 6 * Math.sqrt(variance / count) + 1e-6,
          `${weight.name}: mean ${weight.mean}, not ${moments.mean}`,
        )
        assert.ok(
          Math.abs(weight.variance - variance) <= 6 * variance * Math.sqrt(2 / count) + 1e-9,
          `${weight.name}: variance ${weight.variance}, not ${variance}`,
        )
        const outermost = bounds(own.distribution)
        if (outermost === null) continue
        const slack = 1e-5 * (outermost[1] - outermost[0])
        assert.ok(
          weight.low >= outermost[0] - slack && weight.high <= outermost[1] + slack,
          `${weight.name}: ${weight.low} … ${weight.high}`,
        )
        const width = (weight.high - weight.low) / (outermost[1] - outermost[0])
        assert.ok(count < 1000 || width > 0.97, `${weight.name}: fills ${width} of its bounds`)
      }
    })
  }
})
