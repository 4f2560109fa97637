import type { ModelAnalysis } from '../../analysis'
import type { SpecChange, SpecWriter } from '../../frameworks'
import type { Distribution } from '../../graph'
import { advisedChanges } from './changes'
import type { FixRequest } from './request'
import type { FixResult } from './torch'

const zero: Distribution = { kind: 'constant', value: 0 }

/** Edits of a layer spec that carry out a request, or the reason why there are none. */
export function makeSpecFix(model: ModelAnalysis, request: FixRequest, writer: SpecWriter): FixResult {
  if (request.kind === 'draws' && (request.activations ?? []).length > 0)
    return { ok: false, reason: 'Activations of a layer spec are changed by hand: draws alone are written.' }
  const changes = request.kind === 'recommended' ? advised(model, request.parameters) : asked(model, request.draws)
  if (changes.length === 0) return { ok: false, reason: 'Every layer is initialized as recommended already.' }
  const changed = new Set(changes.map(({ parameter }) => parameter.id))
  const kept = model.graph.parameters.flatMap((parameter): readonly SpecChange[] => {
    if (changed.has(parameter.id)) return []
    return [{ parameter, distribution: parameter.initializer.distribution, family: familyOf(model, parameter.id) }]
  })
  return writer.edits(changes, kept)
}

function familyOf(model: ModelAnalysis, id: number): SpecChange['family'] {
  const family = model.weights.find(({ parameter }) => parameter === id)?.recommended.family
  return family === 'he' || family === 'xavier' || family === 'lecun' ? family : null
}

function advised(model: ModelAnalysis, parameters: ReadonlySet<number> | null): readonly SpecChange[] {
  return advisedChanges(model, parameters).map(({ parameter }) => {
    const advice = model.weights.find((weight) => weight.parameter === parameter.id)
    // A change without advice of its own is a bias of an advised layer.
    const distribution = advice?.recommended.initializer.distribution ?? zero
    return { parameter, distribution, family: familyOf(model, parameter.id) }
  })
}

function asked(model: ModelAnalysis, draws: Extract<FixRequest, { readonly kind: 'draws' }>['draws']): readonly SpecChange[] {
  return draws.flatMap(({ parameter: id, initializer }) => {
    const parameter = model.graph.parameters[id]
    return parameter === undefined ? [] : [{ parameter, distribution: initializer.distribution, family: null }]
  })
}
