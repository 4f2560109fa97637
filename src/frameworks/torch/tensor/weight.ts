/** Tensors as weights of linear maps, convolutions and norms, which name a parameter of the graph by its id. */
import type { ParameterId, ParameterRole, TensorId } from '../../../graph'
import type { Trace } from '../../trace'
import { fansOf, parameterIdOf } from '../parameter-id'
import { currentRun, type ModelRun } from '../run'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { initializerOf } from './distribution'

export interface Weight {
  readonly parameter: ParameterId
  /** The effective weight is factor times the parameter (`self.weight * self.scale`). */
  readonly factor: number
}

/**
 * The parameter behind a weight. Plain data (a fixed blur kernel) is registered as a parameter that is not trained.
 * null where the weight was computed in some other way, and outside a recorded run. `role` is what it is used for.
 */
export function weightOf(at: Site, tensor: TensorValue, role: ParameterRole = 'weight'): Weight | null {
  const run = currentRun(at.interpreter)
  if (run === null) return null
  const { source } = tensor.payload
  // An nn.Parameter of the user's own is what its first use makes it.
  if (source.kind === 'data' && source.storage.parameter?.role === 'free') source.storage.parameter.role = role
  if (source.kind === 'traced') return source.trace === run.trace ? scaledParameter(run.trace, source.id) : null
  return { parameter: parameterIdOf(run, source.storage) ?? fixedParameter(run, tensor), factor: 1 }
}

/** The parameter's id when the weight is the parameter itself. */
export function plainWeight(at: Site, tensor: TensorValue | null, role: ParameterRole): ParameterId | null {
  if (tensor === null) return null
  const weight = weightOf(at, tensor, role)
  return weight !== null && weight.factor === 1 ? weight.parameter : null
}

function fixedParameter(run: ModelRun, tensor: TensorValue): ParameterId {
  const { source, shape } = tensor.payload
  if (source.kind !== 'data') throw new TypeError('a traced tensor has no storage')
  const { storage } = source
  const made = run.trace.addParameter((id) => ({
    id,
    name: run.names.parameter(storage) ?? `constant#${id}`,
    role: 'weight',
    shape: [...shape],
    fans: fansOf(shape),
    initializer: initializerOf(storage),
    overwritten: [],
    copyGroup: null,
    definition: null,
    trainable: false,
    parametrization: null,
  }))
  run.parameterIds.set(storage, made)
  return made
}

/** Follows casts and multiplications with numbers back to a parameter. */
function scaledParameter(trace: Trace, id: TensorId): Weight | null {
  let factor = 1
  let at: TensorId | undefined = id
  while (at !== undefined) {
    const node = trace.producer(at)
    const { op } = node
    if (op.kind === 'parameter') return { parameter: op.parameter, factor }
    if (op.kind === 'affine' && op.shift === 0) factor *= op.factor
    else if (op.kind !== 'cast') return null
    at = node.inputs[0]
  }
  return null
}
