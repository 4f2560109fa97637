/** Poolings as functions. */

import { asItems } from '../../../python/guards'
import { tuple } from '../../../python/make'
import type { Value } from '../../../python/values'
import { adaptivePool, plainPool, pool } from '../functional/pool'
import { typeError } from '../site'
import type { TensorValue } from '../tensor'
import { emit } from '../tensor/emit'
import { type Call, integerOf } from './call'
import type { TorchFunction } from './declare'

const ranks = [1, 2, 3] as const
const both = ['torch', 'functional'] as const

/** The indices that a max pool gives on demand: where the winners were. */
function indicesOf(call: Call, input: TensorValue, output: TensorValue): TensorValue {
  return emit(call, {
    op: { kind: 'opaque', name: 'indices', reason: 'which element wins is not modelled' },
    inputs: [input],
    output: { shape: output.payload.shape, dtype: 'int' },
  })
}

function withIndices(call: Call, input: TensorValue, output: TensorValue, asked: boolean): Value {
  return asked ? tuple([output, indicesOf(call, input, output)]) : output
}

function maxPool(rank: number): TorchFunction[] {
  const parameters = 'input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False'
  const body = (asked: (call: Call) => boolean) => (call: Call) => {
    const input = call.tensor('input')
    const output = pool(call, input, rank, {
      ...plainPool,
      reduce: 'max',
      kernel: call.integers('kernel_size'),
      stride: call.optionalIntegers('stride') ?? [],
      padding: call.integers('padding'),
      dilation: call.integers('dilation'),
      ceilMode: call.flag('ceil_mode'),
    })
    return withIndices(call, input, output, asked(call))
  }
  return [
    { names: [`max_pool${rank}d`], parameters, places: both, listed: true, body: body((call) => call.flag('return_indices')) },
    { names: [`max_pool${rank}d_with_indices`], parameters, places: ['functional'], listed: true, body: body(() => true) },
  ]
}

function averagePool(rank: number): TorchFunction {
  return {
    names: [`avg_pool${rank}d`],
    parameters: 'input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None',
    places: both,
    listed: true,
    body: (call) =>
      pool(call, call.tensor('input'), rank, {
        ...plainPool,
        reduce: 'average',
        kernel: call.integers('kernel_size'),
        stride: call.optionalIntegers('stride') ?? [],
        padding: call.integers('padding'),
        ceilMode: call.flag('ceil_mode'),
        countIncludePad: call.flag('count_include_pad'),
        divisor: call.optionalNumber('divisor_override'),
      }),
  }
}

function lpPool(rank: number): TorchFunction {
  return {
    names: [`lp_pool${rank}d`],
    parameters: 'input, norm_type, kernel_size, stride=None, ceil_mode=False',
    places: ['functional'],
    listed: true,
    body: (call) =>
      pool(call, call.tensor('input'), rank, {
        ...plainPool,
        reduce: 'lp',
        p: call.number('norm_type'),
        kernel: call.integers('kernel_size'),
        stride: call.optionalIntegers('stride') ?? [],
        ceilMode: call.flag('ceil_mode'),
      }),
  }
}

/** An int, None, or a sequence of them. */
function outputSizes(call: Call): (number | null)[] {
  const value = call.value('output_size')
  return (asItems(value) ?? [value]).map((item) => {
    if (item.kind === 'none') return null
    return integerOf(item) ?? typeError(call, `${call.name}(): argument 'output_size' must be tuple of ints`)
  })
}

function adaptive(rank: number, reduce: 'max' | 'average'): TorchFunction[] {
  const name = `adaptive_${reduce === 'max' ? 'max' : 'avg'}_pool${rank}d`
  const body = (asked: (call: Call) => boolean) => (call: Call) => {
    const input = call.tensor('input')
    return withIndices(call, input, adaptivePool(call, input, rank, reduce, outputSizes(call)), asked(call))
  }
  const plain: TorchFunction = {
    names: [name],
    parameters: 'input, output_size, return_indices=False',
    places: both,
    listed: true,
    body: body((call) => call.flag('return_indices')),
  }
  return reduce === 'max' ? [plain, { ...plain, names: [`${name}_with_indices`], places: ['functional'], body: body(() => true) }] : [plain]
}

/** Random windows for an output of known size. */
function fractional(rank: number): TorchFunction {
  return {
    names: [`fractional_max_pool${rank}d`],
    parameters: 'input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None',
    places: ['functional'],
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      const { shape, dtype } = input.payload
      const spatial = shape.slice(-rank)
      const ratio = call.value('output_ratio')
      const ratios = (asItems(ratio) ?? [ratio]).map((item) => (item.kind === 'float' || item.kind === 'int' ? Number(item.value) : null))
      const output = call.isNone('output_size')
        ? spatial.map((size, axis) => Math.floor(size * (ratios[ratios.length === 1 ? 0 : axis] ?? 1)))
        : outputSizes(call).flatMap((size, _, all) => (all.length === 1 ? spatial.map(() => size ?? 1) : [size ?? 1]))
      const result = emit(call, {
        op: { kind: 'opaque', name: call.name, reason: 'fractional max pooling is not modelled' },
        inputs: [input],
        output: { shape: [...shape.slice(0, -rank), ...output], dtype },
      })
      return withIndices(call, input, result, call.flag('return_indices'))
    },
  }
}

/** Puts pooled values back where they came from, zeros elsewhere. */
function unpool(rank: number): TorchFunction {
  return {
    names: [`max_unpool${rank}d`],
    parameters: 'input, indices, kernel_size, stride=None, padding=0, output_size=None',
    places: ['functional'],
    listed: true,
    body: (call) => {
      const input = call.tensor('input')
      const { shape, dtype } = input.payload
      const kernel = call.integers('kernel_size')
      const stride = call.optionalIntegers('stride') ?? kernel
      const padding = call.integers('padding')
      const at = (all: readonly number[], axis: number) => (all.length === 1 ? all[0] : all[axis]) ?? 1
      const wanted = call.optionalIntegers('output_size')
      const spatial =
        wanted?.slice(-rank) ??
        shape.slice(-rank).map((size, axis) => (size - 1) * at(stride, axis) + at(kernel, axis) - 2 * at(padding, axis))
      return emit(call, {
        op: { kind: 'opaque', name: call.name, reason: 'max unpooling is not modelled' },
        inputs: [input, call.tensor('indices')],
        output: { shape: [...shape.slice(0, -rank), ...spatial], dtype },
      })
    },
  }
}

export const poolFunctions: readonly TorchFunction[] = ranks.flatMap((rank) => [
  ...maxPool(rank),
  averagePool(rank),
  ...adaptive(rank, 'max'),
  ...adaptive(rank, 'average'),
  lpPool(rank),
  unpool(rank),
  ...(rank > 1 ? [fractional(rank)] : []),
])
