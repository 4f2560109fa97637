import type { ModelAnalysis, TextEdit } from '../../analysis'
import type { ActivationFunction, Call, Span } from '../../graph'
import type { FixResult, FixTarget } from './torch'

export interface ActivationChange {
  /** An activation node of the graph. */
  readonly node: number
  readonly fn: ActivationFunction
}

/** torch.nn's class as it is constructed, and torch.nn.functional's function with what follows the input. */
interface TorchActivation {
  readonly module: string
  readonly function: string
  readonly rest: string
}

function torchActivation(fn: ActivationFunction): TorchActivation | null {
  const plain = (module: string, name: string): TorchActivation => ({ module: `${module}()`, function: name, rest: '' })
  switch (fn.name) {
    case 'relu':
      return plain('ReLU', 'relu')
    case 'leakyRelu':
      return { module: `LeakyReLU(${fn.slope})`, function: 'leaky_relu', rest: `, ${fn.slope}` }
    case 'elu':
      return fn.alpha === 1 ? plain('ELU', 'elu') : { module: `ELU(${fn.alpha})`, function: 'elu', rest: `, ${fn.alpha}` }
    case 'selu':
      return plain('SELU', 'selu')
    case 'gelu':
      return plain('GELU', 'gelu')
    case 'silu':
      return plain('SiLU', 'silu')
    case 'mish':
      return plain('Mish', 'mish')
    case 'hardSwish':
      return plain('Hardswish', 'hardswish')
    case 'relu6':
      return plain('ReLU6', 'relu6')
    case 'tanh':
      return plain('Tanh', 'tanh')
    case 'sigmoid':
      return plain('Sigmoid', 'sigmoid')
    case 'softplus':
      return fn.beta === 1 && fn.threshold === 20 ? plain('Softplus', 'softplus') : null
    default:
      return null
  }
}

/** `nn.ReLU(inplace=True)`: the qualifier with its dot, and the arguments. A bare name would need an import. */
const construction = /^((?:\w+\.)+)\w+\(([\s\S]*)\)$/

const place = (span: Span): string => `${span.file}:${span.start}`

/**
 * Edits that put another activation where one is written: at the constructor of its module, or at the call of a function of
 * torch.nn.functional with one argument. A constructor that several activations come from is changed only when all of them are.
 */
export function torchActivations(model: ModelAnalysis, changes: readonly ActivationChange[], { module, text }: FixTarget): FixResult {
  const { graph } = model
  const wanted = new Map(changes.map(({ node, fn }) => [node, fn]))
  const writtenAt = (call: Call): Span | null => (call.kind === 'function' ? call.site : call.definition)
  const edits = new Map<string, TextEdit>()
  for (const { node, fn } of changes) {
    const call = graph.calls[graph.nodes[node]?.call ?? -1]
    const span = call === undefined ? null : writtenAt(call)
    const activation = torchActivation(fn)
    if (call === undefined || span === null || span.file !== module.file)
      return { ok: false, reason: 'The activation is not written in this file.' }
    if (activation === null) return { ok: false, reason: `${fn.name} is not written as one call of torch.` }
    const siblings = graph.nodes.filter((other) => {
      const own = graph.calls[other.call ?? -1]
      const ownSpan = own === undefined ? null : writtenAt(own)
      return other.op.kind === 'activation' && ownSpan !== null && place(ownSpan) === place(span)
    })
    if (siblings.some((other) => wanted.get(other.id)?.name !== fn.name)) {
      return { ok: false, reason: `Line ${span.line} makes ${siblings.length} activations; change them all, or the code itself.` }
    }
    const match = construction.exec(text.slice(span.start, span.end))
    if (match === null)
      return { ok: false, reason: `The activation on line ${span.line} is not written as a call with a module’s name before it.` }
    const [, qualifier = '', given = ''] = match
    if (call.kind !== 'function')
      edits.set(place(span), { file: span.file, start: span.start, end: span.end, newText: `${qualifier}${activation.module}` })
    else {
      if (!/\bF\.$|functional\.$/.test(qualifier))
        return { ok: false, reason: `Line ${span.line} calls no function of torch.nn.functional.` }
      const input = given.replace(/,\s*inplace\s*=\s*\w+\s*$/, '')
      edits.set(place(span), {
        file: span.file,
        start: span.start,
        end: span.end,
        newText: `${qualifier}${activation.function}(${input}${activation.rest})`,
      })
    }
  }
  return { ok: true, edits: [...edits.values()].sort((a, b) => a.start - b.start) }
}
