/** Padding, interpolation, sampling and image windows. */
import type { PaddingMode, UpsampleOp } from '../../../graph'
import { asItems, asNumber } from '../../../python/guards'
import { unknown } from '../../../python/make'
import type { Value } from '../../../python/values'
import { pad } from '../functional/pad'
import { perAxis, windowCount } from '../shapes/windows'
import { runtimeError, valueError } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import type { Call } from './call'
import type { TorchFunction } from './declare'

const paddingModes: ReadonlyMap<string, PaddingMode> = new Map([
  ['constant', 'zeros'],
  ['reflect', 'reflect'],
  ['replicate', 'replicate'],
  ['circular', 'circular'],
])

const upsampleModes: ReadonlyMap<string, UpsampleOp['mode']> = new Map([
  ['nearest', 'nearest'],
  ['nearest-exact', 'nearest'],
  ['linear', 'linear'],
  ['bilinear', 'linear'],
  ['trilinear', 'linear'],
  ['bicubic', 'cubic'],
  ['area', 'area'],
])

/** One number for each spatial axis: ⌊size·factor⌋, or the sizes asked for. */
function resizedSizes(call: Call, spatial: readonly number[]): readonly number[] {
  if (!call.isNone('size')) return perAxis(call.integers('size'), spatial.length)
  const value = call.value('scale_factor')
  const factors = (asItems(value) ?? [value]).map(asNumber)
  if (factors.some((factor) => factor === undefined)) return valueError(call, 'either size or scale_factor should be defined')
  return spatial.map((size, axis) => Math.floor(size * ((factors.length === 1 ? factors[0] : factors[axis]) ?? 1)))
}

function interpolate(call: Call): Value {
  const input = call.tensor('input')
  const { shape, dtype } = input.payload
  const name = call.name === 'upsample_bilinear' ? 'bilinear' : call.name === 'upsample_nearest' ? 'nearest' : (call.text('mode') ?? '')
  const mode = upsampleModes.get(name)
  if (mode === undefined) return unknown(`the interpolation mode ${name} is not modelled`, call.span)
  const rank = shape.length - 2
  if (rank < 1 || rank > 3) runtimeError(call, `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${shape.length}D)`)
  const alignCorners = call.name === 'upsample_bilinear' || (!call.isNone('align_corners') && call.flag('align_corners'))
  const output = [...shape.slice(0, 2), ...resizedSizes(call, shape.slice(2))]
  return emit(call, { op: { kind: 'upsample', mode, alignCorners, rank }, inputs: [input], output: { shape: output, dtype } })
}

function unfold(call: Call): TensorValue {
  const input = call.tensor('input')
  const { shape, dtype } = input.payload
  const [batch = 1, channels = 1, ...spatial] = shape.length === 3 ? [1, ...shape] : shape
  const [kernel, dilation, padding, stride] = ['kernel_size', 'dilation', 'padding', 'stride'].map((name) =>
    perAxis(call.integers(name), 2),
  ) as [readonly number[], readonly number[], readonly number[], readonly number[]]
  const positions = spatial.map((size, axis) =>
    windowCount(size, kernel[axis] ?? 1, stride[axis] ?? 1, [padding[axis] ?? 0, padding[axis] ?? 0], dilation[axis] ?? 1),
  )
  if (positions.some((count) => count < 1))
    runtimeError(
      call,
      `Given input with spatial size (${spatial.join(', ')}), kernel_size=(${kernel.join(', ')}), the array of sliding blocks is too small`,
    )
  const output = [channels * kernel.reduce((a, b) => a * b, 1), positions.reduce((a, b) => a * b, 1)]
  return emit(call, {
    op: { kind: 'unfold', kernel, stride, padding, dilation },
    inputs: [input],
    output: { shape: shape.length === 3 ? output : [batch, ...output], dtype },
  })
}

function fold(call: Call): TensorValue {
  const input = call.tensor('input')
  const { shape, dtype } = input.payload
  const [kernel, dilation, padding, stride, output] = ['kernel_size', 'dilation', 'padding', 'stride', 'output_size'].map((name) =>
    perAxis(call.integers(name), 2),
  ) as [readonly number[], readonly number[], readonly number[], readonly number[], readonly number[]]
  const columns = shape.at(-2) ?? 1
  const channels = columns / kernel.reduce((a, b) => a * b, 1)
  const positions = output
    .map((size, axis) =>
      windowCount(size, kernel[axis] ?? 1, stride[axis] ?? 1, [padding[axis] ?? 0, padding[axis] ?? 0], dilation[axis] ?? 1),
    )
    .reduce((a, b) => a * b, 1)
  if (!Number.isInteger(channels))
    runtimeError(
      call,
      `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${columns} and kernel_size=(${kernel.join(', ')}).`,
    )
  if (shape.at(-1) !== positions)
    runtimeError(
      call,
      `Given output_size=(${output.join(', ')}), kernel_size=(${kernel.join(', ')}), dilation=(${dilation.join(', ')}), padding=(${padding.join(', ')}), stride=(${stride.join(', ')}), expected size of input's dimension 2 to match the calculated number of sliding blocks ${positions}, but got input.size(2)=${shape.at(-1)}.`,
    )
  return emit(call, {
    op: { kind: 'fold', output, kernel, stride, padding, dilation },
    inputs: [input],
    output: { shape: [...shape.slice(0, -2), channels, ...output], dtype },
  })
}

const upsampling = 'input, size=None, scale_factor=None'

export const resizeFunctions: readonly TorchFunction[] = [
  {
    names: ['pad'],
    parameters: "input, pad, mode='constant', value=None",
    places: ['functional'],
    listed: true,
    body: (call) => {
      const mode = paddingModes.get(call.text('mode') ?? '')
      if (mode === undefined) return unknown('the padding mode is not known', call.span)
      return pad(call, call.tensor('input'), call.integers('pad'), mode, call.optionalNumber('value') ?? 0)
    },
  },
  {
    names: ['interpolate'],
    parameters: `${upsampling}, mode='nearest', align_corners=None, recompute_scale_factor=None, antialias=False`,
    places: ['functional'],
    listed: true,
    body: interpolate,
  },
  {
    names: ['upsample'],
    parameters: `${upsampling}, mode='nearest', align_corners=None`,
    places: ['functional'],
    listed: true,
    body: interpolate,
  },
  { names: ['upsample_nearest', 'upsample_bilinear'], parameters: upsampling, places: ['functional'], listed: true, body: interpolate },
  {
    names: ['unfold'],
    parameters: 'input, kernel_size, dilation=1, padding=0, stride=1',
    places: ['functional'],
    listed: true,
    body: unfold,
  },
  {
    names: ['fold'],
    parameters: 'input, output_size, kernel_size, dilation=1, padding=0, stride=1',
    places: ['functional'],
    listed: true,
    body: fold,
  },
  {
    names: ['grid_sample'],
    parameters: "input, grid, mode='bilinear', padding_mode='zeros', align_corners=None",
    places: ['functional'],
    listed: true,
    body: (call) => {
      const [input, grid] = [call.tensor('input'), call.tensor('grid')]
      const shape = [...input.payload.shape.slice(0, 2), ...grid.payload.shape.slice(1, -1)]
      return emit(call, {
        op: { kind: 'opaque', name: 'grid_sample', reason: 'sampling by a grid is not modelled' },
        inputs: [input, grid],
        output: { shape, dtype: 'float' },
      })
    },
  },
  {
    names: ['affine_grid'],
    parameters: 'theta, size, align_corners=None',
    places: ['functional'],
    body: (call) => {
      const size = call.integers('size')
      const shape = [size[0] ?? 1, ...size.slice(2), size.length - 2]
      return emit(call, {
        op: { kind: 'opaque', name: 'affine_grid', reason: 'affine grids are not modelled' },
        inputs: [call.tensor('theta')],
        output: { shape, dtype: 'float' },
      })
    },
  },
]
