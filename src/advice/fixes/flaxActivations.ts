import type { ModelAnalysis, TextEdit } from '../../analysis'
import type { ActivationFunction } from '../../graph'
import type { ActivationChange } from './activations'
import type { FixResult, FixTarget } from './torch'

/** A function of jax.nn and what follows its input. */
function flaxActivation(fn: ActivationFunction): { readonly name: string; readonly rest: string } | null {
  switch (fn.name) {
    case 'relu':
    case 'relu6':
    case 'tanh':
    case 'sigmoid':
    case 'silu':
    case 'selu':
      return { name: fn.name, rest: '' }
    case 'gelu':
      return { name: 'gelu', rest: ', approximate=False' }
    case 'geluTanh':
      return { name: 'gelu', rest: '' }
    case 'softplus':
      return fn.beta === 1 ? { name: 'softplus', rest: '' } : null
    case 'softsign':
      return { name: 'soft_sign', rest: '' }
    case 'hardSwish':
      return { name: 'hard_silu', rest: '' }
    case 'hardSigmoid':
      return { name: 'hard_sigmoid', rest: '' }
    case 'elu':
      return { name: 'elu', rest: fn.alpha === 1 ? '' : `, ${fn.alpha}` }
    case 'leakyRelu':
      return { name: 'leaky_relu', rest: `, ${fn.slope}` }
    default:
      return null
  }
}

/** A call of a function of `nn`, `nnx` or `jax.nn`, with what it is given. */
const written = /^((?:\w+\.)*nnx?\.)\w+\(([\s\S]*)\)$/

/** What is given first, where nothing but options follow. */
const withOptions = /^([\s\S]*?)(?:,\s*(?:negative_slope|alpha|approximate)\s*=\s*[\w.]+)?\s*$/

/** Edits that put another activation where a function of `nn` is called. */
export function flaxActivations(model: ModelAnalysis, changes: readonly ActivationChange[], { module, text }: FixTarget): FixResult {
  const { graph } = model
  const wanted = new Map(changes.map(({ node, fn }) => [node, fn]))
  const edits = new Map<number, TextEdit>()
  for (const { node, fn } of changes) {
    const span = graph.calls[graph.nodes[node]?.call ?? -1]?.site ?? null
    const activation = flaxActivation(fn)
    if (span === null || span.file !== module.file) return { ok: false, reason: 'The activation is not written in this file.' }
    if (activation === null) return { ok: false, reason: `${fn.name} is no function of jax.nn.` }
    const siblings = graph.nodes.filter(
      (other) => other.op.kind === 'activation' && graph.calls[other.call ?? -1]?.site?.start === span.start,
    )
    if (siblings.some((other) => wanted.get(other.id)?.name !== fn.name))
      return { ok: false, reason: `Line ${span.line} makes ${siblings.length} activations; change them all, or the code itself.` }
    const match = written.exec(text.slice(span.start, span.end))
    if (match === null) return { ok: false, reason: `Line ${span.line} calls no function of flax.linen, flax.nnx or jax.nn by its name.` }
    const [, qualifier = '', given = ''] = match
    const input = withOptions.exec(given)?.[1] ?? given
    edits.set(span.start, {
      file: span.file,
      start: span.start,
      end: span.end,
      newText: `${qualifier}${activation.name}(${input}${activation.rest})`,
    })
  }
  return { ok: true, edits: [...edits.values()].sort((a, b) => a.start - b.start) }
}
