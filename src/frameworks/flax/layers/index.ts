/** Every layer of `flax.linen` and `flax.nnx` that is read. */
import type { FlaxLayer } from '../layer/declare'
import { attentionLayers } from './attention'
import { cellLayers } from './cells'
import { convLayers } from './conv'
import { denseLayers } from './dense'
import { normLayers } from './norms'
import { recurrentLayers } from './recurrent'

export const flaxLayers: readonly FlaxLayer[] = [
  ...denseLayers,
  ...convLayers,
  ...normLayers,
  ...attentionLayers,
  ...cellLayers,
  ...recurrentLayers,
]
