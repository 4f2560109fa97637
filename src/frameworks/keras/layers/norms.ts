/** Normalization layers. */
import { asIntegers } from '../../../python/guards'
import type { ParameterId } from '../../../graph'
import { cast } from '../../torch/functional/cast'
import { normalize } from '../../torch/functional/norm'
import { axesOf, axisOf } from '../../torch/shapes/axes'
import { emit } from '../../torch/tensor/emit'
import { type KerasLayer, onTensor } from '../layer/declare'
import { inTraining } from '../layer/state'
import type { LayerView } from '../layer/view'

const extras = 'beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None'

function scaleAndShift(view: LayerView, shape: readonly number[]): void {
  if (view.flag('scale')) view.weight('gamma', { shape, role: 'normScale' })
  if (view.flag('center')) view.weight('beta', { shape, role: 'normShift' })
}

function ids(view: LayerView): { readonly scale: ParameterId | null; readonly shift: ParameterId | null } {
  return { scale: view.id('gamma', 'normScale'), shift: view.id('beta', 'normShift') }
}

const batchNormalization: KerasLayer = {
  name: 'BatchNormalization',
  parametric: true,
  signature: `axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', gamma_initializer='ones', moving_mean_initializer='zeros', moving_variance_initializer='ones', ${extras}, synchronized=False, renorm=False, renorm_clipping=None, renorm_momentum=0.99`,
  build: (view, shapes) => {
    const shape = shapes[0] ?? []
    const axis = axisOf(view, view.size('axis'), shape.length)
    scaleAndShift(view, [shape[axis] ?? 1])
  },
  callSignature: 'training=None, mask=None',
  call: onTensor((view, given, args) => {
    const input = cast(view, given, 'float')
    const { shape } = input.payload
    const eps = view.number('epsilon') ?? view.refuse('`epsilon` is not known')
    const trainable = view.value('trainable')
    const batchStatistics = (args.boolean('training') ?? inTraining(view.interpreter)) && !(trainable.kind === 'bool' && !trainable.value)
    return emit(view, {
      op: { kind: 'batchNorm', eps, ...ids(view), channelAxis: axisOf(view, view.size('axis'), shape.length), batchStatistics },
      inputs: [input],
      output: { shape, dtype: 'float' },
      hasParameters: true,
    })
  }),
}

/** Axes that the layer normalizes over, ascending. */
function normalizedAxes(view: LayerView, rank: number): readonly number[] {
  const axes = asIntegers(view.value('axis')) ?? view.refuse('`axis` is not known')
  return axesOf(view, axes, rank)
}

function layerNormalization(name: string, center: boolean, signature: string): KerasLayer {
  return {
    name,
    parametric: true,
    signature,
    build: (view, shapes) => {
      const shape = shapes[0] ?? []
      const own = normalizedAxes(view, shape.length).map((axis) => shape[axis] ?? 1)
      if (center) scaleAndShift(view, own)
      else view.weight('scale', { shape: own, role: 'normScale', argument: 'scale_initializer' })
    },
    call: onTensor((view, given) => {
      const input = cast(view, given, 'float')
      const { shape } = input.payload
      const eps = view.number('epsilon') ?? view.refuse('`epsilon` is not known')
      const centered = center && !view.flag('rms_scaling')
      const own = center ? ids(view) : { scale: view.id('scale', 'normScale'), shift: null }
      return emit(view, {
        op: { kind: 'layerNorm', axes: normalizedAxes(view, shape.length), eps, center: centered, ...own },
        inputs: [input],
        output: { shape, dtype: 'float' },
        hasParameters: true,
      })
    }),
  }
}

const groupNormalization: KerasLayer = {
  name: 'GroupNormalization',
  parametric: true,
  signature: `groups=32, axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', gamma_initializer='ones', ${extras}`,
  build: (view, shapes) => {
    const shape = shapes[0] ?? []
    scaleAndShift(view, [shape[axisOf(view, view.size('axis'), shape.length)] ?? 1])
  },
  call: onTensor((view, given) => {
    const input = cast(view, given, 'float')
    const { shape } = input.payload
    const channelAxis = axisOf(view, view.size('axis'), shape.length)
    const asked = view.size('groups')
    const groups = asked === -1 ? (shape[channelAxis] ?? 1) : asked
    if ((shape[channelAxis] ?? 1) % groups !== 0) return view.refuse(`${shape[channelAxis]} channels are not divisible by ${groups} groups`)
    const eps = view.number('epsilon') ?? view.refuse('`epsilon` is not known')
    return emit(view, {
      op: { kind: 'groupNorm', groups, eps, ...ids(view), channelAxis },
      inputs: [input],
      output: { shape, dtype: 'float' },
      hasParameters: true,
    })
  }),
}

export const normLayers: readonly KerasLayer[] = [
  batchNormalization,
  layerNormalization(
    'LayerNormalization',
    true,
    `axis=-1, epsilon=0.001, center=True, scale=True, rms_scaling=False, beta_initializer='zeros', gamma_initializer='ones', ${extras}`,
  ),
  layerNormalization('RMSNormalization', false, "axis=-1, epsilon=1e-6, scale_initializer='ones'"),
  groupNormalization,
  {
    name: 'UnitNormalization',
    signature: 'axis=-1',
    call: onTensor((view, input) => normalize(view, input, 2, axisOf(view, view.size('axis'), input.payload.shape.length), 1e-12)),
  },
]
