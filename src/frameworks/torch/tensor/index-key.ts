/** Subscripts of tensors: `x[:, 0, ..., None, mask]` read into one entry for each axis. */
import { asInteger, asItems } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import type { UnknownValue, Value } from '../../../python/values'
import { indexError, type Site } from '../site'
import { isTensor, type TensorValue } from '../tensor'
import { scalarOf } from './elements'
import { knownTensor } from './make'

export type KeyPart =
  | { readonly kind: 'slice'; readonly start: number; readonly stop: number; readonly step: number }
  | { readonly kind: 'integer'; readonly index: number }
  | { readonly kind: 'newAxis' }
  | { readonly kind: 'tensor'; readonly tensor: TensorValue }
  | { readonly kind: 'mask'; readonly tensor: TensorValue }

export type Key = { readonly parts: readonly KeyPart[] } | UnknownValue

/** Entries in order, an Ellipsis filled with whole slices; axes that the key does not name are left out at the end. */
export function readKey(at: Site, shape: readonly number[], key: Value): Key {
  const { interpreter } = at
  const items = key.kind === 'tuple' ? key.items : [key]
  const used = items.reduce((axes, item) => axes + axesUsed(item), 0)
  if (used > shape.length) indexError(at, `too many indices for tensor of dimension ${shape.length}`)
  const parts: KeyPart[] = []
  let axis = 0
  for (const item of items) {
    if (item.kind === 'unknown') return item
    if (item.kind === 'none') {
      parts.push({ kind: 'newAxis' })
      continue
    }
    if (item.kind === 'ellipsis') {
      for (let skipped = shape.length - used; skipped > 0; skipped--) parts.push(wholeSlice(shape[axis++] as number))
      continue
    }
    const part = readPart(at, interpreter, item, shape[axis] as number, axis)
    if (part.kind === 'unknown') return part
    parts.push(part)
    axis += axesUsed(item)
  }
  return { parts }
}

const wholeSlice = (size: number): KeyPart => ({ kind: 'slice', start: 0, stop: size, step: 1 })

function axesUsed(item: Value): number {
  if (item.kind === 'none' || item.kind === 'ellipsis') return 0
  return isTensor(item) && item.payload.dtype === 'bool' ? item.payload.shape.length : 1
}

function readPart(at: Site, interpreter: Interpreter, item: Value, size: number, axis: number): KeyPart | UnknownValue {
  if (item.kind === 'slice') return readSlice(at, interpreter, item, size)
  if (isTensor(item)) {
    if (item.payload.dtype === 'bool') return { kind: 'mask', tensor: item }
    const single = item.payload.shape.length === 0 ? scalarOf(item.payload) : null
    return single === null ? { kind: 'tensor', tensor: item } : integerPart(at, single, size, axis)
  }
  const integer = asInteger(item)
  if (integer !== undefined) return integerPart(at, integer, size, axis)
  const list = asItems(item)?.map(asInteger)
  if (list?.every((index) => index !== undefined) === true) {
    return { kind: 'tensor', tensor: knownTensor(at, [list.length], 'int', (index) => list[index] ?? Number.NaN) }
  }
  return interpreter.unknown('the index of this tensor is not known', at.span)
}

function integerPart(at: Site, integer: number, size: number, axis: number): KeyPart {
  const index = integer < 0 ? integer + size : integer
  if (index < 0 || index >= size) indexError(at, `index ${integer} is out of bounds for dimension ${axis} with size ${size}`)
  return { kind: 'integer', index }
}

function readSlice(at: Site, interpreter: Interpreter, value: Extract<Value, { kind: 'slice' }>, size: number): KeyPart | UnknownValue {
  const bound = (end: Value, otherwise: number): number | UnknownValue => {
    if (end.kind === 'none') return otherwise
    if (end.kind === 'unknown') return end
    const number = asInteger(end) ?? (isTensor(end) ? scalarOf(end.payload) : null)
    if (number === null) return interpreter.unknown('a bound of this slice is not known', at.span)
    return Math.min(size, Math.max(0, number < 0 ? number + size : number))
  }
  const start = bound(value.start, 0)
  const stop = bound(value.stop, size)
  if (typeof start !== 'number') return start
  if (typeof stop !== 'number') return stop
  const step = value.step.kind === 'none' ? 1 : asInteger(value.step)
  if (step === undefined) return interpreter.unknown('the step of this slice is not known', at.span)
  if (step <= 0) return interpreter.raise('ValueError', 'step must be greater than zero', at.span)
  return { kind: 'slice', start, stop: Math.max(start, stop), step }
}
