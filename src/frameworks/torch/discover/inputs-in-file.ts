/** The input that the file itself feeds to a model, or names to a summary of it. */
import type { InputSpec } from '../../../analysis'
import type { InputDistribution } from '../../../graph'
import type { PythonInterpreter } from '../../../python'
import type { InstanceValue } from '../../../python/values'
import { moduleHistory } from '../module/instances'
import { isTensor, type TensorValue } from '../tensor'
import { numbersOf } from '../tensor/elements'
import { entriesBelow } from './first-layer'
import { batchSize } from './shapes'

const standard: InputDistribution = { kind: 'normal', mean: 0, std: 1 }

function distributionOf(tensor: TensorValue, tokens: number | null): InputDistribution {
  if (tensor.payload.dtype === 'int') return { kind: 'tokens', below: tokens ?? boundOf(tensor) }
  const { source } = tensor.payload
  if (source.kind !== 'data') return standard
  const { distribution } = source.storage.initializer
  return distribution.kind === 'normal' || distribution.kind === 'uniform' ? distribution : standard
}

/** One more than the largest of known integers, or than those of a uniform draw; 2 where nothing says. */
function boundOf(tensor: TensorValue): number {
  const numbers = numbersOf(tensor)
  if (numbers !== null && numbers.length > 0) return numbers.reduce((most, each) => Math.max(most, each), 0) + 1
  const { source } = tensor.payload
  const drawn = source.kind === 'data' ? source.storage.initializer.distribution : null
  return drawn?.kind === 'uniform' && drawn.high > 1 ? Math.ceil(drawn.high) : 2
}

/** One image says its size; a batch of them is what is analyzed. */
function asBatch(shape: readonly number[]): readonly number[] {
  return shape.length >= 4 && shape[0] === 1 ? [batchSize, ...shape.slice(1)] : shape
}

/** Inputs of this very instance, else of one of its class; null when the file feeds neither. */
export function inputsInFile(interpreter: PythonInterpreter, model: InstanceValue): readonly InputSpec[] | null {
  const { fed, told } = moduleHistory(interpreter)
  const embedding = entriesBelow(model).find((entry) => entry.kind === 'tokens')
  const tokens = embedding?.kind === 'tokens' ? embedding.count : null
  const sameClass = <T>(by: ReadonlyMap<InstanceValue, T>): T | undefined =>
    by.get(model) ?? (model.cls.span === null ? undefined : [...by].find(([other]) => other.cls === model.cls)?.[1])
  const given = sameClass(fed)
  if (given?.given.every(isTensor) === true) {
    return given.given
      .filter(isTensor)
      .map((tensor) => ({ shape: asBatch(tensor.payload.shape), distribution: distributionOf(tensor, tokens) }))
  }
  const shapes = sameClass(told)
  if (shapes === undefined) return null
  return shapes.map((shape) => ({ shape: asBatch(shape), distribution: tokens === null ? standard : { kind: 'tokens', below: tokens } }))
}
