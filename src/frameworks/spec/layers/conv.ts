import type { TensorId } from '../../../graph'
import { convFans, pointwiseSetting } from '../dialect'
import type { LayerKind, Scope } from '../scope'
import { paddingOf, positions, product } from './windows'

const shared = ['kernel', 'stride', 'padding', 'dilation', 'bias', 'init', 'bias_init']
const axesForm = (rank: number): string => `channels and ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}`

interface Windowed {
  readonly outChannels: number
  readonly groups: number
  readonly isDepthwise: boolean
  /** null: the layer's bias setting decides. */
  readonly parameter: {
    readonly name: string
    readonly use: 'conv' | 'depthwise' | 'separable'
    readonly setting: string
    readonly bias: boolean
  }
}

/** A convolution of a channels-first tensor. */
function convolve(scope: Scope, x: TensorId, rank: number, { outChannels, groups, isDepthwise, parameter }: Windowed): TensorId {
  const { settings } = scope
  const [batch, inChannels, ...sizes] = scope.shape(x) as [number, number, ...number[]]
  if (inChannels % groups !== 0 || outChannels % groups !== 0)
    settings.place.fail(`${scope.name}: groups (${groups}) must divide the channels in (${inChannels}) and out (${outChannels}).`)
  const kernel = settings.sizes('kernel', rank)
  const stride = settings.sizes('stride', rank, new Array<number>(rank).fill(1))
  const dilation = settings.sizes('dilation', rank, new Array<number>(rank).fill(1))
  const padding = paddingOf(scope, sizes, kernel, stride, dilation)
  const fans = convFans(scope.dialect, isDepthwise ? 'depthwise' : 'conv', { inChannels, outChannels, groups, window: product(kernel) })
  const weight = scope.kernel(parameter.name, parameter.use, [outChannels, inChannels / groups, ...kernel], fans, parameter.setting)
  const bias = parameter.bias ? scope.bias(outChannels, fans) : null
  return scope.emit(
    { kind: 'conv', weight, bias, inChannels, outChannels, kernel, stride, padding, dilation, groups, paddingMode: 'zeros' },
    [x],
    [batch, outChannels, ...positions(scope, sizes, kernel, stride, padding, dilation)],
  )
}

function conv(rank: number): LayerKind {
  return {
    type: `conv${rank}d`,
    aliases: rank === 2 ? ['conv'] : [],
    settings: ['filters', 'groups', ...shared],
    lower(scope, [x]) {
      scope.expectRank(x as number, rank + 2, axesForm(rank))
      const outChannels = scope.settings.integer('filters')
      const groups = scope.settings.integer('groups', 1)
      const parameter = { name: 'weight', use: 'conv', setting: 'init', bias: true } as const
      return scope.channelsFirst(x as number, (first) =>
        convolve(scope, first, rank, { outChannels, groups, isDepthwise: false, parameter }),
      )
    },
  }
}

function depthwise(rank: number): LayerKind {
  return {
    type: `depthwise_conv${rank}d`,
    settings: ['multiplier', ...shared],
    lower(scope, [x]) {
      scope.expectRank(x as number, rank + 2, axesForm(rank))
      const parameter = { name: 'weight', use: 'depthwise', setting: 'init', bias: true } as const
      return scope.channelsFirst(x as number, (first) => {
        const groups = scope.shape(first)[1] as number
        const outChannels = groups * scope.settings.integer('multiplier', 1)
        return convolve(scope, first, rank, { outChannels, groups, isDepthwise: true, parameter })
      })
    },
  }
}

function separable(rank: number): LayerKind {
  return {
    type: `separable_conv${rank}d`,
    settings: ['filters', 'multiplier', 'pointwise_init', ...shared],
    lower(scope, [x]) {
      scope.expectRank(x as number, rank + 2, axesForm(rank))
      const filters = scope.settings.integer('filters')
      const ones = new Array<number>(rank).fill(1)
      return scope.channelsFirst(x as number, (first) => {
        const groups = scope.shape(first)[1] as number
        const between = groups * scope.settings.integer('multiplier', 1)
        const parameter = { name: 'depthwise', use: 'separable', setting: 'init', bias: false } as const
        const each = convolve(scope, first, rank, { outChannels: between, groups, isDepthwise: true, parameter })
        const [batch, , ...sizes] = scope.shape(each) as [number, number, ...number[]]
        const fans = { fanIn: between, fanOut: filters }
        const weight = scope.kernel('pointwise', 'pointwise', [filters, between, ...ones], fans, pointwiseSetting(scope.dialect))
        const bias = scope.bias(filters, fans)
        return scope.emit(
          {
            kind: 'conv',
            weight,
            bias,
            inChannels: between,
            outChannels: filters,
            kernel: ones,
            stride: ones,
            padding: ones.map(() => [0, 0] as const),
            dilation: ones,
            groups: 1,
            paddingMode: 'zeros',
          },
          [each],
          [batch, filters, ...sizes],
        )
      })
    },
  }
}

/** Output n·stride where the padding is `same`, else (n − 1)·stride + dilation·(kernel − 1) + 1 − padding. */
function transposed(rank: number): LayerKind {
  return {
    type: `conv_transpose${rank}d`,
    aliases: [`conv${rank}d_transpose`],
    settings: ['filters', ...shared],
    lower(scope, [x]) {
      const { settings } = scope
      scope.expectRank(x as number, rank + 2, axesForm(rank))
      const outChannels = settings.integer('filters')
      const kernel = settings.sizes('kernel', rank)
      const stride = settings.sizes('stride', rank, new Array<number>(rank).fill(1))
      const dilation = settings.sizes('dilation', rank, new Array<number>(rank).fill(1))
      return scope.channelsFirst(x as number, (first) => {
        const [batch, inChannels, ...sizes] = scope.shape(first) as [number, number, ...number[]]
        const whole = sizes.map(
          (size, axis) => (size - 1) * (stride[axis] as number) + (dilation[axis] as number) * ((kernel[axis] as number) - 1) + 1,
        )
        const written = settings.at('padding')?.scalar ?? scope.context.fallbacks.padding
        const isSame = written === 'same'
        const wanted = isSame ? sizes.map((size, axis) => size * (stride[axis] as number)) : whole
        const crop = isSame
          ? whole
              .map((size, axis) => Math.max(size - (wanted[axis] as number), 0))
              .map((total) => [Math.floor(total / 2), Math.ceil(total / 2)] as const)
          : paddingOf(scope, sizes, kernel, stride, dilation)
        const cropped = whole.map((size, axis) => size - (crop[axis]?.[0] ?? 0) - (crop[axis]?.[1] ?? 0))
        const out = isSame ? wanted : cropped
        if (out.some((size) => size < 1)) settings.place.fail(`${scope.name}: its padding leaves nothing of ${whole.join('×')}.`)
        const fans = convFans(scope.dialect, 'transpose', { inChannels, outChannels, groups: 1, window: product(kernel) })
        const weight = scope.kernel('weight', 'conv', [inChannels, outChannels, ...kernel], fans)
        const bias = scope.bias(outChannels, fans)
        const outputPadding = out.map((size, axis) => size - (cropped[axis] as number))
        return scope.emit(
          {
            kind: 'convTranspose',
            weight,
            bias,
            inChannels,
            outChannels,
            kernel,
            stride,
            padding: crop,
            dilation,
            groups: 1,
            outputPadding,
          },
          [first],
          [batch, outChannels, ...out],
        )
      })
    },
  }
}

export const convolutions: readonly LayerKind[] = [
  conv(1),
  conv(2),
  conv(3),
  depthwise(1),
  depthwise(2),
  separable(1),
  separable(2),
  transposed(1),
  transposed(2),
  transposed(3),
]
