/** Pooling over windows, over whole feature maps, over adaptive windows; upsampling; zero padding and cropping. */
import { asInteger, asIntegers, asItems } from '../../../python/guards'
import { emit } from '../../torch/tensor/emit'
import { reduce } from '../../torch/functional/reduce'
import { slice } from '../../torch/tensor/views'
import { type KerasLayer, onTensor } from '../layer/declare'
import type { LayerView } from '../layer/view'
import { channelsFirst, channelsLast, isChannelsFirst } from './channels'
import { paddingOf, windowOutput, windowPadding } from '../../windows/sizes'

type Reduce = 'max' | 'average'

function pooling(rank: number, reduceBy: Reduce): KerasLayer {
  const title = reduceBy === 'max' ? 'Max' : 'Average'
  const two = rank === 1 ? '2' : `(${new Array(rank).fill(2).join(', ')})`
  return {
    name: `${title}Pooling${rank}D`,
    aliases: [`${title === 'Max' ? 'Max' : 'Avg'}Pool${rank}D`],
    signature: `pool_size=${two}, strides=None, padding='valid', data_format=None`,
    call: onTensor((view, input) => {
      if (input.payload.shape.length !== rank + 2)
        return view.refuse(`expected an input of ${rank + 2} axes, but its shape is (${input.payload.shape.join(', ')})`)
      const x = channelsFirst(view, input)
      const kernel = view.sizes('pool_size', rank)
      const stride = view.isNone('strides') ? kernel : view.sizes('strides', rank)
      const padding = paddingOf(view.text('padding'))
      if (padding === null || padding === 'causal') return view.refuse("`padding` must be 'valid' or 'same'")
      const { shape, dtype } = x.payload
      const spatial = shape.slice(2)
      const sides = spatial.map((size, axis) => windowPadding(padding, size, kernel[axis] ?? 1, stride[axis] ?? 1, 1))
      const output = spatial.map((size, axis) => windowOutput(size, sides[axis] ?? [0, 0], kernel[axis] ?? 1, stride[axis] ?? 1, 1))
      if (output.some((size) => size < 1)) view.refuse(`the input of shape (${input.payload.shape.join(', ')}) is smaller than the window`)
      const ones = kernel.map(() => 1)
      const y = emit(view, {
        op: {
          kind: 'pool',
          reduce: reduceBy,
          kernel,
          stride,
          padding: sides,
          dilation: ones,
          ceilMode: false,
          countIncludePad: false,
          divisor: null,
          p: 2,
        },
        inputs: [x],
        output: { shape: [...shape.slice(0, 2), ...output], dtype },
      })
      return channelsLast(view, y)
    }),
  }
}

function globalPooling(rank: number, reduceBy: Reduce): KerasLayer {
  const title = reduceBy === 'max' ? 'Max' : 'Average'
  return {
    name: `Global${title}Pooling${rank}D`,
    aliases: [`Global${title === 'Max' ? 'Max' : 'Avg'}Pool${rank}D`],
    signature: 'data_format=None, keepdims=False',
    callSignature: 'mask=None',
    call: onTensor((view, input) => {
      const first = isChannelsFirst(view) ? 2 : 1
      if (input.payload.shape.length !== rank + 2)
        return view.refuse(`expected an input of ${rank + 2} axes, but its shape is (${input.payload.shape.join(', ')})`)
      const axes = Array.from({ length: rank }, (_, axis) => first + axis)
      return reduce(view, input, reduceBy === 'max' ? 'max' : 'mean', axes, view.flag('keepdims'))
    }),
  }
}

function adaptive(rank: number, reduceBy: Reduce): KerasLayer {
  return {
    name: `Adaptive${reduceBy === 'max' ? 'Max' : 'Average'}Pooling${rank}D`,
    signature: 'output_size, data_format=None',
    call: onTensor((view, input) => {
      const x = channelsFirst(view, input)
      const output = view.sizes('output_size', rank)
      const { shape, dtype } = x.payload
      return channelsLast(
        view,
        emit(view, {
          op: { kind: 'adaptivePool', reduce: reduceBy, output },
          inputs: [x],
          output: { shape: [...shape.slice(0, 2), ...output], dtype },
        }),
      )
    }),
  }
}

function upsampling(rank: number): KerasLayer {
  const two = rank === 1 ? '2' : `(${new Array(rank).fill(2).join(', ')})`
  return {
    name: `UpSampling${rank}D`,
    signature: rank === 2 ? `size=${two}, data_format=None, interpolation='nearest'` : `size=${two}, data_format=None`,
    call: onTensor((view, input) => {
      const x = channelsFirst(view, input)
      const size = view.sizes('size', rank)
      const { shape, dtype } = x.payload
      const how = rank === 2 ? view.text('interpolation') : 'nearest'
      const mode = how === 'nearest' ? 'nearest' : how === 'bilinear' ? 'linear' : how === 'bicubic' ? 'cubic' : null
      const output = { shape: [...shape.slice(0, 2), ...shape.slice(2).map((own, axis) => own * (size[axis] ?? 1))], dtype }
      if (mode === null)
        return channelsLast(
          view,
          emit(view, {
            op: { kind: 'opaque', name: 'UpSampling2D', reason: `interpolation '${how ?? '?'}' is not modelled` },
            inputs: [x],
            output,
          }),
        )
      return channelsLast(view, emit(view, { op: { kind: 'upsample', mode, alignCorners: false, rank }, inputs: [x], output }))
    }),
  }
}

/** [before, after] for each axis from one int, one int an axis, or a pair an axis. */
function sidesOf(view: LayerView, name: string, rank: number): readonly (readonly [number, number])[] {
  const value = view.value(name)
  const one = asInteger(value)
  if (one !== undefined) return new Array<readonly [number, number]>(rank).fill([one, one])
  const items = asItems(value)
  if (items !== undefined && rank === 1) {
    const pair = asIntegers(value)
    if (pair !== undefined && pair.length === 2) return [[pair[0] ?? 0, pair[1] ?? 0]]
  }
  const sides = (items ?? []).map((item): readonly [number, number] | null => {
    const single = asInteger(item)
    if (single !== undefined) return [single, single]
    const pair = asIntegers(item)
    return pair === undefined || pair.length !== 2 ? null : [pair[0] ?? 0, pair[1] ?? 0]
  })
  const known = sides.filter((each) => each !== null)
  return known.length === rank ? known : view.refuse(`\`${name}\` is not understood`)
}

function zeroPadding(rank: number): KerasLayer {
  const one = rank === 1 ? '1' : `(${new Array(rank).fill(1).join(', ')})`
  return {
    name: `ZeroPadding${rank}D`,
    signature: `padding=${one}, data_format=None`,
    call: onTensor((view, input) => {
      const sides = sidesOf(view, 'padding', rank)
      const first = isChannelsFirst(view) ? 2 : 1
      const { shape, dtype } = input.payload
      const padding = shape.map((_, axis) => sides[axis - first] ?? ([0, 0] as const))
      const output = shape.map((size, axis) => size + (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0))
      return emit(view, { op: { kind: 'pad', padding, mode: 'zeros', value: 0 }, inputs: [input], output: { shape: output, dtype } })
    }),
  }
}

function cropping(rank: number): KerasLayer {
  const one = rank === 1 ? '1' : `(${new Array(rank).fill(0).join(', ')})`
  return {
    name: `Cropping${rank}D`,
    signature: `cropping=${rank === 1 ? '(1, 1)' : one}, data_format=None`,
    call: onTensor((view, input) => {
      const sides = sidesOf(view, 'cropping', rank)
      const first = isChannelsFirst(view) ? 2 : 1
      return sides.reduce(
        (x, [before, after], axis) => slice(view, x, first + axis, before, (x.payload.shape[first + axis] ?? 0) - after),
        input,
      )
    }),
  }
}

const ranks = [1, 2, 3] as const

export const poolingLayers: readonly KerasLayer[] = ranks.flatMap((rank) => [
  pooling(rank, 'max'),
  pooling(rank, 'average'),
  globalPooling(rank, 'max'),
  globalPooling(rank, 'average'),
  adaptive(rank, 'max'),
  adaptive(rank, 'average'),
  upsampling(rank),
  zeroPadding(rank),
  cropping(rank),
])
