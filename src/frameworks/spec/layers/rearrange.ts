import type { LayerKind } from '../scope'
import { product } from './windows'

const flatten: LayerKind = {
  type: 'flatten',
  settings: [],
  lower(scope, [x]) {
    const [batch, ...sizes] = scope.shape(x as number) as [number, ...number[]]
    return scope.reshape(x as number, [batch, product(sizes)])
  },
}

const reshape: LayerKind = {
  type: 'reshape',
  settings: ['shape'],
  lower(scope, [x]) {
    const [batch, ...sizes] = scope.shape(x as number) as [number, ...number[]]
    const { settings } = scope
    const place =
      settings.at('shape') ??
      settings.place.fail(`${settings.key('shape')} is missing: write the sizes without the batch, like [7, 7, 64].`)
    const wanted = settings.sizes('shape', place.items?.length ?? 1, null, -1)
    const known = product(wanted.filter((size) => size !== -1))
    const filled = wanted.map((size) => (size === -1 ? product(sizes) / known : size))
    if (
      product(filled) !== product(sizes) ||
      filled.some((size) => !Number.isInteger(size) || size < 1) ||
      wanted.filter((size) => size === -1).length > 1
    )
      place.fail(`${scope.name} cannot make ${wanted.join('×')} of ${sizes.join('×')}: the products differ.`)
    return scope.reshape(x as number, [batch, ...filled])
  },
}

/** Axes count from 1, the batch being 0, as Keras counts them. */
const permute: LayerKind = {
  type: 'permute',
  settings: ['dims'],
  lower(scope, [x]) {
    const rank = scope.shape(x as number).length - 1
    const dims = scope.settings.sizes('dims', rank)
    if ([...dims].sort((a, b) => a - b).some((axis, index) => axis !== index + 1))
      scope.settings.place.fail(`dims must hold each of 1 to ${rank} once, like [2, 1].`)
    return scope.permute(x as number, [0, ...dims])
  },
}

const zeroPad: LayerKind = {
  type: 'zero_pad',
  aliases: [1, 2, 3].map((rank) => `zero_padding${rank}d`),
  settings: ['padding'],
  lower(scope, [x]) {
    const shape = scope.shape(x as number)
    const rank = shape.length - 2
    const first = scope.context.channelsLast ? 1 : 2
    const pairs = scope.settings.at('padding')?.items?.map((item) => item.items?.map(({ scalar }) => scalar) ?? null) ?? null
    const sides =
      pairs?.every((pair) => pair !== null) === true ? pairs.map((pair) => [Number(pair?.[0]), Number(pair?.[1])] as const) : null
    const each = sides ?? scope.settings.sizes('padding', rank, new Array<number>(rank).fill(1), 0).map((size) => [size, size] as const)
    if (each.length !== rank || each.flat().some((size) => !Number.isInteger(size) || size < 0))
      scope.settings.place.fail(`padding must hold a whole number or a pair for each of the ${rank} spatial axes.`)
    const padding = shape.map((_, axis) =>
      axis >= first && axis < first + rank ? (each[axis - first] as readonly [number, number]) : ([0, 0] as const),
    )
    const out = shape.map((size, axis) => size + (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0))
    return scope.emit({ kind: 'pad', padding, mode: 'zeros', value: 0 }, [x as number], out)
  },
}

const upsample: LayerKind = {
  type: 'upsample',
  aliases: [1, 2, 3].map((rank) => `up_sampling${rank}d`),
  settings: ['size', 'mode'],
  lower(scope, [x]) {
    const rank = scope.shape(x as number).length - 2
    if (rank < 1) scope.settings.place.fail(`${scope.name} takes channels and spatial axes.`)
    const size = scope.settings.sizes('size', rank, new Array<number>(rank).fill(2))
    const mode = scope.settings.word('mode', ['nearest', 'bilinear', 'linear', 'bicubic'], 'nearest')
    const own = mode === 'nearest' ? 'nearest' : mode === 'bicubic' ? 'cubic' : 'linear'
    return scope.channelsFirst(x as number, (first) => {
      const [batch, channels, ...sizes] = scope.shape(first) as [number, number, ...number[]]
      const out = sizes.map((each, axis) => each * (size[axis] as number))
      return scope.emit({ kind: 'upsample', mode: own, alignCorners: false, rank }, [first], [batch, channels, ...out])
    })
  },
}

export const rearrangements: readonly LayerKind[] = [flatten, reshape, permute, zeroPad, upsample]
