/** Lazy layers: they take their input's size from the first tensor that they meet. */
import { int } from '../../../python/make'
import { method } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { isTensor } from '../tensor'
import { convAttributes, convParameters } from './conv'
import type { Layer } from './layer'
import { type Draw, LayerView } from './layer-view'
import { drawByFanIn, linearParameters } from './linear'
import { drawIdentity, normState } from './norms'

/** Where the bias argument waits for the parameters to be made. */
const waitingBias = '_lazy_bias'

/** Sets `size` to the input's extent along an axis, then makes what depends on it. */
function inferring(size: string, axis: (rank: number) => number, draw: Draw, make: (layer: LayerView, bias: Value) => void): BuiltinValue {
  return method('_infer_parameters(self, input)', (args, interpreter) => {
    const self = args.value('self')
    const input = args.value('input')
    if (self.kind !== 'instance' || !isTensor(input)) return input
    const layer = new LayerView(interpreter, self, args.span, draw)
    const { shape } = input.payload
    layer.set(size, int(shape[axis(shape.length)] ?? 0))
    make(layer, self.attributes.get(waitingBias) ?? int(1))
    return input
  })
}

function keepBias(layer: LayerView, bias: Value): void {
  layer.module.attributes.delete('bias')
  layer.set(waitingBias, bias)
}

const convolution = (rank: number, transposed: boolean): Layer => {
  const name = `${transposed ? 'ConvTranspose' : 'Conv'}${rank}d`
  const rest = transposed
    ? "padding=0, output_padding=0, groups=1, bias=True, dilation=1, padding_mode='zeros', device=None, dtype=None"
    : "padding=0, dilation=1, groups=1, bias=True, padding_mode='zeros', device=None, dtype=None"
  return {
    name: `Lazy${name}`,
    family: 'conv',
    base: name,
    signature: `out_channels, kernel_size, stride=1, ${rest}`,
    construct: (layer, args) => {
      layer.set('in_channels', int(0))
      convAttributes(layer, rank, transposed)
      keepBias(layer, args.value('bias'))
    },
    forward: null,
    methods: [
      inferring(
        'in_channels',
        (axes) => axes - rank - 1,
        drawByFanIn,
        (layer, bias) => convParameters(layer, transposed, bias),
      ),
    ],
  }
}

const norm = (kind: 'BatchNorm' | 'InstanceNorm', rank: number): Layer => ({
  name: `Lazy${kind}${rank}d`,
  family: kind.toLowerCase(),
  base: `${kind}${rank}d`,
  signature:
    kind === 'BatchNorm'
      ? 'eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None'
      : 'eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None',
  construct: (layer) => layer.set('num_features', int(0)),
  forward: null,
  methods: [
    inferring(
      'num_features',
      () => 1,
      drawIdentity,
      (layer) => normState(layer, [layer.value('num_features')]),
    ),
  ],
})

const ranks = [1, 2, 3]

export const lazyLayers: readonly Layer[] = [
  {
    name: 'LazyLinear',
    family: 'linear',
    base: 'Linear',
    signature: 'out_features, bias=True, device=None, dtype=None',
    construct: (layer, args) => {
      layer.set('in_features', int(0))
      keepBias(layer, args.value('bias'))
    },
    forward: null,
    methods: [inferring('in_features', (axes) => axes - 1, drawByFanIn, linearParameters)],
  },
  ...ranks.map((rank) => convolution(rank, false)),
  ...ranks.map((rank) => convolution(rank, true)),
  ...ranks.map((rank) => norm('BatchNorm', rank)),
  ...ranks.map((rank) => norm('InstanceNorm', rank)),
]
