/** Convolutions and their transposes over 1 to 3 spatial axes. */
import type { PaddingMode } from '../../../graph'
import { sizes } from '../shapes/text'
import { convolvedSizes, perAxis, type Windows } from '../shapes/windows'
import { runtimeError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { count } from '../tensor/layout'
import { unknownData } from '../tensor/make'
import { isRecorded } from '../tensor/operand'
import { asShape, dropAxes, insertAxis } from '../tensor/views'
import { plainWeight, weightOf } from '../tensor/weight'
import { add, affine } from './arithmetic'
import { matmul } from './matmul'
import { pad } from './pad'

export interface ConvolutionArguments {
  readonly stride: readonly number[]
  /** [before, after] per axis, or torch's names. */
  readonly padding: readonly (readonly [number, number])[] | 'same' | 'valid'
  readonly dilation: readonly number[]
  readonly groups: number
  readonly paddingMode: PaddingMode
}

/** The same padding on both sides. */
export function bothSides(padding: readonly number[]): (readonly [number, number])[] {
  return padding.map((size) => [size, size] as const)
}

/** y = x ⋆ W + b. weight [out, in/groups, ...kernel]; input [N, C, …] or [C, …]. */
export function convolve(
  at: Site,
  input: TensorValue,
  weight: TensorValue,
  bias: TensorValue | null,
  args: ConvolutionArguments,
): TensorValue {
  const kernel = weight.payload.shape.slice(2)
  const rank = kernel.length
  return batched(at, input, rank, (x) => {
    const [outChannels = 0, groupChannels = 0] = weight.payload.shape
    const channels = x.payload.shape[1] as number
    const { groups } = args
    if (channels !== groupChannels * groups) {
      runtimeError(
        at,
        `Given groups=${groups}, weight of size ${sizes(weight.payload.shape)}, expected input${sizes(x.payload.shape)} to have ${groupChannels * groups} channels, but got ${channels} channels instead`,
      )
    }
    const dilation = perAxis(args.dilation, rank)
    const stride = perAxis(args.stride, rank)
    const padding = explicitPadding(args.padding, kernel, dilation, rank)
    const spatial = convolvedSizes(at, x.payload.shape.slice(2), { kernel, stride, padding, dilation })
    const output = { shape: [x.payload.shape[0] as number, outChannels, ...spatial], dtype: 'float' } as const
    if (weightOf(at, weight) === null && isRecorded(at, weight)) {
      const product = convolveComputed(at, x, weight, { kernel, stride, padding, dilation, groups, paddingMode: args.paddingMode }, spatial)
      return bias === null ? product : add(at, product, asShape(at, bias, [outChannels, ...spatial.map(() => 1)]))
    }
    return withWeight(at, x, weight, bias, output.shape, 'conv', (parameter, own) =>
      emit(at, {
        op: {
          kind: 'conv',
          weight: parameter,
          bias: own,
          inChannels: channels,
          outChannels,
          kernel,
          stride,
          padding,
          dilation,
          groups,
          paddingMode: args.paddingMode,
        },
        inputs: [x],
        output,
        hasParameters: true,
      }),
    )
  })
}

interface ComputedConvolution extends Windows {
  readonly groups: number
  readonly paddingMode: PaddingMode
}

/** A convolution whose weight is computed (standardized, modulated): windows as columns, and a matrix product for each group. */
function convolveComputed(
  at: Site,
  input: TensorValue,
  weight: TensorValue,
  args: ComputedConvolution,
  spatial: readonly number[],
): TensorValue {
  const { kernel, stride, padding, dilation, groups } = args
  const around = [...padding].reverse().flat()
  const padded = pad(at, input, around, args.paddingMode, 0)
  const [batch = 1, channels = 1] = input.payload.shape
  const outChannels = weight.payload.shape[0] as number
  const field = count(kernel)
  const positions = count(spatial)
  const columns = emit(at, {
    op: { kind: 'unfold', kernel, stride, padding: kernel.map(() => 0), dilation },
    inputs: [padded],
    output: { shape: [batch, channels * field, positions], dtype: 'float' },
  })
  const grouped = asShape(at, columns, [batch, groups, (channels / groups) * field, positions])
  const matrices = asShape(at, weight, [groups, outChannels / groups, (channels / groups) * field])
  return asShape(at, matmul(at, matrices, grouped), [batch, outChannels, ...spatial])
}

/** `same` pads dilation·(kernel − 1) in all, the odd one after. */
function explicitPadding(
  padding: ConvolutionArguments['padding'],
  kernel: readonly number[],
  dilation: readonly number[],
  rank: number,
): readonly (readonly [number, number])[] {
  if (padding === 'valid') return kernel.map(() => [0, 0] as const)
  if (padding === 'same') {
    return kernel.map((size, axis) => {
      const total = (dilation[axis] as number) * (size - 1)
      const before = Math.floor(total / 2)
      return [before, total - before] as const
    })
  }
  const [only] = padding
  return padding.length === 1 && only !== undefined ? new Array<readonly [number, number]>(rank).fill(only) : padding
}

export interface TransposedArguments {
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly outputPadding: readonly number[]
  readonly dilation: readonly number[]
  readonly groups: number
}

/** The adjoint of a convolution. weight [in, out/groups, ...kernel]; out = (n − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1. */
export function convolveTransposed(
  at: Site,
  input: TensorValue,
  weight: TensorValue,
  bias: TensorValue | null,
  args: TransposedArguments,
): TensorValue {
  const kernel = weight.payload.shape.slice(2)
  const rank = kernel.length
  return batched(at, input, rank, (x) => {
    const [inChannels = 0, groupChannels = 0] = weight.payload.shape
    const channels = x.payload.shape[1] as number
    if (channels !== inChannels) {
      runtimeError(
        at,
        `Given transposed=1, weight of size ${sizes(weight.payload.shape)}, expected input${sizes(x.payload.shape)} to have ${inChannels} channels, but got ${channels} channels instead`,
      )
    }
    const [stride, padding, outputPadding, dilation] = [args.stride, args.padding, args.outputPadding, args.dilation].map((all) =>
      perAxis(all, rank),
    ) as [number[], number[], number[], number[]]
    const outChannels = groupChannels * args.groups
    const spatial = x.payload.shape
      .slice(2)
      .map(
        (size, axis) =>
          (size - 1) * (stride[axis] as number) -
          2 * (padding[axis] as number) +
          (dilation[axis] as number) * ((kernel[axis] as number) - 1) +
          (outputPadding[axis] as number) +
          1,
      )
    if (spatial.some((size) => size <= 0)) {
      runtimeError(
        at,
        `Given input size per channel: (${x.payload.shape.slice(2).join(' x ')}). Calculated output size per channel: (${spatial.join(' x ')}). Output size is too small`,
      )
    }
    const output = { shape: [x.payload.shape[0] as number, outChannels, ...spatial], dtype: 'float' } as const
    return withWeight(at, x, weight, bias, output.shape, 'convTranspose', (parameter, own) =>
      emit(at, {
        op: {
          kind: 'convTranspose',
          weight: parameter,
          bias: own,
          inChannels,
          outChannels,
          kernel,
          stride,
          padding: bothSides(padding),
          dilation,
          groups: args.groups,
          outputPadding,
        },
        inputs: [x],
        output,
        hasParameters: true,
      }),
    )
  })
}

/** Runs `body` on an input with a batch axis; one without gets it and loses it again. */
function batched(at: Site, input: TensorValue, rank: number, body: (x: TensorValue) => TensorValue): TensorValue {
  const axes = input.payload.shape.length
  if (axes === rank + 2) return body(input)
  if (axes === rank + 1) return dropAxes(at, body(insertAxis(at, input, 0)), [0])
  return runtimeError(
    at,
    `Expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input to conv${rank}d, but got input of size: ${sizes(input.payload.shape)}`,
  )
}

function withWeight(
  at: Site,
  x: TensorValue,
  weight: TensorValue,
  bias: TensorValue | null,
  shape: readonly number[],
  name: string,
  make: (parameter: number, bias: number | null) => TensorValue,
): TensorValue {
  const known = weightOf(at, weight)
  if (known === null) {
    if (x.payload.source.kind === 'data' && weight.payload.source.kind === 'data')
      return unknownData(at, shape, 'float', `${name} of data is not followed`)
    const inputs = bias === null ? [x, weight] : [x, weight, bias]
    return emit(at, {
      op: { kind: 'opaque', name, reason: 'its weight is computed from other tensors' },
      inputs,
      output: { shape, dtype: 'float' },
    })
  }
  const own = known.factor === 1 ? plainWeight(at, bias, 'bias') : null
  const product = make(known.parameter, own)
  const scaled = known.factor === 1 ? product : affine(at, product, known.factor, 0)
  if (bias === null || own !== null) return scaled
  return add(at, scaled, asShape(at, bias, [count(bias.payload.shape), ...shape.slice(2).map(() => 1)]))
}
