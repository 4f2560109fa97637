/** Batch, instance, layer, group, RMS and local response norms. */

import { asInteger } from '../../../python/guards'
import { bool, none } from '../../../python/make'
import { method } from '../../../python/native'
import type { Value } from '../../../python/values'
import { ones, zeros } from './defaults'
import { callFunction } from './functional'
import { type Forward, functional, type Layer } from './layer'
import type { Draw, LayerView } from './layer-view'

/** Scale 1, shift 0. */
export const drawIdentity: Draw = (name) => (name === 'weight' ? ones : zeros)

const isOn = (layer: LayerView, value: Value): boolean => layer.interpreter.truth(value) !== false

/** γ and β of `sizes`, and running statistics, as the flags say. */
export function normState(layer: LayerView, sizes: readonly Value[]): void {
  if (isOn(layer, layer.value('affine'))) {
    layer.parameter('weight', sizes, 'normScale')
    layer.parameter('bias', sizes, 'normShift')
  } else {
    layer.withoutParameter('weight')
    layer.withoutParameter('bias')
  }
  if (isOn(layer, layer.value('track_running_stats'))) {
    layer.buffer('running_mean', sizes, 0)
    layer.buffer('running_var', sizes, 1)
    layer.buffer('num_batches_tracked', [], 0, 'int')
  } else {
    for (const name of ['running_mean', 'running_var', 'num_batches_tracked']) layer.set(name, none)
  }
}

const batchNormForward: Forward = {
  signature: 'input',
  run: (layer, args) => {
    const { interpreter } = layer
    // Without running statistics the batch's own are used in any mode.
    const training = layer.value('running_mean').kind === 'none' ? bool(true) : layer.value('training')
    return callFunction(
      interpreter,
      'batch_norm',
      [args.value('input'), layer.value('running_mean'), layer.value('running_var'), layer.value('weight'), layer.value('bias'), training],
      { eps: layer.value('eps') },
      args.span,
    )
  },
}

const instanceNormForward: Forward = {
  signature: 'input',
  run: (layer, args) =>
    callFunction(
      layer.interpreter,
      'instance_norm',
      [args.value('input'), layer.value('running_mean'), layer.value('running_var'), layer.value('weight'), layer.value('bias')],
      { eps: layer.value('eps') },
      args.span,
    ),
}

function batchNorm(name: string): Layer {
  return {
    name,
    family: 'batchnorm',
    base: '_BatchNorm',
    signature: 'num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None',
    construct: (layer) => normState(layer, [layer.value('num_features')]),
    draw: drawIdentity,
    forward: batchNormForward,
  }
}

function instanceNorm(rank: number): Layer {
  return {
    name: `InstanceNorm${rank}d`,
    family: 'instancenorm',
    base: '_InstanceNorm',
    signature: 'num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None',
    construct: (layer) => normState(layer, [layer.value('num_features')]),
    draw: drawIdentity,
    forward: instanceNormForward,
  }
}

/** γ and β over the normalized shape, an int or a sequence. */
function normalizedShape(layer: LayerView, hasBias: boolean, bias: Value): void {
  layer.expand('normalized_shape', 1)
  const sizes = [layer.value('normalized_shape')]
  const affine = isOn(layer, layer.value('elementwise_affine'))
  if (affine) layer.parameter('weight', sizes, 'normScale')
  else layer.withoutParameter('weight')
  if (!hasBias) return
  if (affine && isOn(layer, bias)) layer.parameter('bias', sizes, 'normShift')
  else layer.withoutParameter('bias')
}

function groupNormParameters(layer: LayerView): void {
  const groups = layer.integer('num_groups')
  const channels = asInteger(layer.value('num_channels'))
  if (groups !== undefined && channels !== undefined && (groups <= 0 || channels % groups !== 0)) {
    layer.refuse('ValueError', 'num_channels must be divisible by num_groups')
  }
  for (const [name, role] of [
    ['weight', 'normScale'],
    ['bias', 'normShift'],
  ] as const) {
    if (isOn(layer, layer.value('affine'))) layer.parameter(name, [layer.value('num_channels')], role)
    else layer.withoutParameter(name)
  }
}

export const normLayers: readonly Layer[] = [
  { name: '_NormBase', family: 'batchnorm', signature: null, forward: null },
  { name: '_BatchNorm', family: 'batchnorm', base: '_NormBase', signature: null, forward: null },
  { name: '_InstanceNorm', family: 'instancenorm', base: '_NormBase', signature: null, forward: null },
  ...['BatchNorm1d', 'BatchNorm2d', 'BatchNorm3d'].map(batchNorm),
  {
    ...batchNorm('SyncBatchNorm'),
    signature: 'num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, process_group=None, device=None, dtype=None',
    methods: [{ ...method('convert_sync_batchnorm(module, process_group=None)', (args) => args.value('module')), bindsSelf: false }],
  },
  ...[1, 2, 3].map(instanceNorm),
  {
    name: 'LayerNorm',
    family: 'normalization',
    signature: 'normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None',
    construct: (layer, args) => {
      layer.module.attributes.delete('bias')
      normalizedShape(layer, true, args.value('bias'))
    },
    draw: drawIdentity,
    forward: functional('layer_norm', 'normalized_shape', 'weight', 'bias', 'eps'),
  },
  {
    name: 'RMSNorm',
    family: 'normalization',
    signature: 'normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None',
    construct: (layer) => normalizedShape(layer, false, none),
    draw: drawIdentity,
    forward: functional('rms_norm', 'normalized_shape', 'weight', 'eps'),
  },
  {
    name: 'GroupNorm',
    family: 'normalization',
    signature: 'num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None',
    construct: groupNormParameters,
    draw: drawIdentity,
    forward: functional('group_norm', 'num_groups', 'weight', 'bias', 'eps'),
  },
  {
    name: 'LocalResponseNorm',
    family: 'normalization',
    signature: 'size, alpha=1e-4, beta=0.75, k=1.0',
    forward: functional('local_response_norm', 'size', 'alpha', 'beta', 'k'),
  },
  {
    name: 'CrossMapLRN2d',
    family: 'normalization',
    signature: 'size, alpha=1e-4, beta=0.75, k=1',
    forward: functional('local_response_norm', 'size', 'alpha', 'beta', 'k'),
  },
]
