/** `nn.max_pool`, `nn.avg_pool`, `nn.min_pool`. */
import type { TensorValue } from '../../torch/tensor'
import { affine } from '../../torch/functional/arithmetic'
import { emit } from '../../torch/tensor/emit'
import { windowOutput } from '../../windows/sizes'
import type { ArrayCall } from '../arrays/call'
import type { ArrayFunction } from '../arrays/declare'
import { channelsFirst, channelsLast, oneBatchAxis, paddingOf, sidesOf } from './windows'

interface Window {
  readonly reduce: 'max' | 'average'
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly countIncludePad: boolean
}

function pooled(call: ArrayCall, input: TensorValue, { reduce, kernel, stride, countIncludePad }: Window): TensorValue | null {
  const padding = paddingOf(call.value('padding'), kernel.length)
  if (padding === null || padding === 'CIRCULAR' || padding === 'REFLECT' || padding === 'CAUSAL') return null
  const x = channelsFirst(call, input)
  const { shape, dtype } = x.payload
  const spatial = shape.slice(2)
  const sides = spatial.map((size, axis) => sidesOf(padding, axis, size, kernel[axis] ?? 1, stride[axis] ?? 1, 1))
  const output = spatial.map((size, axis) => windowOutput(size, sides[axis] ?? [0, 0], kernel[axis] ?? 1, stride[axis] ?? 1, 1))
  if (output.some((size) => size < 1))
    call.interpreter.raise(
      'ValueError',
      `${call.name}: the input of shape (${input.payload.shape.join(', ')}) is smaller than the window`,
      call.span,
    )
  const y = emit(call, {
    op: {
      kind: 'pool',
      reduce,
      kernel,
      stride,
      padding: sides,
      dilation: kernel.map(() => 1),
      ceilMode: false,
      countIncludePad,
      divisor: null,
      p: 2,
    },
    inputs: [x],
    output: { shape: [...shape.slice(0, 2), ...output], dtype },
  })
  return channelsLast(call, y)
}

function pooling(name: string, reduce: Window['reduce'], parameters: string, sign: 1 | -1): ArrayFunction {
  return {
    names: [name],
    parameters,
    body: (call) => {
      const input = call.tensor('inputs')
      const kernel = call.integers('window_shape')
      const rank = kernel.length
      if (input.payload.shape.length < rank + 1) return null
      const given = call.isNone('strides') ? [1] : call.integers('strides')
      const stride = given.length === 1 ? new Array<number>(rank).fill(given[0] ?? 1) : given
      const countIncludePad = reduce === 'max' || call.flag('count_include_pad')
      let isModelled = true
      const result = oneBatchAxis(call, input, rank, (flat) => {
        const x = sign === 1 ? flat : affine(call, flat, -1, 0)
        const y = pooled(call, x, { reduce, kernel, stride, countIncludePad })
        isModelled = y !== null
        return y === null ? flat : sign === 1 ? y : affine(call, y, -1, 0)
      })
      return isModelled ? result : null
    },
  }
}

const windows = "inputs, window_shape, strides=None, padding='VALID'"

export const poolFunctions: readonly ArrayFunction[] = [
  pooling('max_pool', 'max', windows, 1),
  pooling('min_pool', 'max', windows, -1),
  pooling('avg_pool', 'average', `${windows}, count_include_pad=True`, 1),
]
