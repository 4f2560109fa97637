/** Conv and ConvTranspose. */
import type { PaddingMode } from '../../../graph'
import { type Sides, transposedCrop, windowOutput } from '../../windows/sizes'
import { convolveTransposed, transposedSizes } from '../../windows/transposed'
import type { TensorValue } from '../../torch/tensor'
import { emit } from '../../torch/tensor/emit'
import { lecunNormal } from '../initializers/functions'
import { type FlaxLayer, onArray } from '../layer/declare'
import type { LayerView } from '../layer/view'
import { channelsFirst, channelsLast, oneBatchAxis, paddingOf, sidesOf } from './windows'

const tail = 'use_bias=True, mask=None, dtype=None, param_dtype=None, precision=None, kernel_init=None, bias_init=None'

function expectChannels(view: LayerView, shape: readonly number[], rank: number): void {
  const expected = view.integer('in_features')
  if (shape.length < rank + 1) view.refuse(`expected an input of ${rank + 2} axes, but its shape is (${shape.join(', ')})`)
  if (expected !== undefined && shape.at(-1) !== expected)
    view.refuse(`expected ${expected} channels on the last axis of the input, but its shape is (${shape.join(', ')})`)
}

const modes: Readonly<Record<string, PaddingMode>> = { CIRCULAR: 'circular', REFLECT: 'reflect' }

function convolve(view: LayerView, input: TensorValue): TensorValue {
  const kernel = view.sizes('kernel_size')
  const rank = kernel.length
  const [stride, dilation, stretch] = ['strides', 'kernel_dilation', 'input_dilation'].map((name) => view.perAxis(name, rank)) as [
    readonly number[],
    readonly number[],
    readonly number[],
  ]
  const padding =
    paddingOf(view.value('padding'), rank) ?? view.refuse("`padding` must be 'SAME', 'VALID', 'CIRCULAR', 'CAUSAL' or numbers")
  const x = channelsFirst(view, input)
  const { shape } = x.payload
  const output = { features: view.size('features'), groups: view.size('feature_group_count') }
  const spatial = shape.slice(2)
  const sides = spatial.map((size, axis) => sidesOf(padding, axis, size, kernel[axis] ?? 1, stride[axis] ?? 1, dilation[axis] ?? 1))
  const sizes = spatial.map((size, axis) =>
    windowOutput(size, sides[axis] ?? [0, 0], kernel[axis] ?? 1, stride[axis] ?? 1, dilation[axis] ?? 1),
  )
  if (sizes.some((size) => size < 1)) view.refuse(`the input of shape (${input.payload.shape.join(', ')}) is smaller than the window`)
  const type = { shape: [shape[0] ?? 1, output.features, ...sizes], dtype: 'float' as const }
  if (stretch.some((each) => each !== 1) || !view.isNone('mask')) {
    const reason = view.isNone('mask') ? 'a convolution with `input_dilation` is not modelled' : 'a masked convolution is not modelled'
    return channelsLast(view, emit(view, { op: { kind: 'opaque', name: 'conv', reason }, inputs: [x], output: type }))
  }
  const y = emit(view, {
    op: {
      kind: 'conv',
      weight: view.needed('kernel'),
      bias: view.id('bias', 'bias'),
      inChannels: shape[1] ?? 1,
      outChannels: output.features,
      kernel,
      stride,
      padding: sides,
      dilation,
      groups: output.groups,
      paddingMode: typeof padding === 'string' ? (modes[padding] ?? 'zeros') : 'zeros',
    },
    inputs: [x],
    output: type,
    hasParameters: true,
  })
  return channelsLast(view, y)
}

/** kernel [...window, in/groups, features]. */
const conv: FlaxLayer = {
  linen: 'Conv',
  nnx: 'Conv',
  parametric: true,
  fields: `features, kernel_size, strides=1, padding='SAME', input_dilation=1, kernel_dilation=1, feature_group_count=1, ${tail}, promote_dtype=None, conv_general_dilated=None, conv_general_dilated_cls=None`,
  nnxParameters: `in_features, out_features, kernel_size, strides=1, *, padding='SAME', input_dilation=1, kernel_dilation=1, feature_group_count=1, ${tail}, conv_general_dilated=None, promote_dtype=None, preferred_element_type=None, kernel_metadata=None, bias_metadata=None`,
  renamed: { features: 'out_features' },
  weights: (view, shape) => {
    const features = view.size('features')
    const groups = view.size('feature_group_count')
    const channels = shape === null ? view.size('in_features') : (shape.at(-1) ?? 1)
    if (channels % groups !== 0) view.refuse(`the input's ${channels} channels are not divisible by ${groups} groups`)
    const kernel = view.sizes('kernel_size')
    view.weight('kernel', {
      shape: [...kernel, channels / groups, features],
      asUsed: [features, channels / groups, ...kernel],
      initial: lecunNormal,
    })
    view.bias([features])
  },
  callSignature: 'inputs, out_sharding=None',
  call: onArray('inputs', (view, input) => {
    const rank = view.sizes('kernel_size').length
    expectChannels(view, input.payload.shape, rank)
    return oneBatchAxis(view, input, rank, (flat) => convolve(view, flat))
  }),
}

function transposed(view: LayerView, input: TensorValue): TensorValue {
  const kernel = view.sizes('kernel_size')
  const rank = kernel.length
  const [stride, dilation] = ['strides', 'kernel_dilation'].map((name) => view.perAxis(name, rank)) as [
    readonly number[],
    readonly number[],
  ]
  const padding = paddingOf(view.value('padding'), rank) ?? view.refuse("`padding` must be 'SAME', 'VALID', 'CIRCULAR' or numbers")
  const x = channelsFirst(view, input)
  const { shape } = x.payload
  const crops = kernel.map((size, axis): Sides => {
    const [step, gap] = [stride[axis] ?? 1, dilation[axis] ?? 1]
    if (typeof padding === 'string') return transposedCrop(padding === 'SAME' ? 'same' : 'valid', size, step, gap, null)
    const [before, after] = padding[axis] ?? [0, 0]
    const extent = (size - 1) * gap + 1
    return [extent - 1 - before, extent - 1 - after]
  })
  const outChannels = view.size('features')
  const windows = { outChannels, kernel, stride, dilation, crops }
  if (padding === 'CIRCULAR' || padding === 'REFLECT' || crops.some(([before]) => before < 0)) {
    const wrapped =
      padding === 'CIRCULAR' ? shape.slice(2).map((size, axis) => size * (stride[axis] ?? 1)) : transposedSizes(shape, windows)
    const op = { kind: 'opaque' as const, name: 'convTranspose', reason: 'a transposed convolution with this padding is not modelled' }
    return channelsLast(view, emit(view, { op, inputs: [x], output: { shape: [shape[0] ?? 1, outChannels, ...wrapped], dtype: 'float' } }))
  }
  const y = convolveTransposed(view, x, { ...windows, weight: view.needed('kernel'), bias: view.id('bias', 'bias') })
  return channelsLast(view, y)
}

/** kernel [...window, in, features]: the last axis but one is the input here too, unless `transpose_kernel` swaps them. */
const convTranspose: FlaxLayer = {
  linen: 'ConvTranspose',
  nnx: 'ConvTranspose',
  parametric: true,
  fields: `features, kernel_size, strides=None, padding='SAME', kernel_dilation=None, ${tail}, transpose_kernel=False, promote_dtype=None, preferred_element_type=None`,
  nnxParameters: `in_features, out_features, kernel_size, strides=None, *, padding='SAME', kernel_dilation=None, ${tail}, transpose_kernel=False, promote_dtype=None, preferred_element_type=None, kernel_metadata=None, bias_metadata=None`,
  renamed: { features: 'out_features' },
  weights: (view, shape) => {
    const features = view.size('features')
    const channels = shape === null ? view.size('in_features') : (shape.at(-1) ?? 1)
    const kernel = view.sizes('kernel_size')
    const ends = view.flag('transpose_kernel') ? [features, channels] : [channels, features]
    view.weight('kernel', { shape: [...kernel, ...ends], asUsed: [channels, features, ...kernel], initial: lecunNormal })
    view.bias([features])
  },
  callSignature: 'inputs',
  call: onArray('inputs', (view, input) => {
    const rank = view.sizes('kernel_size').length
    expectChannels(view, input.payload.shape, rank)
    return oneBatchAxis(view, input, rank, (flat) => transposed(view, flat))
  }),
}

/** A kernel for each position: made, and not modelled. */
const local: FlaxLayer = {
  linen: 'ConvLocal',
  nnx: null,
  parametric: true,
  fields: `features, kernel_size, strides=1, padding='SAME', input_dilation=1, kernel_dilation=1, feature_group_count=1, ${tail}`,
  callSignature: 'inputs',
  call: (view) => view.interpreter.unknown('ConvLocal is not modelled', view.span),
}

export const convLayers: readonly FlaxLayer[] = [conv, convTranspose, local]
