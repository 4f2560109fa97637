/** Functions that arrange elements anew. */
import { asIntegers } from '../../../python/guards'
import { int, list, tuple } from '../../../python/make'
import type { Value } from '../../../python/values'
import { gather, gatherBy } from '../../torch/functional/gather'
import { concat, stack, tile } from '../../torch/functional/join'
import { pad } from '../../torch/functional/pad'
import { integersOf } from '../../torch/functions/call'
import { axesOf, axisOf } from '../../torch/shapes/axes'
import type { Site } from '../../torch/site'
import { isTensor } from '../../torch/tensor'
import { dropAxes, expand, insertAxis, permute, reshape, slice, splitAxis, transpose } from '../../torch/tensor/views'
import { type TensorFunction, tensorsOf, unary } from './tensor-function'

function sides(value: Value): readonly (readonly [number, number])[] | null {
  if (value.kind !== 'list' && value.kind !== 'tuple') return null
  const pairs = value.items.map((item) => asIntegers(item))
  return pairs.every((pair) => pair?.length === 2) ? pairs.map((pair) => [pair?.[0] ?? 0, pair?.[1] ?? 0] as const) : null
}

/** Axes as they are listed; negative ones from the end. */
function axesInOrder(at: Site, order: readonly number[], rank: number): number[] {
  return order.map((axis) => axisOf(at, axis, rank))
}

/** The order of axes in which those of `from` stand at the places of `to`, the others in order around them. */
function moved(from: readonly number[], to: readonly number[], rank: number): number[] {
  const others = [...Array(rank).keys()].filter((axis) => !from.includes(axis))
  return Array.from({ length: rank }, (_, place) => {
    const which = to.indexOf(place)
    return which >= 0 ? (from[which] ?? 0) : (others.shift() ?? 0)
  })
}

export const shapeFunctions: readonly TensorFunction[] = [
  unary(['reshape'], 'shape', (at, x, args) => {
    const shape = integersOf(args.value('shape'))
    return shape === null ? null : reshape(at, x, shape)
  }),
  unary(['transpose', 'permute_dimensions'], 'axes=None, perm=None, pattern=None', (at, x, args) => {
    const given = [args.value('axes'), args.value('perm'), args.value('pattern')].find((value) => value.kind !== 'none')
    const order = given === undefined ? [...x.payload.shape.keys()].reverse() : asIntegers(given)
    return order === undefined ? null : permute(at, x, axesInOrder(at, order, x.payload.shape.length))
  }),
  unary(['expand_dims'], 'axis=-1', (at, x, args) => {
    const axes = asIntegers(args.value('axis'))
    if (axes === undefined) return null
    const ascending = axesOf(at, axes, x.payload.shape.length + axes.length)
    return ascending.reduce((wider, axis) => insertAxis(at, wider, axis), x)
  }),
  unary(['squeeze'], 'axis=None', (at, x, args) => {
    const { shape } = x.payload
    const axis = args.value('axis')
    const axes = axis.kind === 'none' ? [...shape.keys()].filter((each) => shape[each] === 1) : asIntegers(axis)
    return axes === undefined ? null : dropAxes(at, x, axesOf(at, axes, shape.length))
  }),
  unary(['broadcast_to'], 'shape', (at, x, args) => {
    const shape = integersOf(args.value('shape'))
    return shape === null ? null : expand(at, x, shape)
  }),
  unary(['tile'], 'repeats=None, multiples=None', (at, x, args) => {
    const times = integersOf(args.value('repeats')) ?? integersOf(args.value('multiples'))
    return times === null ? null : tile(at, x, times)
  }),
  unary(['flatten', 'batch_flatten'], '', (at, x) => reshape(at, x, [x.payload.shape[0] ?? 1, -1])),
  unary(['pad'], 'pad_width=None, mode="constant", constant_values=None, paddings=None', (at, x, args) => {
    const pairs = sides(args.value('pad_width')) ?? sides(args.value('paddings'))
    const mode =
      args.string('mode')?.toLowerCase() === 'constant' ? 'zeros' : args.string('mode')?.toLowerCase() === 'reflect' ? 'reflect' : null
    return pairs === null || mode === null ? null : pad(at, x, [...pairs].reverse().flat(), mode, args.number('constant_values') ?? 0)
  }),
  unary(['split'], 'indices_or_sections=None, axis=0, num_or_size_splits=None', (at, x, args) => {
    const { shape } = x.payload
    const axis = axisOf(at, args.number('axis') ?? 0, shape.length)
    const own = args.value('indices_or_sections')
    const given = own.kind === 'none' ? args.value('num_or_size_splits') : own
    const sections = given.kind === 'int' ? Number(given.value) : null
    const sizes = sections === null ? asIntegers(given) : new Array<number>(sections).fill((shape[axis] ?? 0) / sections)
    return sizes === undefined ? null : list(splitAxis(at, x, axis, sizes))
  }),
  unary(['unstack'], 'num=None, axis=0', (at, x, args) => {
    const axis = axisOf(at, args.number('axis') ?? 0, x.payload.shape.length)
    const ones = new Array<number>(x.payload.shape[axis] ?? 0).fill(1)
    return list(splitAxis(at, x, axis, ones).map((part) => dropAxes(at, part, [axis])))
  }),
  unary(['shape', 'int_shape'], '*rest, **kwargs', (_at, x) => tuple(x.payload.shape.map((size) => int(size)))),
  unary(['rank', 'ndim'], '', (_at, x) => int(x.payload.shape.length)),
  {
    names: ['concatenate', 'concat'],
    parameters: 'xs, axis=0',
    body: (at, args) => {
      const parts = tensorsOf(at, args.value('xs'))
      const axis = args.number('axis')
      return parts === null || axis === undefined ? null : concat(at, parts, axisOf(at, axis, parts[0]?.payload.shape.length ?? 1))
    },
  },
  {
    names: ['stack'],
    parameters: 'x, axis=0',
    body: (at, args) => {
      const parts = tensorsOf(at, args.value('x'))
      const axis = args.number('axis')
      return parts === null || axis === undefined ? null : stack(at, parts, axis)
    },
  },
  unary(['swapaxes'], 'axis1, axis2', (at, x, args) => {
    const [a, b] = [args.number('axis1'), args.number('axis2')]
    const rank = x.payload.shape.length
    return a === undefined || b === undefined ? null : transpose(at, x, axisOf(at, a, rank), axisOf(at, b, rank))
  }),
  unary(['moveaxis'], 'source, destination', (at, x, args) => {
    const [from, to] = [asIntegers(args.value('source')), asIntegers(args.value('destination'))]
    const rank = x.payload.shape.length
    return from === undefined || to === undefined
      ? null
      : permute(at, x, moved(axesInOrder(at, from, rank), axesInOrder(at, to, rank), rank))
  }),
  unary(['slice'], 'start_indices=None, shape=None, begin=None, size=None', (at, x, args) => {
    const start = integersOf(args.value('start_indices')) ?? integersOf(args.value('begin'))
    const sizes = integersOf(args.value('shape')) ?? integersOf(args.value('size'))
    if (start === null || sizes === null) return null
    return sizes.reduce((part, size, axis) => {
      const first = start[axis] ?? 0
      return slice(at, part, axis, first, size < 0 ? (part.payload.shape[axis] ?? 0) : first + size)
    }, x)
  }),
  unary(['take', 'gather'], 'indices, axis=None, **kwargs', (at, x, args) => {
    const index = args.value('indices')
    const axis = axisOf(at, args.number('axis') ?? 0, x.payload.shape.length)
    if (isTensor(index)) return gatherBy(at, x, axis, index)
    const one = args.number('indices')
    if (one !== undefined) return dropAxes(at, gather(at, x, axis, [one]), [axis])
    const several = integersOf(index)
    return several === null ? null : gather(at, x, axis, several)
  }),
  unary(['repeat'], 'repeats, axis=None', (at, x, args) => {
    const [times, axis] = [args.number('repeats'), args.number('axis')]
    if (times === undefined || axis === undefined) return null
    const own = axisOf(at, axis, x.payload.shape.length)
    const size = x.payload.shape[own] ?? 0
    return gather(
      at,
      x,
      own,
      Array.from({ length: size * times }, (_, index) => Math.floor(index / times)),
    )
  }),
  unary(['ravel'], '', (at, x) => reshape(at, x, [-1])),
]
