/** `x[key]`. */
import type { Value } from '../../../python/values'
import { gatherBy, gatherTogether } from '../functional/gather'
import type { Site } from '../site'
import type { TensorValue } from '../tensor'
import { numbersOf } from './elements'
import { type KeyPart, readKey } from './index-key'
import { count } from './layout'
import { knownTensor } from './make'
import { isRecorded } from './operand'
import { insertAxis, permute, select, slice } from './views'

export function getItem(at: Site, tensor: TensorValue, key: Value): Value {
  const read = readKey(at, tensor.payload.shape, key)
  if (!('parts' in read)) return read
  const spread = spreadMasks(at, read.parts)
  if (spread === null) return at.interpreter.unknown('how many elements a computed mask picks is not known', at.span)
  return indexed(at, tensor, spread)
}

/** Known masks as the indices that they pick; null where a mask is not known. */
function spreadMasks(at: Site, parts: readonly KeyPart[]): readonly KeyPart[] | null {
  const spread: KeyPart[] = []
  for (const part of parts) {
    if (part.kind !== 'mask') {
      spread.push(part)
      continue
    }
    const numbers = isRecorded(at, part.tensor) ? null : numbersOf(part.tensor)
    if (numbers === null) return null
    const places = numbers.flatMap((value, index) => (value === 0 ? [] : [index]))
    const { shape } = part.tensor.payload
    for (let axis = 0; axis < shape.length; axis++) {
      const inner = count(shape.slice(axis + 1))
      const size = shape[axis] as number
      spread.push({
        kind: 'tensor',
        tensor: knownTensor(at, [places.length], 'int', (index) => Math.floor((places[index] as number) / inner) % size),
      })
    }
  }
  return spread
}

/** Slices and integers first, then the tensors. Without masks. */
export function indexed(at: Site, tensor: TensorValue, parts: readonly KeyPart[]): TensorValue {
  let result = tensor
  let axis = 0
  const tensors: { axis: number; tensor: TensorValue }[] = []
  for (const part of parts) {
    switch (part.kind) {
      case 'slice':
        result = slice(at, result, axis, part.start, part.stop, part.step)
        axis++
        break
      case 'integer':
        result = select(at, result, axis, part.index)
        break
      case 'newAxis':
        result = insertAxis(at, result, axis)
        axis++
        break
      case 'tensor':
        tensors.push({ axis, tensor: part.tensor })
        axis++
        break
      case 'mask':
        throw new TypeError('masks are spread before')
    }
  }
  return pickedByTensors(at, result, tensors)
}

function pickedByTensors(
  at: Site,
  input: TensorValue,
  tensors: readonly { readonly axis: number; readonly tensor: TensorValue }[],
): TensorValue {
  const [first] = tensors
  if (first === undefined) return input
  if (tensors.length === 1) return gatherBy(at, input, first.axis, first.tensor)
  const axes = tensors.map(({ axis }) => axis)
  const indices = tensors.map(({ tensor }) => tensor)
  const neighbours = axes.every((axis, index) => axis === first.axis + index)
  if (neighbours) return gatherTogether(at, input, first.axis, indices)
  // Axes apart: torch puts the picked axes first.
  const rest = [...input.payload.shape.keys()].filter((axis) => !axes.includes(axis))
  return gatherTogether(at, permute(at, input, [...axes, ...rest]), 0, indices)
}
