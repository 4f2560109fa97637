/** Constructor calls of Keras' layers that carry weights, found in the source alone. */
import { distributionMoments } from '../../../graph'
import type { InstanceValue } from '../../../python/values'
import type { ReadDefinition } from '../../reading'
import type { ConstructorRules } from '../../torch/definitions/constructors'
import { entriesOf } from '../../torch/module/registry'
import { isTensor } from '../../torch/tensor'
import { parametricLayerOf } from '../layer/declared'
import { kerasLayers } from '../layers'

const parametric: ReadonlyMap<string, string> = new Map(
  kerasLayers
    .filter((layer) => layer.parametric === true)
    .flatMap((layer) => [layer.name, ...(layer.aliases ?? [])].map((name) => [name, `keras.layers.${layer.name}`] as const)),
)

const roots = /^(keras|tf_keras|tensorflow(\.python)?\.keras)\./

function layerOf(qualified: string): string | null {
  if (!roots.test(qualified)) return null
  return parametric.get(qualified.slice(qualified.lastIndexOf('.') + 1)) ?? null
}

/** Fans and variance where the weights are made; a layer that was never called has none yet. */
function standaloneOf(layer: InstanceValue): ReadDefinition['standalone'] {
  const type = layer.cls.name
  const [kernel] = entriesOf(layer, '_parameters').flatMap(([, value]) => (isTensor(value) ? [value] : []))
  if (kernel?.payload.source.kind !== 'data') return { type, fanIn: null, fanOut: null, currentVariance: null }
  const { storage } = kernel.payload.source
  const moments = distributionMoments(storage.initializer.distribution, kernel.payload.shape)
  return {
    type,
    fanIn: storage.parameter?.fans?.fanIn ?? null,
    fanOut: storage.parameter?.fans?.fanOut ?? null,
    currentVariance: moments === null ? null : moments.secondMoment - moments.mean * moments.mean,
  }
}

export const kerasConstructors: ConstructorRules = {
  layerOf,
  layerOfClass: parametricLayerOf,
  starred: ['keras.layers', 'tensorflow.keras.layers', 'tf_keras.layers'],
  standaloneOf,
}
