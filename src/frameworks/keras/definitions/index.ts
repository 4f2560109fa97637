/** Constructor calls of Keras' layers that carry weights, found in the source alone. */
import { standaloneOfFirst } from '../../standalone'
import type { ConstructorRules } from '../../torch/definitions/constructors'
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

export const kerasConstructors: ConstructorRules = {
  layerOf,
  layerOfClass: parametricLayerOf,
  starred: ['keras.layers', 'tensorflow.keras.layers', 'tf_keras.layers'],
  standaloneOf: standaloneOfFirst,
}
