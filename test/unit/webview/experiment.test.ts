import assert from 'node:assert/strict'
import { distributionVariance } from '../../../src/graph/distribution'
import { predict } from '../../../src/signal'
import { classicIds, classicOverrides } from '../../../src/webview/model/classics'
import { emptyExperiment, type InitializerChoice, initializerOf, isEmpty, overridesOf } from '../../../src/webview/model/experiment'
import { experimentEdit } from '../../../src/webview/model/experimentEdit'
import { restoreView, viewToSave } from '../../../src/webview/saved'
import { initialState } from '../../../src/webview/state'
import { alexnet, analysisOf, dense } from '../../browser/panel-fixtures'

const model = alexnet()
const weight = model.graph.parameters.find(({ name }) => name === 'classifier.1.weight')
const choice = (change: Partial<InitializerChoice>): InitializerChoice => ({
  family: 'he',
  distribution: 'normal',
  gain: 1,
  std: 0.01,
  ...change,
})

describe('what a choice of initializer means', () => {
  const varianceOf = (change: Partial<InitializerChoice>, xavier: 'glorot' | 'lesson' = 'glorot'): number | null => {
    assert.ok(weight !== undefined)
    const initializer = initializerOf(
      choice(change),
      weight,
      model.weights.find(({ parameter }) => parameter === weight.id) ?? null,
      xavier,
    )
    return initializer === null ? null : distributionVariance(initializer.distribution, weight.shape)
  }
  const close = (actual: number | null, expected: number): void =>
    assert.ok(actual !== null && Math.abs(actual / expected - 1) < 1e-9, `${actual} is not ${expected}`)

  it('draws the variance of its formula, as a normal and as a uniform', () => {
    for (const distribution of ['normal', 'uniform'] as const) {
      close(varianceOf({ family: 'he', distribution }), 2 / 9216)
      close(varianceOf({ family: 'lecun', distribution }), 1 / 9216)
      close(varianceOf({ family: 'xavier', distribution }), 2 / (9216 + 4096))
      close(varianceOf({ family: 'xavier', distribution }, 'lesson'), 1 / 9216)
      close(varianceOf({ family: 'normal', distribution, std: 0.02 }), 0.0004)
    }
    close(varianceOf({ family: 'orthogonal' }), 1 / 9216)
    assert.equal(varianceOf({ family: 'zeros' }), 0)
  })

  it('takes the gain as a factor on the standard deviation', () => {
    close(varianceOf({ family: 'he', gain: 3 }), 18 / 9216)
    close(varianceOf({ family: 'recommended', gain: 2 }), 8 / 9216)
  })
})

describe('an experiment', () => {
  it('prefers a layer’s own choice to its type’s', () => {
    const own = choice({ family: 'zeros' })
    const experiment = { ...emptyExperiment, types: { Linear: choice({}) }, weights: { 'classifier.1.weight': own } }
    const { initializers } = overridesOf(experiment, model.graph, model.weights, 'glorot')
    assert.equal(initializers.size, 3)
    assert.deepEqual(initializers.get(weight?.id ?? -1)?.distribution, { kind: 'constant', value: 0 })
  })

  it('leaves out what the graph no longer has, and is no edit then', () => {
    const experiment = { ...emptyExperiment, weights: { 'gone.weight': choice({}) }, activations: { 'gone#0': { name: 'tanh' } as const } }
    assert.equal(isEmpty(experiment), false)
    assert.deepEqual(experimentEdit(experiment, model, 'glorot'), { kind: 'experiment', initializers: [], activations: [] })
  })

  it('replaces every activation of a kind, one of them otherwise', () => {
    const stack = dense(3, 16)
    const experiment = {
      ...emptyExperiment,
      activationTypes: { relu: { name: 'tanh' } as const },
      activations: { 'net.1#0': { name: 'gelu' } as const },
    }
    const { activations } = overridesOf(experiment, stack.graph, stack.weights, 'glorot')
    assert.deepEqual(
      [...activations.values()].map(({ name }) => name),
      ['gelu', 'tanh', 'tanh'],
    )
  })

  it('changes the input’s statistics', () => {
    const stack = dense(2, 64)
    const overrides = overridesOf({ ...emptyExperiment, input: { kind: 'normal', mean: 0, std: 10 } }, stack.graph, stack.weights, 'glorot')
    const output = stack.graph.calls[0]?.outputs[0] ?? -1
    const [before, after] = [predict(stack.graph).forward[output], predict(stack.graph, overrides).forward[output]]
    assert.ok(before?.known === true && after?.known === true && after.secondMoment > 60 * before.secondMoment)
  })
})

describe('the classics', () => {
  it('draw every weight and no bias', () => {
    for (const id of classicIds) {
      const { initializers } = classicOverrides(id, model.graph, 'glorot')
      assert.equal(initializers.size, model.graph.parameters.length)
      for (const { id: parameter, role } of model.graph.parameters) {
        const distribution = initializers.get(parameter)?.distribution
        assert.equal(distribution?.kind === 'constant', role === 'bias')
      }
    }
  })
})

describe('the saved view', () => {
  it('comes back through JSON', () => {
    const state = {
      ...initialState,
      analysis: analysisOf(model),
      view: 'gradient' as const,
      selected: 'features.3#0',
      collapsed: new Set(['features']),
      order: { column: 'gradient' as const, descending: true },
      experiment: { ...emptyExperiment, types: { Conv2d: choice({ family: 'lecun' }) } },
    }
    const { view } = JSON.parse(JSON.stringify(viewToSave(state))) as { readonly view: unknown }
    const restored = restoreView(view)
    assert.deepEqual(
      [restored.view, restored.selected, restored.collapsed, restored.order, restored.experiment, restored.overlay],
      [state.view, state.selected, state.collapsed, state.order, state.experiment, null],
    )
  })

  it('is left at its defaults where it is doubtful', () => {
    assert.deepEqual(restoreView('nonsense'), {})
    const restored = restoreView({ order: { column: 'price' }, experiment: { weights: 3 }, overlay: { source: 'guessed' }, collapsed: [1] })
    assert.deepEqual([restored.order, restored.experiment, restored.overlay, restored.collapsed], [null, emptyExperiment, null, new Set()])
  })
})
