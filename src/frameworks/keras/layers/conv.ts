/** Conv1D … Conv3D, their transposes, depthwise and separable ones. */
import type { Op } from '../../../graph'
import { asIntegers } from '../../../python/guards'
import type { Value } from '../../../python/values'
import { cast } from '../../torch/functional/cast'
import { emit } from '../../torch/tensor/emit'
import type { TensorValue } from '../../torch/tensor'
import { type KerasLayer, onTensor, type Shape } from '../layer/declare'
import type { LayerView } from '../layer/view'
import { channelsFirst, channelsLast, channelsOf } from './channels'
import { paddingOf, transposedCrop, windowOutput, windowPadding } from '../../windows/sizes'
import { convolveTransposed } from '../../windows/transposed'

const regularizers =
  'kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None'
const initializers = "activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros'"

interface Convolved {
  readonly weight: string
  readonly bias: string | null
  readonly inChannels: number
  readonly outChannels: number
  readonly groups: number
}

/** Emits a convolution of a channels-first input with the layer's windows. */
function convolve(view: LayerView, input: TensorValue, rank: number, what: Convolved, windowed = true): TensorValue {
  const one = new Array<number>(rank).fill(1)
  const kernel = windowed ? view.sizes('kernel_size', rank) : one
  const stride = windowed ? view.sizes('strides', rank) : one
  const dilation = windowed ? view.sizes('dilation_rate', rank) : one
  const padding = windowed ? paddingOf(view.text('padding')) : 'valid'
  if (padding === null) return view.refuse("`padding` must be 'valid', 'same' or 'causal'")
  const { shape } = input.payload
  const spatial = shape.slice(2)
  const sides = spatial.map((size, axis) => windowPadding(padding, size, kernel[axis] ?? 1, stride[axis] ?? 1, dilation[axis] ?? 1))
  const output = spatial.map((size, axis) =>
    windowOutput(size, sides[axis] ?? [0, 0], kernel[axis] ?? 1, stride[axis] ?? 1, dilation[axis] ?? 1),
  )
  if (output.some((size) => size < 1)) view.refuse(`the input of shape (${shape.join(', ')}) is smaller than the window`)
  const { weight, bias, inChannels, outChannels, groups } = what
  const op: Op = {
    kind: 'conv',
    weight: view.needed(weight),
    bias: bias === null ? null : view.id(bias, 'bias'),
    inChannels,
    outChannels,
    kernel,
    stride,
    padding: sides,
    dilation,
    groups,
    paddingMode: 'zeros',
  }
  return emit(view, {
    op,
    inputs: [input],
    output: { shape: [shape[0] ?? 1, outChannels, ...output], dtype: 'float' },
    hasParameters: true,
  })
}

function checkRank(view: LayerView, input: TensorValue, rank: number): TensorValue {
  const { shape } = input.payload
  if (shape.length !== rank + 2) view.refuse(`expected an input of ${rank + 2} axes, but its shape is (${shape.join(', ')})`)
  return channelsFirst(view, cast(view, input, 'float'))
}

/** kernel [...window, in/groups, filters]. */
function conv(rank: number): KerasLayer {
  const one = rank === 1 ? '1' : `(${new Array(rank).fill(1).join(', ')})`
  return {
    name: `Conv${rank}D`,
    aliases: [`Convolution${rank}D`],
    parametric: true,
    signature: `filters, kernel_size, strides=${one}, padding='valid', data_format=None, dilation_rate=${one}, groups=1, ${initializers}, ${regularizers}`,
    build: (view, shapes) => {
      const filters = view.size('filters')
      const groups = view.size('groups')
      const channels = channelsOf(view, shapes[0] ?? [])
      if (channels % groups !== 0) view.refuse(`the input's ${channels} channels are not divisible by ${groups} groups`)
      const kernel = view.sizes('kernel_size', rank)
      view.weight('kernel', { shape: [...kernel, channels / groups, filters], asUsed: [filters, channels / groups, ...kernel] })
      if (view.flag('use_bias')) view.weight('bias', { shape: [filters], role: 'bias' })
    },
    call: onTensor((view, input) => {
      const x = checkRank(view, input, rank)
      const y = convolve(view, x, rank, {
        weight: 'kernel',
        bias: 'bias',
        inChannels: x.payload.shape[1] ?? 1,
        outChannels: view.size('filters'),
        groups: view.size('groups'),
      })
      return view.activate(channelsLast(view, y))
    }),
  }
}

/** kernel [...window, filters, in]: Keras counts its second last axis as the input, which is the output here. */
function transposed(rank: number): KerasLayer {
  const one = rank === 1 ? '1' : `(${new Array(rank).fill(1).join(', ')})`
  return {
    name: `Conv${rank}DTranspose`,
    aliases: [`Convolution${rank}DTranspose`],
    parametric: true,
    signature: `filters, kernel_size, strides=${one}, padding='valid', output_padding=None, data_format=None, dilation_rate=${one}, ${initializers}, ${regularizers}`,
    build: (view, shapes) => {
      const filters = view.size('filters')
      const channels = channelsOf(view, shapes[0] ?? [])
      const kernel = view.sizes('kernel_size', rank)
      view.weight('kernel', { shape: [...kernel, filters, channels], asUsed: [channels, filters, ...kernel] })
      if (view.flag('use_bias')) view.weight('bias', { shape: [filters], role: 'bias' })
    },
    call: onTensor((view, input) => {
      const x = checkRank(view, input, rank)
      const [kernel, stride, dilation] = ['kernel_size', 'strides', 'dilation_rate'].map((name) => view.sizes(name, rank)) as [
        Shape,
        Shape,
        Shape,
      ]
      const asked = asIntegers(view.value('output_padding'))
      const named = paddingOf(view.text('padding'))
      if (named === null) return view.refuse("`padding` must be 'valid' or 'same'")
      const crops = kernel.map((size, axis) =>
        transposedCrop(named, size, stride[axis] ?? 1, dilation[axis] ?? 1, asked === undefined ? null : (asked[axis] ?? asked[0] ?? 0)),
      )
      const weights = { weight: view.needed('kernel'), bias: view.id('bias', 'bias') }
      const y = convolveTransposed(view, x, { ...weights, outChannels: view.size('filters'), kernel, stride, dilation, crops })
      return view.activate(channelsLast(view, y))
    }),
  }
}

/** kernel [...window, C, multiplier], of which Keras counts window·C as fan_in though each output sums over one window. */
function depthwiseWeight(view: LayerView, rank: number, name: string, channels: number, argument: string): void {
  const multiplier = view.size('depth_multiplier')
  const kernel = view.sizes('kernel_size', rank)
  view.weight(name, { shape: [...kernel, channels, multiplier], asUsed: [channels * multiplier, 1, ...kernel], argument })
}

function depthwise(rank: number): KerasLayer {
  const one = rank === 1 ? '1' : '(1, 1)'
  return {
    name: `DepthwiseConv${rank}D`,
    parametric: true,
    signature: `kernel_size, strides=${one}, padding='valid', depth_multiplier=1, data_format=None, dilation_rate=${one}, activation=None, use_bias=True, depthwise_initializer='glorot_uniform', bias_initializer='zeros', depthwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None, bias_constraint=None`,
    build: (view, shapes) => {
      const channels = channelsOf(view, shapes[0] ?? [])
      depthwiseWeight(view, rank, 'kernel', channels, 'depthwise_initializer')
      if (view.flag('use_bias')) view.weight('bias', { shape: [channels * view.size('depth_multiplier')], role: 'bias' })
    },
    call: onTensor((view, input) => {
      const x = checkRank(view, input, rank)
      const channels = x.payload.shape[1] ?? 1
      const outChannels = channels * view.size('depth_multiplier')
      const y = convolve(view, x, rank, { weight: 'kernel', bias: 'bias', inChannels: channels, outChannels, groups: channels })
      return view.activate(channelsLast(view, y))
    }),
  }
}

/** A depthwise convolution and a pointwise one behind it. */
function separable(rank: number): KerasLayer {
  const one = rank === 1 ? '1' : '(1, 1)'
  return {
    name: `SeparableConv${rank}D`,
    aliases: [`SeparableConvolution${rank}D`],
    parametric: true,
    signature: `filters, kernel_size, strides=${one}, padding='valid', data_format=None, dilation_rate=${one}, depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer='glorot_uniform', pointwise_initializer='glorot_uniform', bias_initializer='zeros', depthwise_regularizer=None, pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None, pointwise_constraint=None, bias_constraint=None`,
    build: (view, shapes) => {
      const channels = channelsOf(view, shapes[0] ?? [])
      const filters = view.size('filters')
      const inner = channels * view.size('depth_multiplier')
      const ones = new Array<number>(rank).fill(1)
      depthwiseWeight(view, rank, 'depthwise_kernel', channels, 'depthwise_initializer')
      view.weight('pointwise_kernel', {
        shape: [...ones, inner, filters],
        asUsed: [filters, inner, ...ones],
        argument: 'pointwise_initializer',
      })
      if (view.flag('use_bias')) view.weight('bias', { shape: [filters], role: 'bias' })
    },
    call: onTensor((view, input): Value => {
      const x = checkRank(view, input, rank)
      const channels = x.payload.shape[1] ?? 1
      const inner = channels * view.size('depth_multiplier')
      const filtered = convolve(view, x, rank, {
        weight: 'depthwise_kernel',
        bias: null,
        inChannels: channels,
        outChannels: inner,
        groups: channels,
      })
      const y = convolve(
        view,
        filtered,
        rank,
        { weight: 'pointwise_kernel', bias: 'bias', inChannels: inner, outChannels: view.size('filters'), groups: 1 },
        false,
      )
      return view.activate(channelsLast(view, y))
    }),
  }
}

export const convLayers: readonly KerasLayer[] = [
  conv(1),
  conv(2),
  conv(3),
  transposed(1),
  transposed(2),
  transposed(3),
  depthwise(1),
  depthwise(2),
  separable(1),
  separable(2),
]
