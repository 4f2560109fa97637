import type { ModelAnalysis, WeightAdvice } from '../../analysis'
import { biasAdvice, writtenBias } from '../biases'
import { argumentWording } from '../wording/arguments'
import { type Call, type Distribution, distributionVariance, type Initializer, type Parameter } from '../../graph'
import type { ModuleNode } from '../../python'
import { torchKeptCall } from '../wording/torchKept'
import { callAt } from './calls'

/** A parameter that is to be drawn anew. */
export interface Change {
  readonly parameter: Parameter
  /** The layer that owns it; null where a function uses it and no layer does. */
  readonly layer: Call | null
  /** Its name on that layer: `weight`, `out_proj.weight`; the whole name without a layer. */
  readonly attribute: string
  /** The framework's call with `{target}` where the parameter stands. */
  readonly template: string
}

/** Variances closer than this are the same draw. */
const sameVariance = 0.02

/**
 * What the advice changes among `parameters` (all where null): weights whose draw departs from the recommended one, and the
 * biases of those layers that change where they do not start as advised; a bias that is named itself is changed alone. Parameters that are as advised are left alone, so that a fix
 * applied twice changes nothing.
 */
export function advisedChanges(model: ModelAnalysis, parameters: ReadonlySet<number> | null): readonly Change[] {
  const changes: Change[] = []
  const changed = new Set<Parameter>()
  for (const advice of model.weights) {
    const call = model.graph.calls[advice.call]
    const parameter = model.graph.parameters[advice.parameter]
    if (call === undefined || parameter === undefined) continue
    const isWanted = parameters === null || parameters.has(advice.parameter)
    if (isWanted && departs(parameter, advice.recommended.initializer)) changes.push(changeOf(parameter, call, advice.recommended.template))
    for (const id of call.parameters) {
      const bias = model.graph.parameters[id]
      if (bias?.role !== 'bias' || changed.has(bias)) continue
      const isKept = advice.recommended.initializer === parameter.initializer
      if (!parameters?.has(id) && (!isWanted || isKept)) continue
      const advised = writtenBias(model.graph, bias, model.framework)
      if (advised === null || !departs(bias, advised.initializer)) continue
      changed.add(bias)
      changes.push(changeOf(bias, call, argumentWording(model.framework)?.zeros ?? advised.template))
    }
  }
  return changes
}

/** How a parameter is drawn in the end; null where no one call draws that. */
export type Draw = Omit<Change, 'template'> & {
  readonly template: string | null
  /** Type of the layer that made it where other code reads it and `layer` is null. */
  readonly lender?: string | undefined
}

/** Every weight and bias as it will be drawn: what changes as the change says, the rest as it is. */
export function drawsAfter(model: ModelAnalysis, changes: readonly Change[], module: ModuleNode): readonly Draw[] {
  const changing = new Map(changes.map((change) => [change.parameter.id, change]))
  const advised = model.weights.flatMap((advice): readonly Draw[] => {
    const call = model.graph.calls[advice.call]
    if (call === undefined) return []
    const parameters = [advice.parameter, ...call.parameters.filter((id) => model.graph.parameters[id]?.role === 'bias')]
    return parameters.flatMap((id) => {
      const parameter = model.graph.parameters[id]
      if (parameter === undefined) return []
      const change = changing.get(id)
      return [change ?? kept(parameter, call, templateNow(model, parameter, advice), module)]
    })
  })
  const listed = new Set(advised.map(({ parameter }) => parameter.id))
  const readers = model.graph.nodes.flatMap(({ op }) => (op.kind === 'parameter' ? [{ id: op.parameter, call: null }] : []))
  // Of layers behind code that is not followed nothing is advised.
  const unadvised = model.graph.calls.flatMap((call) => call.parameters.map((id) => ({ id, call })))
  const others = [...readers, ...unadvised].flatMap(({ id, call }): readonly Draw[] => {
    const parameter = model.graph.parameters[id]
    if (parameter === undefined || listed.has(id) || parameter.role === 'normScale' || parameter.role === 'normShift') return []
    listed.add(id)
    return [kept(parameter, call, torchKeptCall(parameter), module)]
  })
  return [...advised, ...others]
}

/** A parameter as it stays. Weights that a layer's constructor made and other code reads, as `F.linear(x, self.fc.weight)`, are lent. */
function kept(parameter: Parameter, call: Call | null, template: string | null, module: ModuleNode): Draw {
  if (call !== null) {
    const owned = changeOf(parameter, call, '')
    if (owned.layer !== null) return { ...owned, template }
  }
  const callee = callAt(module, parameter.definition)?.callee
  const lender = callee?.kind === 'attribute' || callee?.kind === 'name' ? callee.name : undefined
  return { parameter, layer: null, lender, attribute: parameter.name.slice(parameter.name.lastIndexOf('.') + 1), template }
}

/** In the words of the advice where that is what is drawn already. */
function templateNow({ graph }: ModelAnalysis, parameter: Parameter, advice: WeightAdvice): string | null {
  const { recommended } = advice
  const advised = parameter.role === 'bias' ? biasAdvice(graph, parameter) : recommended
  return departs(parameter, advised.initializer) ? torchKeptCall(parameter) : advised.template
}

export function changeOf(parameter: Parameter, call: Call, template: string): Change {
  const owned = call.kind !== 'function' && parameter.name.startsWith(`${call.name}.`)
  return owned
    ? { parameter, layer: call, attribute: parameter.name.slice(call.name.length + 1), template }
    : { parameter, layer: null, attribute: parameter.name, template }
}

/** Whether `parameter` is drawn from another distribution than `advised`: another mean or variance, or copies where fresh draws are advised. */
export function departs(parameter: Parameter, advised: Pick<Initializer, 'distribution'>): boolean {
  // Nothing is drawn where a guessed size leaves no elements.
  if (parameter.shape.includes(0)) return false
  const { distribution } = parameter.initializer
  if (advised.distribution.kind === 'constant') return distribution.kind !== 'constant' || distribution.value !== advised.distribution.value
  if (advised.distribution.kind === 'mixture') return JSON.stringify(blocks(distribution)) !== JSON.stringify(blocks(advised.distribution))
  if ((advised.distribution.kind === 'orthogonal') !== (distribution.kind === 'orthogonal')) return true
  const now = distributionVariance(distribution, parameter.shape)
  const then = distributionVariance(advised.distribution, parameter.shape)
  return now === null || then === null || Math.abs(now - then) > sameVariance * then
}

/** What each block of rows is drawn from, in the order of the rows. */
function blocks(distribution: Distribution): readonly unknown[] {
  return distribution.kind === 'mixture' ? distribution.parts.map((part) => [part.rows, part.distribution]) : [distribution]
}
