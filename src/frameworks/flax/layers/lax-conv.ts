/** `lax.conv_general_dilated` of arrays whose channels come last, with a weight of the program's own. */
import { asItems } from '../../../python/guards'
import type { Value } from '../../../python/values'
import { windowOutput } from '../../windows/sizes'
import { emit } from '../../torch/tensor/emit'
import { parameterStorage } from '../../torch/tensor/parameter'
import { plainWeight } from '../../torch/tensor/weight'
import type { ArrayCall } from '../arrays/call'
import type { ArrayFunction } from '../arrays/declare'
import { channelsFirst, channelsLast, paddingOf, sidesOf } from './windows'

/** Whether axes are [N, …window, C], [...window, in, out] and [N, …window, C]. */
function isChannelsLast(value: Value): boolean {
  if (value.kind === 'str') return value.value === 'channels_last'
  const names = asItems(value)?.map((item) => (item.kind === 'str' ? item.value : ''))
  return names?.length === 3 && /^N[^C]*C$/.test(names[0] ?? '') && /^[^IO]*IO$/.test(names[1] ?? '') && names[2] === names[0]
}

function convolution(call: ArrayCall): Value | null {
  const [input, kernel] = [call.tensor('lhs'), call.tensor('rhs')]
  const sizes = kernel.payload.shape.slice(0, -2)
  const rank = sizes.length
  const numbers = (name: string): readonly number[] => (call.isNone(name) ? sizes.map(() => 1) : call.integers(name))
  const [stride, dilation, stretch] = [numbers('window_strides'), numbers('rhs_dilation'), numbers('lhs_dilation')]
  const padding = paddingOf(call.value('padding'), rank)
  const usual = isChannelsLast(call.value('dimension_numbers')) && input.payload.shape.length === rank + 2
  if (!usual || padding === null || stretch.some((each) => each !== 1)) return null
  const x = channelsFirst(call, input)
  const { shape } = x.payload
  const sides = sizes.map((size, axis) => sidesOf(padding, axis, shape[axis + 2] ?? 1, size, stride[axis] ?? 1, dilation[axis] ?? 1))
  const spatial = sizes.map((size, axis) =>
    windowOutput(shape[axis + 2] ?? 1, sides[axis] ?? [0, 0], size, stride[axis] ?? 1, dilation[axis] ?? 1),
  )
  const [channels = 1, features = 1] = kernel.payload.shape.slice(-2)
  const output = { shape: [shape[0] ?? 1, features, ...spatial], dtype: 'float' as const }
  const record = parameterStorage(kernel)?.parameter ?? null
  if (record?.role === 'free') {
    record.role = 'weight'
    record.shape = [features, channels, ...sizes]
  }
  const weight = record === null ? null : plainWeight(call, kernel, 'weight')
  if (weight === null) {
    const op = { kind: 'opaque' as const, name: 'conv', reason: 'a convolution with a computed kernel is not modelled' }
    return channelsLast(call, emit(call, { op, inputs: [x, kernel], output }))
  }
  const y = emit(call, {
    op: {
      kind: 'conv',
      weight,
      bias: null,
      inChannels: shape[1] ?? 1,
      outChannels: features,
      kernel: sizes,
      stride,
      padding: sides,
      dilation,
      groups: call.integer('feature_group_count'),
      paddingMode: 'zeros',
    },
    inputs: [x],
    output,
    hasParameters: true,
  })
  return channelsLast(call, y)
}

export const convolutionFunctions: readonly ArrayFunction[] = [
  {
    names: ['conv_general_dilated'],
    parameters:
      'lhs, rhs, window_strides, padding, lhs_dilation=None, rhs_dilation=None, dimension_numbers=None, feature_group_count=1, batch_group_count=1, precision=None, preferred_element_type=None, out_sharding=None',
    body: convolution,
  },
]
