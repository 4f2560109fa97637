import type { ModelAnalysis } from '../../analysis'
import type { Initializer } from '../../graph'
import { type ArgumentWording, argumentWording } from '../wording/arguments'
import { torchDistributionCall } from '../wording/torchDistribution'
import { type ActivationChange, torchActivations } from './activations'
import { advisedChanges, type Change, changeOf } from './changes'
import { flaxActivations } from './flaxActivations'
import { flaxDraws } from './flax'
import { kerasDraws } from './keras'
import { kerasActivations } from './kerasActivations'
import { type FixResult, type FixTarget, torchDraws } from './torch'

/** What is to be written into the file. */
export type FixRequest =
  /** The advice, for these parameters or (null) for all. */
  | { readonly kind: 'recommended'; readonly parameters: ReadonlySet<number> | null }
  /** Draws, and activations, of the user's own choice. */
  | {
      readonly kind: 'draws'
      readonly draws: readonly { readonly parameter: number; readonly initializer: Initializer }[]
      readonly activations?: readonly ActivationChange[]
    }

/** Edits of the document that carry out a request, or the reason why there are none. */
export function makeFix(model: ModelAnalysis, request: FixRequest, document: FixTarget): FixResult {
  const wording = argumentWording(model.framework)
  if (wording !== null) return argumentFix(model, request, document, wording)
  if (model.framework !== 'pytorch') return { ok: false, reason: `Fixes are not written for ${model.framework} models yet.` }
  if (request.kind === 'recommended') return torchDraws(model, advisedChanges(model, request.parameters), document)
  const changes: Change[] = []
  for (const { parameter: id, initializer } of request.draws) {
    const parameter = model.graph.parameters[id]
    const call = model.graph.calls.find((candidate) => candidate.parameters.includes(id))
    const template = torchDistributionCall(initializer.distribution)
    if (parameter === undefined || call === undefined || template === null)
      return { ok: false, reason: `torch.nn.init has no call for ${initializer.label}.` }
    changes.push(changeOf(parameter, call, template))
  }
  const activations = torchActivations(model, request.activations ?? [], document)
  if (!activations.ok || changes.length === 0) return activations
  const draws = torchDraws(model, changes, document)
  return draws.ok ? { ok: true, edits: [...draws.edits, ...activations.edits].sort((a, b) => a.start - b.start) } : draws
}

/** The same for a framework whose layers take their initializers as arguments. */
function argumentFix(model: ModelAnalysis, request: FixRequest, document: FixTarget, wording: ArgumentWording): FixResult {
  const write = model.framework === 'keras' ? kerasDraws : flaxDraws
  if (request.kind === 'recommended') return write(model, advisedChanges(model, request.parameters), document)
  const changes: Change[] = []
  for (const { parameter: id, initializer } of request.draws) {
    const parameter = model.graph.parameters[id]
    const call = model.graph.calls.find((candidate) => candidate.parameters.includes(id))
    const template = parameter === undefined ? null : wording.initializer(initializer.distribution, parameter.fans)
    if (parameter === undefined || call === undefined || template === null)
      return { ok: false, reason: `${wording.module} has none for ${initializer.label}.` }
    changes.push(changeOf(parameter, call, template))
  }
  const activations = (model.framework === 'keras' ? kerasActivations : flaxActivations)(model, request.activations ?? [], document)
  if (!activations.ok || changes.length === 0) return activations
  const draws = write(model, changes, document)
  return draws.ok ? { ok: true, edits: [...draws.edits, ...activations.edits].sort((a, b) => a.start - b.start) } : draws
}
