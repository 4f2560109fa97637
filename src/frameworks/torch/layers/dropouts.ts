/** Dropout in its variants. */
import { functional, type Layer } from './layer'
import type { LayerView } from './layer-view'

function checkProbability(layer: LayerView): void {
  const p = layer.number('p')
  if (p !== undefined && (p < 0 || p > 1)) {
    layer.refuse('ValueError', `dropout probability has to be between 0 and 1, but got ${layer.interpreter.repr(layer.value('p'))}`)
  }
}

const variants = [
  ['Dropout', 'dropout'],
  ['Dropout1d', 'dropout1d'],
  ['Dropout2d', 'dropout2d'],
  ['Dropout3d', 'dropout3d'],
  ['AlphaDropout', 'alpha_dropout'],
  ['FeatureAlphaDropout', 'feature_alpha_dropout'],
] as const

export const dropoutLayers: readonly Layer[] = [
  { name: '_DropoutNd', family: 'dropout', signature: 'p=0.5, inplace=False', construct: checkProbability, forward: null },
  ...variants.map(
    ([name, fn]): Layer => ({ name, family: 'dropout', base: '_DropoutNd', signature: null, forward: functional(fn, 'p', 'training') }),
  ),
]
