/** Windows over arrays whose channels come last, for operations that want them right before the window's axes. */
import { asIntegers, asItems } from '../../../python/guards'
import type { Value } from '../../../python/values'
import { type Sides, windowPadding } from '../../windows/sizes'
import type { Site } from '../../torch/site'
import type { TensorValue } from '../../torch/tensor'
import { tracedTensor } from '../../torch/tensor/make'
import { permute, reshape } from '../../torch/tensor/views'

/** A permutation that undoes the one before it gives back what that one was given. */
function permuted(at: Site, input: TensorValue, order: readonly number[]): TensorValue {
  const { source } = input.payload
  if (source.kind === 'traced') {
    const { op, inputs } = source.trace.producer(source.id)
    const [before] = inputs
    if (op.kind === 'permute' && before !== undefined && order.every((from, axis) => op.order[from] === axis))
      return tracedTensor(at, source.trace, before)
  }
  return permute(at, input, order)
}

/** [N, …window, C] → [N, C, …window]. */
export function channelsFirst(at: Site, input: TensorValue): TensorValue {
  const last = input.payload.shape.length - 1
  return permuted(at, input, [0, last, ...Array.from({ length: last - 1 }, (_, axis) => axis + 1)])
}

/** Back again. */
export function channelsLast(at: Site, input: TensorValue): TensorValue {
  const rank = input.payload.shape.length
  return permuted(at, input, [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1])
}

/** Runs `body` on an input of one batch axis, whatever number of them there is. */
export function oneBatchAxis(at: Site, input: TensorValue, rank: number, body: (flat: TensorValue) => TensorValue): TensorValue {
  const { shape } = input.payload
  const batch = shape.slice(0, shape.length - rank - 1)
  if (batch.length === 1) return body(input)
  const result = body(reshape(at, input, [batch.reduce((product, size) => product * size, 1), ...shape.slice(batch.length)]))
  return reshape(at, result, [...batch, ...result.payload.shape.slice(1)])
}

export type PaddingName = 'SAME' | 'VALID' | 'CAUSAL' | 'CIRCULAR' | 'REFLECT'

const names: ReadonlySet<string> = new Set(['SAME', 'VALID', 'CAUSAL', 'CIRCULAR', 'REFLECT'])

/** A name, or numbers before and after each axis; null where neither. */
export function paddingOf(value: Value, rank: number): PaddingName | readonly Sides[] | null {
  if (value.kind === 'str') {
    const name = value.value.toUpperCase()
    return names.has(name) ? (name as PaddingName) : null
  }
  if (value.kind === 'int') return Array.from({ length: rank }, () => [Number(value.value), Number(value.value)] as const)
  const sides = asItems(value)?.map((item): Sides | null => {
    const [before, after = before] = asIntegers(item) ?? []
    return before === undefined || after === undefined ? null : [before, after]
  })
  return sides !== undefined && sides.length === rank && sides.every((each) => each !== null) ? sides : null
}

/** Zeros before and after an axis, or what stands there with another mode. */
export function sidesOf(
  padding: PaddingName | readonly Sides[],
  axis: number,
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
): Sides {
  if (typeof padding !== 'string') return padding[axis] ?? [0, 0]
  const extent = (kernel - 1) * dilation + 1
  switch (padding) {
    case 'SAME':
      return windowPadding('same', size, kernel, stride, dilation)
    case 'CAUSAL':
      return windowPadding('causal', size, kernel, stride, dilation)
    case 'CIRCULAR':
    case 'REFLECT':
      return [Math.floor((extent - 1) / 2), Math.floor(extent / 2)]
    case 'VALID':
      return [0, 0]
  }
}
