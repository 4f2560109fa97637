/** A plan to a graph. */
import type { AnalysisOptions, Assumption, InputSpec } from '../../analysis'
import type { InputDistribution, ParameterId, TensorId } from '../../graph'
import type { ReadDefinition, ReadModel } from '../reading'
import { Trace } from '../trace'
import { activationAt } from './activations'
import { dialects } from './dialect'
import { sum } from './layers/join'
import type { Execution, Plan, PlannedInput, TensorKey } from './plan'
import { Scope, type ScopeContext } from './scope'

export interface PlanRun {
  readonly model: ReadModel
  readonly definitions: readonly ReadDefinition[]
}

const standardNormal: InputDistribution = { kind: 'normal', mean: 0, std: 1 }

/** Throws a SpecError for a layer that its input or its settings do not fit. */
export function runPlan(plan: Plan, options: AnalysisOptions): PlanRun {
  const trace = new Trace()
  const assumptions: Assumption[] = [...plan.assumptions]
  const context: ScopeContext = {
    trace,
    dialect: dialects[plan.origin],
    channelsLast: plan.channelsLast,
    parameters: new Map<string, ParameterId>(),
    fallbacks: plan.fallbacks,
    assumptions,
  }
  const tensors = new Map<TensorKey, TensorId>()
  const input = plan.inputs.map((planned, index) => feed(plan, planned, options.input?.[index], trace, tensors))
  const definitions = new Map<string, { readonly definition: ReadDefinition; readonly calls: number[] }>()
  for (const execution of plan.executions) {
    const call = execute(context, execution, tensors)
    const { layer } = execution
    if (!call.hasParameters) continue
    const { span } = layer.settings
    const key = `${span.start}-${span.end}`
    const known = definitions.get(key)
    if (known !== undefined) known.calls.push(call.id)
    else {
      const calls = [call.id]
      const definition = { span, callee: layer.type, instances: [{ model: 0, calls }], reason: null, standalone: null }
      definitions.set(key, { definition, calls })
    }
  }
  const outputs = plan.outputs.flatMap((key) => tensors.get(key) ?? [])
  const model: ReadModel = {
    name: plan.name,
    framework: plan.framework,
    span: plan.span,
    rootClass: null,
    assumptions,
    input,
    graph: trace.finish(outputs),
  }
  return { model, definitions: [...definitions.values()].map(({ definition }) => definition) }
}

function feed(plan: Plan, planned: PlannedInput, asked: InputSpec | undefined, trace: Trace, tensors: Map<TensorKey, TensorId>): InputSpec {
  const distribution = asked?.distribution ?? planned.distribution ?? tokensFor(plan, planned.key) ?? standardNormal
  const shape = asked?.shape ?? [plan.batch, ...planned.sizes]
  const dtype = distribution.kind === 'tokens' ? 'int' : 'float'
  const [made] = trace.emit({ kind: 'input', name: planned.name, distribution }, [], [{ shape, dtype }], planned.span)
  tensors.set(planned.key, made as TensorId)
  return { shape, distribution }
}

/** Whole numbers below the embedding's count, where an embedding reads the input. */
function tokensFor(plan: Plan, key: TensorKey): InputDistribution | null {
  const reader = plan.executions.find(({ layer, inputs }) => layer.kind?.type === 'embedding' && inputs.includes(key))
  return reader === undefined ? null : { kind: 'tokens', below: reader.layer.settings.integer('count') }
}

function execute(
  context: ScopeContext,
  { layer, inputs, residual, output, states = [] }: Execution,
  tensors: Map<TensorKey, TensorId>,
): { readonly id: number; readonly hasParameters: boolean } {
  const { settings, kind } = layer
  const find = (key: TensorKey): TensorId =>
    tensors.get(key) ?? settings.place.fail(`${layer.name} reads ${key}, which nothing before it makes.`)
  const fed = inputs.map(find)
  const [first] = fed
  if (first === undefined) settings.place.fail(`${layer.name} has no input.`)
  if (kind?.joins !== true && fed.length > 1 && kind !== null)
    settings.place.fail(
      `${layer.name} takes one input and is given ${fed.length}: join them first, with a layer like {type: concat, from: [left, right]}.`,
    )
  const scope = new Scope(context, layer.name, settings)
  const opened = {
    kind: 'module',
    name: layer.name,
    type: layer.type,
    definition: settings.span,
    site: settings.span,
    inputs: fed,
    parameters: scope.made,
    path: layer.path,
  } as const
  const id = context.trace.withinCall(
    opened,
    () => {
      if (kind === null) {
        const reason = `the layer ${layer.type} is not known here`
        scope.assume(`${layer.type} is not known; its output is taken to have its input’s shape`)
        return scope.emit({ kind: 'opaque', name: layer.type, reason }, fed, scope.shape(first as TensorId))
      }
      const [result, ...given] =
        states.length > 0 && kind.lowerWithStates !== undefined ? kind.lowerWithStates(scope, fed) : ([kind.lower(scope, fed)] as const)
      for (const [index, key] of states.entries()) {
        const state = given[index]
        if (state !== undefined) tensors.set(key, state)
      }
      const added = residual === null ? result : sum(scope, [result, find(residual)])
      return layer.activation === null
        ? added
        : scope.activate(activationAt(layer.activation, context.dialect), added, layer.activation.span)
    },
    (result) => [result],
  )
  tensors.set(output, id)
  return { id: context.trace.callCount - 1, hasParameters: scope.made.length > 0 }
}
