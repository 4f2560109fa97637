/** Max, average, LP, fractional and adaptive pooling, and unpooling. */

import { callFunction } from './functional'
import type { Layer } from './layer'
import { functional } from './layer'
import type { LayerView } from './layer-view'

/** A stride left out is the kernel's size. */
function strideDefaultsToKernel(layer: LayerView): void {
  if (layer.value('stride').kind === 'none') layer.set('stride', layer.value('kernel_size'))
}

const ranks = [1, 2, 3] as const

const maxPool = (rank: number): Layer => ({
  name: `MaxPool${rank}d`,
  family: 'pooling',
  base: '_MaxPoolNd',
  signature: 'kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False',
  construct: strideDefaultsToKernel,
  forward: functional(
    `max_pool${rank}d`,
    'kernel_size',
    'stride',
    'padding',
    'dilation',
    'ceil_mode=ceil_mode',
    'return_indices=return_indices',
  ),
})

const averagePool = (rank: number): Layer => ({
  name: `AvgPool${rank}d`,
  family: 'pooling',
  base: '_AvgPoolNd',
  signature: `kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True${rank > 1 ? ', divisor_override=None' : ''}`,
  construct: strideDefaultsToKernel,
  forward: functional(
    `avg_pool${rank}d`,
    'kernel_size',
    'stride',
    'padding',
    'ceil_mode',
    'count_include_pad',
    ...(rank > 1 ? ['divisor_override'] : []),
  ),
})

const lpPool = (rank: number): Layer => ({
  name: `LPPool${rank}d`,
  family: 'pooling',
  signature: 'norm_type, kernel_size, stride=None, ceil_mode=False',
  forward: functional(`lp_pool${rank}d`, 'norm_type', 'kernel_size', 'stride', 'ceil_mode'),
})

const unpool = (rank: number): Layer => ({
  name: `MaxUnpool${rank}d`,
  family: 'pooling',
  signature: 'kernel_size, stride=None, padding=0',
  construct: strideDefaultsToKernel,
  forward: {
    signature: 'input, indices, output_size=None',
    run: (layer, args) =>
      callFunction(
        layer.interpreter,
        `max_unpool${rank}d`,
        [
          args.value('input'),
          args.value('indices'),
          layer.value('kernel_size'),
          layer.value('stride'),
          layer.value('padding'),
          args.value('output_size'),
        ],
        {},
        args.span,
      ),
  },
})

const fractional = (rank: number): Layer => ({
  name: `FractionalMaxPool${rank}d`,
  family: 'pooling',
  signature: 'kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None',
  forward: functional(`fractional_max_pool${rank}d`, 'kernel_size', 'output_size', 'output_ratio', 'return_indices'),
})

export const poolingLayers: readonly Layer[] = [
  { name: '_MaxPoolNd', family: 'pooling', signature: null, forward: null },
  { name: '_AvgPoolNd', family: 'pooling', signature: null, forward: null },
  { name: '_AdaptiveMaxPoolNd', family: 'pooling', signature: null, forward: null },
  { name: '_AdaptiveAvgPoolNd', family: 'pooling', signature: null, forward: null },
  ...ranks.map(maxPool),
  ...ranks.map(averagePool),
  ...ranks.map(lpPool),
  ...ranks.map(unpool),
  ...[2, 3].map(fractional),
  ...ranks.map(
    (rank): Layer => ({
      name: `AdaptiveMaxPool${rank}d`,
      family: 'pooling',
      base: '_AdaptiveMaxPoolNd',
      signature: 'output_size, return_indices=False',
      forward: functional(`adaptive_max_pool${rank}d`, 'output_size', 'return_indices'),
    }),
  ),
  ...ranks.map(
    (rank): Layer => ({
      name: `AdaptiveAvgPool${rank}d`,
      family: 'pooling',
      base: '_AdaptiveAvgPoolNd',
      signature: 'output_size',
      forward: functional(`adaptive_avg_pool${rank}d`, 'output_size'),
    }),
  ),
]
