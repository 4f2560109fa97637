/** Every layer of keras.layers that is declared here. */
import type { KerasLayer } from '../layer/declare'
import { activationLayers } from './activation-layers'
import { attentionLayers } from './attention'
import { convLayers } from './conv'
import { denseLayers } from './dense'
import { mergingLayers } from './merging'
import { normLayers } from './norms'
import { poolingLayers } from './pooling'
import { recurrentLayers } from './recurrent'
import { scalingLayers } from './scaling'
import { wrapperLayers } from './wrappers'

export const kerasLayers: readonly KerasLayer[] = [
  ...denseLayers,
  ...convLayers,
  ...poolingLayers,
  ...normLayers,
  ...activationLayers,
  ...mergingLayers,
  ...scalingLayers,
  ...recurrentLayers,
  ...attentionLayers,
  ...wrapperLayers,
]
