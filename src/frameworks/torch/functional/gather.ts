/** Picking elements by index. */
import { expanded } from '../fold/broadcast'
import { broadcastShapes } from '../shapes/broadcast'
import { indexError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { elementsOf, numbersOf } from '../tensor/elements'
import { emit } from '../tensor/emit'
import { count, replaced, rowMajor } from '../tensor/layout'
import { isRecorded } from '../tensor/operand'
import { asShape, slice } from '../tensor/views'

/** More indices than this are not kept in the graph one by one. */
const mostIndices = 1 << 16

/** Entries of an axis in the order of `indices`; a run of consecutive ones is a slice. */
export function gather(at: Site, input: TensorValue, axis: number, indices: readonly number[]): TensorValue {
  const { shape, dtype } = input.payload
  const size = shape[axis] as number
  const positions = indices.map((index) => (index < 0 ? index + size : index))
  const outside = positions.findIndex((index) => index < 0 || index >= size)
  if (outside >= 0) indexError(at, `index ${indices[outside]} is out of bounds for dimension ${axis} with size ${size}`)
  const [first = 0] = positions
  if (positions.length > 0 && positions.every((index, which) => index === first + which))
    return slice(at, input, axis, first, first + positions.length)
  const output = { shape: replaced(shape, axis, positions.length), dtype }
  return emit(at, { op: { kind: 'gather', axis, indices: positions }, inputs: [input], output })
}

/** `x[..., index, ...]` with an integer tensor at one axis, which its axes replace. */
export function gatherBy(at: Site, input: TensorValue, axis: number, index: TensorValue): TensorValue {
  const { shape, dtype } = input.payload
  const output = [...shape.slice(0, axis), ...index.payload.shape, ...shape.slice(axis + 1)]
  const numbers = isRecorded(at, index) ? null : numbersOf(index, mostIndices)
  if (numbers !== null) return asShape(at, gather(at, input, axis, numbers), output)
  return emit(at, { op: { kind: 'gather', axis, indices: null }, inputs: [input, index], output: { shape: output, dtype } })
}

/** `x[i, j]` with integer tensors at neighbouring axes, which broadcast. */
export function gatherTogether(at: Site, input: TensorValue, axis: number, indices: readonly TensorValue[]): TensorValue {
  const { shape, dtype } = input.payload
  const index = broadcastShapes(at, ...indices.map(({ payload }) => payload.shape))
  const joined = shape.slice(axis, axis + indices.length)
  const numbers = indices.map((each) => (isRecorded(at, each) ? null : elementsOf(each)))
  const output = [...shape.slice(0, axis), ...index, ...shape.slice(axis + indices.length)]
  if (numbers.every((elements) => elements !== null) && count(index) <= mostIndices) {
    const steps = rowMajor(joined)
    const each = indices.map((tensor, which) => expandedNumbers(tensor, index, joined[which] as number))
    const places = Array.from({ length: count(index) }, (_, at) =>
      each.reduce((sum, positions, which) => sum + (positions[at] as number) * (steps[which] as number), 0),
    )
    const flat = asShape(at, input, [...shape.slice(0, axis), count(joined), ...shape.slice(axis + indices.length)])
    return asShape(at, gather(at, flat, axis, places), output)
  }
  return emit(at, {
    op: { kind: 'opaque', name: 'index', reason: 'indexing several axes by tensors that are not known is not modelled' },
    inputs: [input, ...indices],
    output: { shape: output, dtype },
  })
}

function expandedNumbers(tensor: TensorValue, shape: readonly number[], size: number): readonly number[] {
  const elements = elementsOf(tensor)
  if (elements === null) return []
  const all = expanded(elements, tensor.payload.shape, shape)
  return Array.from({ length: count(shape) }, (_, index) => {
    const position = all(index)
    return position < 0 ? position + size : position
  })
}
