/** What a layer's constructor alone says: fans and the variance of its weight. */
import { distributionMoments } from '../../../graph'
import type { ReadDefinition } from '../../reading'
import type { InstanceValue, Value } from '../../../python/values'
import { entriesOf } from '../module/registry'
import { fansOf } from '../parameter-id'
import { isTensor, type TensorValue } from '../tensor'

/** The matrix that a layer is about: its first parameter of two axes or more, else its first. */
function mainParameter(module: InstanceValue): TensorValue | null {
  const parameters = entriesOf(module, '_parameters')
    .map(([, value]): Value => value)
    .filter(isTensor)
  return parameters.find(({ payload }) => payload.shape.length > 1) ?? parameters[0] ?? null
}

export function standaloneOf(module: InstanceValue): ReadDefinition['standalone'] {
  const parameter = mainParameter(module)
  const type = module.cls.name
  if (parameter === null || parameter.payload.source.kind !== 'data') return { type, fanIn: null, fanOut: null, currentVariance: null }
  const { shape, source } = parameter.payload
  const fans = fansOf(shape)
  const moments = distributionMoments(source.storage.initializer.distribution, shape)
  return {
    type,
    fanIn: fans?.fanIn ?? null,
    fanOut: fans?.fanOut ?? null,
    currentVariance: moments === null ? null : moments.secondMoment - moments.mean * moments.mean,
  }
}
