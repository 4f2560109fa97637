/** Parameters of the model being run, registered in its graph on first use. */
import type { Fans, ParameterId } from '../../graph'
import type { ModelRun } from './run'
import type { Storage } from './tensor'
import { initializerOf } from './tensor/distribution'

/**
 * fan_in and fan_out as `torch.nn.init._calculate_fan_in_and_fan_out` counts them: of a tensor of shape [d0, d1, …rest],
 * d1·∏rest and d0·∏rest, whatever the layer means by its axes. null below two axes, where it raises.
 */
export function fansOf(shape: readonly number[]): Fans | null {
  const [first, second, ...rest] = shape
  if (first === undefined || second === undefined) return null
  const field = rest.reduce((product, size) => product * size, 1)
  return { fanIn: second * field, fanOut: first * field }
}

/** Id in the run's graph of the parameter that owns this storage; null for data that is no parameter. */
export function parameterIdOf(run: ModelRun, storage: Storage): ParameterId | null {
  const known = run.parameterIds.get(storage)
  if (known !== undefined) return known
  const record = storage.parameter
  if (record === null) return null
  const made = run.trace.addParameter((id) => ({
    id,
    name: run.names.parameter(storage) ?? `parameter#${id}`,
    role: record.role,
    shape: [...record.shape],
    fans: record.fans === undefined ? fansOf(record.shape) : record.fans,
    initializer: initializerOf(storage),
    overwritten: [...storage.overwritten],
    copyGroup: record.copyGroup,
    definition: record.definition,
    trainable: record.trainable,
    parametrization: record.parametrization,
    ...(record.powerIterations === undefined ? {} : { powerIterations: record.powerIterations }),
    ...(record.withoutEffect === undefined ? {} : { withoutEffect: record.withoutEffect }),
  }))
  run.parameterIds.set(storage, made)
  return made
}
