import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Distribution } from '../../../src/graph'
import { initializerMoments } from '../../../src/signal'

interface Draw {
  readonly name: string
  readonly arguments: Readonly<Record<string, number>>
  readonly shape: readonly number[]
  readonly values: readonly number[]
  readonly errors: readonly number[]
}

const measured = JSON.parse(readFileSync('test/measured/torch-draws.json', 'utf8')) as { readonly draws: readonly Draw[] }

const distributions: Readonly<Record<string, (of: (name: string, otherwise?: number) => number) => Distribution>> = {
  orthogonal_: (of) => ({ kind: 'orthogonal', gain: of('gain') }),
  dirac_: (of) => ({ kind: 'dirac', groups: of('groups', 1) }),
  eye_: () => ({ kind: 'eye' }),
  sparse_: (of) => ({ kind: 'sparse', sparsity: of('sparsity'), std: of('std') }),
  constant_: (of) => ({ kind: 'constant', value: of('val') }),
  trunc_normal_: (of) => ({ kind: 'truncatedNormal', mean: of('mean'), std: of('std'), low: of('a'), high: of('b') }),
  normal_: (of) => ({ kind: 'normal', mean: of('mean'), std: of('std') }),
  uniform_: (of) => ({ kind: 'uniform', low: of('a'), high: of('b') }),
}

describe('moments of what initializers draw, as PyTorch measures them', () => {
  for (const draw of measured.draws)
    it(`${draw.name} ${JSON.stringify(draw.arguments)} of ${draw.shape.join('×')}`, () => {
      const of = (name: string, otherwise = Number.NaN) => draw.arguments[name] ?? otherwise
      const distribution = distributions[draw.name]?.(of)
      assert.ok(distribution !== undefined)
      const { mean, secondMoment, squareSpread } = initializerMoments(
        { distribution, label: draw.name, origin: 'written', span: null },
        draw.shape,
      )
      const ours = [mean, secondMoment, (squareSpread + 1) * secondMoment ** 2]
      ours.forEach((value, i) => {
        const [expected, error] = [draw.values[i] as number, draw.errors[i] as number]
        const within = 4 * error + 1e-6 * Math.abs(expected) + 1e-12
        assert.ok(Math.abs(value - expected) <= within, `moment ${[1, 2, 4][i]}: ${value}, measured ${expected} ± ${error}`)
      })
    })
})
