/** Layers around another layer, and layers that leave the signal's statistics as they are. */
import { register, registered } from '../../torch/module/registry'
import { reshape } from '../../torch/tensor/views'
import { isTensor } from '../../torch/tensor'
import { buildLayer } from '../layer/build'
import { callLayer } from '../layer/call'
import { type KerasLayer, onTensor } from '../layer/declare'

/** The wrapped layer as a child under the name `layer`. */
const holding: NonNullable<KerasLayer['construct']> = (view) => {
  const layer = view.value('layer')
  if (layer.kind !== 'instance') return
  view.layer.attributes.delete('layer')
  register(view.layer, '_modules', 'layer', layer)
}

/** Augmentations draw other images of the same kind: what they do to the statistics is small and left out, which is said. */
const augmentation = (name: string, signature: string): KerasLayer => ({
  name,
  signature,
  callSignature: 'training=None',
  call: (view, inputs) => {
    view.interpreter.note({
      kind: 'assumption',
      message: `${name} is taken to leave the statistics of its input as they are`,
      span: view.span,
    })
    return inputs
  },
})

/** Divides the kernel by its largest singular value, as power iteration finds it from a random start. */
const spectralNormalization: KerasLayer = {
  name: 'SpectralNormalization',
  composite: true,
  signature: 'layer, power_iterations=1',
  construct: holding,
  callSignature: 'training=None',
  call: (view, inputs) => {
    const { interpreter, span } = view
    const layer = view.value('layer')
    if (layer.kind !== 'instance') return view.refuse('it takes a layer')
    const args = { positional: [inputs], keyword: new Map(), span }
    buildLayer(interpreter, layer, args)
    const kernel = registered(layer, 'kernel') ?? registered(layer, 'embeddings')
    const record = isTensor(kernel) && kernel.payload.source.kind === 'data' ? kernel.payload.source.storage.parameter : null
    if (record === null) return interpreter.unknown('SpectralNormalization around a layer without a kernel is not modelled', span)
    record.parametrization = 'spectralNorm'
    record.powerIterations = view.integer('power_iterations') ?? 1
    return callLayer(interpreter, layer, args)
  },
}

export const wrapperLayers: readonly KerasLayer[] = [
  {
    name: 'Wrapper',
    signature: 'layer',
    construct: holding,
    call: (view) =>
      view.interpreter.raise(
        'NotImplementedError',
        `Layer ${view.layer.cls.name} does not have a \`call()\` method implemented.`,
        view.span,
      ),
  },
  spectralNormalization,
  {
    name: 'TimeDistributed',
    signature: 'layer',
    construct: holding,
    callSignature: 'training=None, mask=None',
    call: onTensor((view, input) => {
      const layer = view.value('layer')
      if (layer.kind !== 'instance') return view.refuse('it takes a layer')
      const [batch = 1, steps = 1, ...rest] = input.payload.shape
      const each = callLayer(view.interpreter, layer, {
        positional: [reshape(view, input, [batch * steps, ...rest])],
        keyword: new Map(),
        span: view.span,
      })
      return isTensor(each) ? reshape(view, each, [batch, steps, ...each.payload.shape.slice(1)]) : each
    }),
  },
  augmentation('RandomFlip', "mode='horizontal_and_vertical', seed=None, data_format=None"),
  augmentation('RandomRotation', "factor, fill_mode='reflect', interpolation='bilinear', seed=None, fill_value=0.0, data_format=None"),
  augmentation(
    'RandomZoom',
    "height_factor, width_factor=None, fill_mode='reflect', interpolation='bilinear', seed=None, fill_value=0.0, data_format=None",
  ),
  augmentation(
    'RandomTranslation',
    "height_factor, width_factor, fill_mode='reflect', interpolation='bilinear', seed=None, fill_value=0.0, data_format=None",
  ),
  augmentation('RandomContrast', 'factor, value_range=(0, 255), seed=None'),
  augmentation('RandomBrightness', 'factor, value_range=(0, 255), seed=None'),
]
