/** BatchNorm, LayerNorm, RMSNorm, GroupNorm, InstanceNorm, Dropout, PReLU. */
import { asBoolean, asIntegers } from '../../../python/guards'
import type { ParameterId } from '../../../graph'
import type { Bound } from '../../../python/native'
import type { Value } from '../../../python/values'
import { dropout } from '../../torch/functional/dropout'
import { axesOf, axisOf } from '../../torch/shapes/axes'
import { prelu } from '../../torch/functional/prelu'
import type { TensorValue } from '../../torch/tensor'
import { count } from '../../torch/tensor/layout'
import { emit } from '../../torch/tensor/emit'
import { constantInitializer, ones, zeros } from '../initializers/functions'
import { type FlaxLayer, onArray } from '../layer/declare'
import type { LayerView } from '../layer/view'

const types = 'dtype=None, param_dtype=None'
const scaleAndBias = 'use_bias=True, use_scale=True, bias_init=None, scale_init=None'
const axesTail = 'axis_name=None, axis_index_groups=None, use_fast_variance=True'
const nnxTail = `${axesTail}, promote_dtype=None, bias_metadata=None, scale_metadata=None`

function affineWeights(view: LayerView, shape: readonly number[]): void {
  if (view.flag('use_scale')) view.weight('scale', { shape, role: 'normScale', initial: ones })
  if (view.flag('use_bias')) view.weight('bias', { shape, role: 'normShift', initial: zeros })
}

function ids(view: LayerView): { readonly scale: ParameterId | null; readonly shift: ParameterId | null } {
  return { scale: view.id('scale', 'normScale'), shift: view.id('bias', 'normShift') }
}

/** A flag that the layer's field or the call gives, the call first; undefined where neither is known. */
export function given(view: LayerView, args: Bound, name: string): boolean | undefined {
  const own = args.value(name)
  return asBoolean(own.kind === 'none' ? view.value(name) : own)
}

const batchNorm: FlaxLayer = {
  linen: 'BatchNorm',
  nnx: 'BatchNorm',
  parametric: true,
  fields: `use_running_average=None, axis=-1, momentum=0.99, epsilon=1e-5, ${types}, ${scaleAndBias}, ${axesTail}, force_float32_reductions=True`,
  nnxParameters: `num_features, *, use_running_average=False, axis=-1, momentum=0.99, epsilon=1e-5, ${types}, ${scaleAndBias}, ${nnxTail}`,
  weights: (view, shape) => {
    const features =
      shape === null ? [view.size('num_features')] : axesOf(view, view.sizes('axis'), shape.length).map((axis) => shape[axis] ?? 1)
    affineWeights(view, features)
  },
  callSignature: 'x, use_running_average=None, *, mask=None',
  call: onArray('x', (view, x, args) => {
    const { shape } = x.payload
    const axes = axesOf(view, view.sizes('axis'), shape.length)
    const [channelAxis] = axes
    if (axes.length !== 1 || channelAxis === undefined)
      return view.interpreter.unknown('BatchNorm over several feature axes is not modelled', view.span)
    const batchStatistics = given(view, args, 'use_running_average') !== true
    return emit(view, {
      op: { kind: 'batchNorm', eps: view.known('epsilon'), ...ids(view), channelAxis, batchStatistics },
      inputs: [x],
      output: { shape, dtype: 'float' },
      hasParameters: true,
    })
  }),
}

function layerNorm(name: string, center: boolean): FlaxLayer {
  const own = center ? scaleAndBias : 'use_scale=True, scale_init=None'
  const axes = 'reduction_axes=-1, feature_axes=-1'
  return {
    linen: name,
    nnx: name,
    parametric: true,
    fields: `epsilon=1e-6, ${types}, ${own}, ${axes}, ${axesTail}`,
    nnxParameters: `num_features, *, epsilon=1e-6, ${types}, ${own}, ${axes}, ${nnxTail}`,
    weights: (view, shape) => {
      const features =
        shape === null
          ? [view.size('num_features')]
          : axesOf(view, view.sizes('feature_axes'), shape.length).map((axis) => shape[axis] ?? 1)
      affineWeights(view, features)
    },
    callSignature: 'x, *, mask=None',
    call: onArray('x', (view, x) => {
      const { shape } = x.payload
      return emit(view, {
        op: {
          kind: 'layerNorm',
          axes: axesOf(view, view.sizes('reduction_axes'), shape.length),
          eps: view.known('epsilon'),
          center,
          ...ids(view),
        },
        inputs: [x],
        output: { shape, dtype: 'float' },
        hasParameters: true,
      })
    }),
  }
}

function grouped(view: LayerView, x: TensorValue, groups: number): Value {
  const { shape } = x.payload
  const channelAxis = shape.length - 1
  const channels = shape[channelAxis] ?? 1
  if (channels % groups !== 0) return view.refuse(`${channels} channels are not divisible by ${groups} groups`)
  return emit(view, {
    op: { kind: 'groupNorm', groups, eps: view.known('epsilon'), ...ids(view), channelAxis },
    inputs: [x],
    output: { shape, dtype: 'float' },
    hasParameters: true,
  })
}

const lastAxis = (view: LayerView, shape: readonly number[] | null): void =>
  affineWeights(view, [shape === null ? view.size('num_features') : (shape.at(-1) ?? 1)])

const groupNorm: FlaxLayer = {
  linen: 'GroupNorm',
  nnx: 'GroupNorm',
  parametric: true,
  fields: `num_groups=32, group_size=None, epsilon=1e-6, ${types}, ${scaleAndBias}, reduction_axes=None, ${axesTail}`,
  nnxParameters: `num_features, num_groups=32, group_size=None, *, epsilon=1e-6, ${types}, ${scaleAndBias}, reduction_axes=None, ${nnxTail}`,
  weights: lastAxis,
  callSignature: 'x, *, mask=None',
  call: onArray('x', (view, x) => {
    if (!view.isNone('reduction_axes')) return view.interpreter.unknown('GroupNorm over axes of its own is not modelled', view.span)
    const size = view.isNone('group_size') ? null : view.size('group_size')
    return grouped(view, x, size === null ? view.size('num_groups') : (x.payload.shape.at(-1) ?? 1) / size)
  }),
}

const instanceNorm: FlaxLayer = {
  linen: 'InstanceNorm',
  nnx: 'InstanceNorm',
  parametric: true,
  fields: `epsilon=1e-6, ${types}, ${scaleAndBias}, feature_axes=-1, ${axesTail}`,
  nnxParameters: `num_features, *, epsilon=1e-6, ${types}, ${scaleAndBias}, feature_axes=-1, ${nnxTail}`,
  weights: lastAxis,
  callSignature: 'x, *, mask=None',
  call: onArray('x', (view, x) => grouped(view, x, x.payload.shape.at(-1) ?? 1)),
}

/** Axes that share a mask make it drop whole maps. */
function dropped(view: LayerView, x: TensorValue, rate: number): Value {
  const shared = asIntegers(view.value('broadcast_dims')) ?? []
  const { shape } = x.payload
  if (shared.length === 0) return dropout(view, x, rate)
  const axes = axesOf(view, shared, shape.length)
  const own = [...shape.keys()].filter((axis) => !axes.includes(axis) && (shape[axis] ?? 1) > 1)
  if (own.length === 1 && own[0] === 0) return dropout(view, x, rate, 'path')
  const isMaps = own.length === 2 && own[0] === 0 && own[1] === axisOf(view, -1, shape.length)
  return isMaps ? dropout(view, x, rate, 'channel') : dropout(view, x, rate)
}

const dropoutLayer: FlaxLayer = {
  linen: 'Dropout',
  nnx: 'Dropout',
  fields: "rate, broadcast_dims=(), deterministic=None, rng_collection='dropout'",
  nnxParameters: "rate, *, broadcast_dims=(), deterministic=False, rng_collection='dropout'",
  callSignature: 'inputs, deterministic=None, rng=None, *, rngs=None',
  call: onArray('inputs', (view, input, args) => {
    if (given(view, args, 'deterministic') === true) return input
    const rate = view.known('rate')
    return rate === 0 || count(input.payload.shape) === 0 ? input : dropped(view, input, rate)
  }),
}

const preluLayer: FlaxLayer = {
  linen: 'PReLU',
  nnx: 'PReLU',
  parametric: true,
  fields: 'param_dtype=None, negative_slope_init=0.01',
  nnxParameters: 'negative_slope_init=0.01, *, dtype=None, param_dtype=None, promote_dtype=None, negative_slope_metadata=None',
  weights: (view) => {
    const slope = view.known('negative_slope_init')
    view.weight('negative_slope', {
      shape: [],
      stored: [1],
      role: 'slope',
      field: 'slope_init',
      initial: constantInitializer(slope),
    })
  },
  callSignature: 'inputs',
  call: onArray('inputs', (view, input) => {
    const slope = view.tensor('negative_slope')
    return slope === null ? view.refuse('its slope is not known') : prelu(view, input, slope)
  }),
}

export const normLayers: readonly FlaxLayer[] = [
  batchNorm,
  layerNorm('LayerNorm', true),
  layerNorm('RMSNorm', false),
  groupNorm,
  instanceNorm,
  dropoutLayer,
  preluLayer,
]
