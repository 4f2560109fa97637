/** How calls of layers stand in the graph of the model being run. */
import type { ParameterId } from '../graph'
import type { CallArguments } from '../python/host'
import type { InstanceValue, Value } from '../python/values'
import { parameterIdOf } from './torch/parameter-id'
import type { ModelRun } from './torch/run'
import type { TensorValue } from './torch/tensor'
import { tracedTensorsIn } from './torch/tensors-in'

/** A layer as its call is listed. */
export interface Listed {
  readonly run: ModelRun
  readonly layer: InstanceValue
  readonly kind: 'module' | 'composite'
  /** null: no layer of the model's by itself, so that its calls are numbered by its class. */
  readonly name: string | null
  readonly args: CallArguments
  /** The weights that it owns; asked after the call, since a weight of a program's own is what its use makes it. */
  readonly weights: () => readonly TensorValue[]
}

function idsOf(run: ModelRun, weights: readonly TensorValue[]): readonly ParameterId[] {
  const ids = weights.flatMap(({ payload }) => (payload.source.kind === 'data' ? (parameterIdOf(run, payload.source.storage) ?? []) : []))
  return [...new Set(ids)]
}

/** Runs `body` as one call that the graph lists. */
export function listedCall({ run, layer, kind, name, args, weights }: Listed, body: () => Value): Value {
  const type = layer.cls.name
  const number = (run.functionCounts.get(type) ?? 0) + 1
  if (name === null) run.functionCounts.set(type, number)
  const parameters: ParameterId[] = []
  return run.trace.withinCall(
    {
      kind: name === null ? 'function' : kind,
      name: name ?? `${type}#${number}`,
      type,
      definition: layer.span,
      site: args.span,
      inputs: tracedTensorsIn([...args.positional, ...args.keyword.values()]),
      parameters,
      path: [...run.path],
    },
    () => {
      const result = body()
      parameters.push(...idsOf(run, weights()))
      return result
    },
    (result) => tracedTensorsIn([result]),
  )
}

/** Runs `body` as a layer that holds the calls it makes and is not listed itself; the root and what has no name lead no further down. */
export function heldCalls(run: ModelRun, name: string | null, body: () => Value): Value {
  if (name === null || name === '') return body()
  run.path.push(name)
  try {
    return body()
  } finally {
    run.path.pop()
  }
}
