/** Functions of `jax.numpy` that move elements without computing. */
import { asIntegers } from '../../../python/guards'
import { int, list, tuple } from '../../../python/make'
import type { Value } from '../../../python/values'
import { concat, stack, tile } from '../../torch/functional/join'
import { gather, gatherBy } from '../../torch/functional/gather'
import { pad } from '../../torch/functional/pad'
import { integersOf, numberOf } from '../../torch/functions/call'
import { axesOf, axisOf } from '../../torch/shapes/axes'
import { broadcastShapes } from '../../torch/shapes/broadcast'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { emit } from '../../torch/tensor/emit'
import { dropAxes, expand, insertAxis, permute, reshape, slice, splitAxis, transpose } from '../../torch/tensor/views'
import type { ArrayCall } from './call'
import type { ArrayFunction } from './declare'

/** Sizes given one by one or as one sequence. */
function sizesIn(values: readonly Value[]): readonly number[] | null {
  const [only] = values
  return values.length === 1 && only !== undefined ? integersOf(only) : integersOf(tuple(values))
}

function moved(call: ArrayCall, a: TensorValue, from: readonly number[], to: readonly number[]): TensorValue {
  const rank = a.payload.shape.length
  const sources = from.map((axis) => axisOf(call, axis, rank))
  const targets = to.map((axis) => axisOf(call, axis, rank))
  const rest = [...a.payload.shape.keys()].filter((axis) => !sources.includes(axis))
  const order = Array.from({ length: rank }, (_, axis) => {
    const which = targets.indexOf(axis)
    return which >= 0 ? (sources[which] ?? 0) : (rest.shift() ?? 0)
  })
  return permute(call, a, order)
}

/** Pairs of `jnp.pad`: one number, one pair, or one pair for each axis. */
function paddingPairs(value: Value, rank: number): readonly (readonly [number, number])[] | null {
  const all = asIntegers(value)
  if (all !== undefined) {
    const [before = 0, after = before] = all
    return all.length > 2 ? null : Array.from({ length: rank }, () => [before, after] as const)
  }
  if (value.kind !== 'list' && value.kind !== 'tuple') return null
  const pairs = value.items.map((item) => asIntegers(item))
  if (!pairs.every((pair) => pair !== undefined && pair.length === 2)) return null
  const known = pairs.map((pair) => [pair?.[0] ?? 0, pair?.[1] ?? 0] as const)
  const [only] = known
  return known.length === 1 && only !== undefined ? Array.from({ length: rank }, () => only) : known.length === rank ? known : null
}

const paddingModes = new Map([
  ['constant', 'zeros'],
  ['reflect', 'reflect'],
  ['edge', 'replicate'],
  ['wrap', 'circular'],
] as const)

/** Sizes of the parts that a split asks for: how many, or where. */
function partSizes(call: ArrayCall, value: Value, size: number): readonly number[] | null {
  const number = numberOf(value)
  if (number !== null) {
    if (size % number !== 0)
      return call.name === 'array_split'
        ? Array.from({ length: number }, (_, index) => Math.floor(size / number) + (index < size % number ? 1 : 0))
        : null
    return new Array<number>(number).fill(size / number)
  }
  const places = integersOf(value)
  if (places === null) return null
  const cuts = [0, ...places.map((place) => Math.min(size, place < 0 ? place + size : place)), size]
  return cuts.slice(1).map((cut, index) => Math.max(0, cut - (cuts[index] ?? 0)))
}

/** Joins along `axis` after each has at least as many axes. */
function stacked(call: ArrayCall, axis: number, leastRank: number): TensorValue {
  const parts = call.tensors('tup').map((part) => {
    let grown = part
    while (grown.payload.shape.length < leastRank) grown = insertAxis(call, grown, 0)
    return grown
  })
  const rank = parts[0]?.payload.shape.length ?? 1
  return concat(call, parts, Math.min(axis, rank - 1))
}

export const reshapeFunctions: readonly ArrayFunction[] = [
  {
    names: ['reshape'],
    parameters: 'a, *sizes, shape=None, newshape=None, order=None, copy=None, new_sizes=None, dimensions=None',
    body: (call) => {
      const keyword = ['shape', 'newshape', 'new_sizes'].find((name) => !call.isNone(name))
      const shape = keyword === undefined ? sizesIn(call.rest('sizes')) : integersOf(call.value(keyword))
      return shape === null ? null : reshape(call, call.tensor('a'), shape)
    },
  },
  {
    names: ['transpose', 'permute_dims'],
    parameters: 'a, *axes, permutation=None',
    body: (call) => {
      const a = call.tensor('a')
      const rank = a.payload.shape.length
      const rest = call.rest('axes')
      const given = call.isNone('permutation') ? rest : [call.value('permutation')]
      if (given.length === 0 || (given.length === 1 && given[0]?.kind === 'none'))
        return permute(call, a, [...a.payload.shape.keys()].reverse())
      const order = sizesIn(given)
      return order === null
        ? null
        : permute(
            call,
            a,
            order.map((axis) => axisOf(call, axis, rank)),
          )
    },
  },
  {
    names: ['swapaxes'],
    parameters: 'a, axis1, axis2',
    body: (call) => {
      const a = call.tensor('a')
      return transpose(call, a, call.axis('axis1', a), call.axis('axis2', a))
    },
  },
  {
    names: ['squeeze'],
    parameters: 'a, axis=None, dimensions=None',
    body: (call) => {
      const a = call.tensor('a')
      const { shape } = a.payload
      const axis = call.isNone('axis') ? 'dimensions' : 'axis'
      const axes = call.isNone(axis) ? [...shape.keys()].filter((each) => shape[each] === 1) : call.axes(axis, a)
      return dropAxes(call, a, axes)
    },
  },
  { names: ['ravel', 'flatten'], parameters: 'a, order=None', body: (call) => reshape(call, call.tensor('a'), [-1]) },
  {
    names: ['repeat'],
    parameters: 'a, repeats, axis=None, total_repeat_length=None',
    body: (call) => {
      const whole = call.tensor('a')
      const a = call.isNone('axis') ? reshape(call, whole, [-1]) : whole
      const axis = call.isNone('axis') ? 0 : call.axis('axis', a)
      const times = call.integer('repeats')
      const { shape } = a.payload
      const spread = insertAxis(call, a, axis + 1)
      const wide = expand(
        call,
        spread,
        spread.payload.shape.map((size, own) => (own === axis + 1 ? times : size)),
      )
      return reshape(
        call,
        wide,
        shape.map((size, own) => (own === axis ? size * times : size)),
      )
    },
  },
]

export const shapeFunctions: readonly ArrayFunction[] = [
  ...reshapeFunctions,
  {
    names: ['moveaxis'],
    parameters: 'a, source, destination',
    body: (call) => moved(call, call.tensor('a'), call.integers('source'), call.integers('destination')),
  },
  {
    names: ['expand_dims'],
    parameters: 'a, axis=None, dimensions=None',
    body: (call) => {
      const a = call.tensor('a')
      const name = call.isNone('axis') ? 'dimensions' : 'axis'
      const value = call.value(name)
      // A range of axes counts them as a tuple does.
      const axes = asIntegers(value) ?? asIntegers(tuple(call.interpreter.items(value, call.span) ?? [])) ?? call.integers(name)
      const rank = a.payload.shape.length + axes.length
      return [...axesOf(call, axes, rank)].sort((x, y) => x - y).reduce((grown, axis) => insertAxis(call, grown, axis), a)
    },
  },
  {
    names: ['broadcast_to'],
    parameters: 'array, shape',
    body: (call) => expand(call, call.tensor('array'), call.integers('shape')),
  },
  {
    names: ['broadcast_arrays'],
    parameters: '*arrays',
    body: (call) => {
      const parts = call.rest('arrays').filter(isTensor)
      const shape = broadcastShapes(call, ...parts.map(({ payload }) => payload.shape))
      return list(parts.map((part) => expand(call, part, shape)))
    },
  },
  {
    names: ['tile'],
    parameters: 'A, reps',
    body: (call) => {
      const a = call.tensor('A')
      const times = call.integers('reps')
      return tile(call, a, [...new Array<number>(Math.max(0, a.payload.shape.length - times.length)).fill(1), ...times])
    },
  },
  {
    names: ['concatenate', 'concat'],
    parameters: 'arrays, axis=0, dimension=None, dtype=None',
    body: (call) => {
      const parts = call.tensors('arrays')
      const axis = call.isNone('dimension') ? 'axis' : 'dimension'
      if (call.isNone(axis))
        return concat(
          call,
          parts.map((part) => reshape(call, part, [-1])),
          0,
        )
      return concat(call, parts, axisOf(call, call.integer(axis), parts[0]?.payload.shape.length ?? 1))
    },
  },
  {
    names: ['stack'],
    parameters: 'arrays, axis=0, out=None, dtype=None',
    body: (call) => stack(call, call.tensors('arrays'), call.integer('axis')),
  },
  { names: ['hstack'], parameters: 'tup, dtype=None', body: (call) => stacked(call, 1, 1) },
  { names: ['vstack', 'row_stack'], parameters: 'tup, dtype=None', body: (call) => stacked(call, 0, 2) },
  { names: ['dstack'], parameters: 'tup, dtype=None', body: (call) => stacked(call, 2, 3) },
  {
    names: ['split', 'array_split'],
    parameters: 'ary, indices_or_sections, axis=0',
    body: (call) => {
      const a = call.tensor('ary')
      const axis = call.axis('axis', a)
      const sizes = partSizes(call, call.value('indices_or_sections'), a.payload.shape[axis] ?? 0)
      return sizes === null ? null : list(splitAxis(call, a, axis, sizes))
    },
  },
  {
    names: ['pad'],
    parameters: 'array, pad_width, mode="constant", constant_values=0, padding_config=None',
    body: (call) => {
      const a = call.tensor('array')
      const pairs = paddingPairs(call.value('pad_width'), a.payload.shape.length)
      const mode = [...paddingModes].find(([name]) => name === call.text('mode'))?.[1]
      return pairs === null || mode === undefined ? null : pad(call, a, [...pairs].reverse().flat(), mode, call.number('constant_values'))
    },
  },
  {
    names: ['flip', 'flipud', 'fliplr', 'rev'],
    parameters: 'm, axis=None, dimensions=None',
    body: (call) => {
      const a = call.tensor('m')
      const axes = call.name === 'flipud' ? [0] : call.name === 'fliplr' ? [1] : call.axes(call.name === 'rev' ? 'dimensions' : 'axis', a)
      return emit(call, { op: { kind: 'flip', axes }, inputs: [a], output: a.payload })
    },
  },
  {
    names: ['roll'],
    parameters: 'a, shift, axis=None',
    body: (call) => {
      const a = call.tensor('a')
      if (call.isNone('axis')) return null
      const axes = call.axes('axis', a)
      const shifts = call.integers('shift')
      return emit(call, { op: { kind: 'roll', axes, shifts }, inputs: [a], output: a.payload })
    },
  },
  {
    names: ['take'],
    parameters: 'a, indices, axis=None, out=None, mode=None, fill_value=None',
    body: (call) => {
      const whole = call.tensor('a')
      const a = call.isNone('axis') ? reshape(call, whole, [-1]) : whole
      const axis = call.isNone('axis') ? 0 : call.axis('axis', a)
      const one = numberOf(call.value('indices'))
      if (one !== null) return dropAxes(call, gather(call, a, axis, [one]), [axis])
      return gatherBy(call, a, axis, call.tensor('indices'))
    },
  },
  {
    names: ['slice_in_dim', 'dynamic_slice_in_dim'],
    parameters: 'operand, start_index, limit_index=None, slice_size=None, axis=0, stride=1',
    body: (call) => {
      const a = call.tensor('operand')
      const axis = call.axis('axis', a)
      const start = call.integer('start_index')
      if (call.name === 'slice_in_dim')
        return slice(call, a, axis, start, call.isNone('limit_index') ? (a.payload.shape[axis] ?? 0) : call.integer('limit_index'))
      const size = call.isNone('slice_size') ? call.integer('limit_index') : call.integer('slice_size')
      return slice(call, a, axis, start, start + size)
    },
  },
  { names: ['shape'], parameters: 'a', body: (call) => tuple(call.tensor('a').payload.shape.map((size) => int(size))) },
  { names: ['ndim'], parameters: 'a', body: (call) => int(call.tensor('a').payload.shape.length) },
  {
    names: ['size'],
    parameters: 'a, axis=None',
    body: (call) => {
      const a = call.tensor('a')
      return int(call.axes('axis', a).reduce((product, axis) => product * (a.payload.shape[axis] ?? 1), 1))
    },
  },
]
