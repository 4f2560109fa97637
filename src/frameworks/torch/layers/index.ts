/** Every layer that torch.nn declares, bases before what derives from them. */
import { activationLayers } from './activations'
import { adaptiveSoftmaxLayers } from './adaptive-softmax'
import { attentionLayers } from './attention'
import { convLayers } from './conv'
import { dropoutLayers } from './dropouts'
import { embeddingLayers } from './embeddings'
import type { Layer } from './layer'
import { lazyLayers } from './lazy'
import { linearLayers } from './linear'
import { lossLayers } from './losses'
import { normLayers } from './norms'
import { paddingLayers } from './paddings'
import { poolingLayers } from './pooling'
import { recurrentLayers } from './recurrent'
import { recurrentCellLayers } from './recurrent-cells'
import { shapeLayers } from './shapes'
import { transformerLayers } from './transformer'
import { transformerLayerLayers } from './transformer-layers'

export { type Layer, layerClass } from './layer'

export const layers: readonly Layer[] = [
  ...linearLayers,
  ...convLayers,
  ...normLayers,
  ...lazyLayers,
  ...activationLayers,
  ...poolingLayers,
  ...dropoutLayers,
  ...paddingLayers,
  ...shapeLayers,
  ...embeddingLayers,
  ...lossLayers,
  ...recurrentLayers,
  ...recurrentCellLayers,
  ...attentionLayers,
  ...transformerLayerLayers,
  ...adaptiveSoftmaxLayers,
  ...transformerLayers,
]
