import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { analyze, initialize } from '../../../src/analyze'
import { type Distribution, distributionMoments, type Parameter } from '../../../src/graph'

interface Weight {
  readonly name: string
  readonly shape: readonly number[]
  readonly mean: number
  readonly variance: number
  readonly low: number
  readonly high: number
}
interface Draw {
  readonly layer: string
  readonly input: readonly number[] | null
  readonly tokens: boolean
  readonly weights: readonly Weight[]
}

const measured = JSON.parse(readFileSync('test/measured/flax-draws.json', 'utf8')) as { readonly draws: readonly Draw[] }

/** Inputs for NNX's layers, which have their weights without one. */
const inputs: readonly (readonly [RegExp, string])[] = [
  [/LinearGeneral/, 'jnp.ones((2, 8, 16))'],
  [/Linear/, 'jnp.ones((2, 300))'],
  [/Einsum/, 'jnp.ones((2, 10, 96))'],
  [/ConvTranspose/, 'jnp.ones((2, 8, 8, 64))'],
  [/Conv/, 'jnp.ones((2, 8, 8, 48))'],
  [/Embed/, "jnp.ones((2, 10), 'int32')"],
  [/MultiHead/, 'jnp.ones((2, 10, 96))'],
  [/PReLU/, 'jnp.ones((2, 64))'],
  [/Norm/, 'jnp.ones((2, 8, 64))'],
]

function program({ layer, input, tokens }: Draw): string {
  const head = 'import jax\nimport jax.numpy as jnp\nimport flax.linen as nn\nfrom flax import nnx\nrngs = nnx.Rngs(0)\n'
  if (input !== null)
    return `${head}model = ${layer}\nmodel.init(jax.random.key(0), jnp.ones((${input.join(', ')},)${tokens ? ", 'int32'" : ''}))\n`
  const isCell = layer.includes('Cell')
  const made = isCell ? `nnx.RNN(${layer})` : layer
  const fed = isCell ? 'jnp.ones((2, 10, 50))' : (inputs.find(([pattern]) => pattern.test(layer))?.[1] ?? '')
  return `${head}model = ${made}\nmodel(${fed})\n`
}

function parametersOf(draw: Draw): ReadonlyMap<string, Parameter> {
  const { models, unread } = analyze({ file: 'net.py', text: program(draw) }, { model: 'model' }, { now: () => 0 })
  const [model] = models
  assert.ok(model, JSON.stringify(unread))
  // The cell that an RNN holds is the layer that was drawn.
  return new Map(model.graph.parameters.map((parameter) => [parameter.name.replace(draw.input === null ? /^cell\./ : /^$/, ''), parameter]))
}

/** Outermost values; null where there are none. */
function bounds(distribution: Distribution): readonly [number, number] | null {
  return distribution.kind === 'uniform' || distribution.kind === 'truncatedNormal' ? [distribution.low, distribution.high] : null
}

describe('What Flax draws', () => {
  before(initialize)

  for (const draw of measured.draws) {
    it(`${draw.layer}: names, shapes, mean, variance and bounds`, () => {
      const own = parametersOf(draw)
      for (const weight of draw.weights) {
        const parameter = own.get(weight.name)
        assert.ok(parameter, `${weight.name} is missing among ${[...own.keys()].join(', ')}`)
        const count = weight.shape.reduce((product, size) => product * size, 1)
        assert.equal(
          parameter.shape.reduce((product, size) => product * size, 1),
          count,
          weight.name,
        )
        const moments = distributionMoments(parameter.initializer.distribution, parameter.shape)
        assert.ok(moments, weight.name)
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
        const outermost = bounds(parameter.initializer.distribution)
        if (outermost === null) continue
        const slack = 1e-5 * (outermost[1] - outermost[0])
        assert.ok(
          weight.low >= outermost[0] - slack && weight.high <= outermost[1] + slack,
          `${weight.name}: ${weight.low} … ${weight.high}`,
        )
        const width = (weight.high - weight.low) / (outermost[1] - outermost[0])
        assert.ok(count < 1000 || width > 0.97, `${weight.name}: fills ${width} of its bounds`)
      }
      const drawn = new Set(draw.weights.map(({ name }) => name))
      // A GRU's recurrent bias stands for zeros in two of its gates.
      assert.deepEqual(
        [...own.keys()].filter((name) => !drawn.has(name)),
        [],
      )
    })
  }
})
