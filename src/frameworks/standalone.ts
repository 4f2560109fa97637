import { distributionMoments } from '../graph'
import type { InstanceValue } from '../python/values'
import type { ReadDefinition } from './reading'
import { entriesOf } from './torch/module/registry'
import { isTensor } from './torch/tensor'

/** Fans and variance of a layer's first weight; null where it has none yet: Keras and linen make them on the first call. */
export function standaloneOfFirst(layer: InstanceValue): ReadDefinition['standalone'] {
  const type = layer.cls.name
  const [kernel] = entriesOf(layer, '_parameters').flatMap(([, value]) => (isTensor(value) ? [value] : []))
  if (kernel?.payload.source.kind !== 'data') return { type, fanIn: null, fanOut: null, currentVariance: null }
  const { initializer, parameter } = kernel.payload.source.storage
  const moments = distributionMoments(initializer.distribution, parameter?.shape ?? kernel.payload.shape)
  return {
    type,
    fanIn: parameter?.fans?.fanIn ?? null,
    fanOut: parameter?.fans?.fanOut ?? null,
    currentVariance: moments === null ? null : moments.secondMoment - moments.mean * moments.mean,
  }
}
