import type { ModelAnalysis, TextEdit } from '../../analysis'
import type { ActivationFunction } from '../../graph'
import type { ActivationChange } from './activations'
import { callAt } from './calls'
import { setArgument } from './keywords'
import type { FixResult, FixTarget } from './torch'

const names: Partial<Record<ActivationFunction['name'], string>> = {
  relu: 'relu',
  relu6: 'relu6',
  selu: 'selu',
  gelu: 'gelu',
  silu: 'silu',
  mish: 'mish',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softplus: 'softplus',
  softsign: 'softsign',
  hardSwish: 'hard_silu',
  hardSigmoid: 'hard_sigmoid',
}

function kerasActivation(fn: ActivationFunction): string | null {
  if (fn.name === 'elu') return fn.alpha === 1 ? 'elu' : null
  if (fn.name === 'leakyRelu') return fn.slope === 0.2 ? 'leaky_relu' : null
  return names[fn.name] ?? null
}

/** Edits that put another activation where a layer takes one as its argument `activation=`. */
export function kerasActivations(model: ModelAnalysis, changes: readonly ActivationChange[], { module }: FixTarget): FixResult {
  const edits = new Map<number, TextEdit>()
  for (const { node, fn } of changes) {
    const call = model.graph.calls[model.graph.nodes[node]?.call ?? -1]
    const definition = callAt(module, call?.definition ?? null)
    const own = definition?.arguments.find(({ kind, name }) => kind === 'keyword' && name === 'activation')
    const name = kerasActivation(fn)
    if (definition === null || own === undefined)
      return { ok: false, reason: 'The activation is not written as an argument `activation=` in this file.' }
    if (name === null) return { ok: false, reason: `${fn.name} has no name as an activation of Keras.` }
    edits.set(definition.span.start, setArgument(module.file, definition, 'activation', `"${name}"`))
  }
  return { ok: true, edits: [...edits.values()] }
}
