import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { entriesOf, isModule } from '../../../src/frameworks/torch/module/registry'
import { isTensor } from '../../../src/frameworks/torch/tensor'
import type { Distribution, Fans } from '../../../src/graph'
import { initParser } from '../../../src/python'
import { assertDrawn, type Drawn } from '../frameworks/drawn'
import { inKeras } from './harness'

interface Weight extends Drawn {
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
        assertDrawn(weight, own.distribution, own.used)
      }
    })
  }
})
