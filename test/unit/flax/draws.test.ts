import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { analyze, initialize } from '../../../src/analyze'
import type { Parameter } from '../../../src/graph'
import { assertDrawn, count, type Drawn } from '../frameworks/drawn'

interface Draw {
  readonly layer: string
  readonly input: readonly number[] | null
  readonly tokens: boolean
  readonly weights: readonly Drawn[]
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

describe('What Flax draws', () => {
  before(initialize)

  for (const draw of measured.draws) {
    it(`${draw.layer}: names, shapes, mean, variance and bounds`, () => {
      const own = parametersOf(draw)
      for (const weight of draw.weights) {
        const parameter = own.get(weight.name)
        assert.ok(parameter, `${weight.name} is missing among ${[...own.keys()].join(', ')}`)
        assert.equal(count(parameter.shape), count(weight.shape), weight.name)
        assertDrawn(weight, parameter.initializer.distribution, parameter.shape)
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
