/** `in_axes` and `out_axes`: what each copy or step is given, and what all of them gave as one value. */
import { asInteger, asItems } from '../../../python/guards'
import type { Span } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import { dict, none } from '../../../python/make'
import { nativeClass } from '../../../python/native'
import type { ClassValue, Value } from '../../../python/values'
import { stack } from '../../torch/functional/join'
import { isModule } from '../../torch/module/registry'
import { axisOf } from '../../torch/shapes/axes'
import type { Site } from '../../torch/site'
import { isTensor } from '../../torch/tensor'
import { select } from '../../torch/tensor/views'
import { toTensor } from '../arrays/call'
import { isKey, keyCount, keyValue } from './keys'
import { splitCount } from '../nnx/splits'
import { copiesIn, stackOf } from '../nnx/stack'

/** `nnx.Carry`. */
export const carry: ClassValue = nativeClass({ name: 'Carry', qualifiedName: 'flax.nnx.Carry', attributes: [] })

/** One axis, or axes, for all arguments, or for each. */
export function axesOf(axes: Value, count: number): readonly Value[] {
  return asItems(axes) ?? new Array<Value>(count).fill(axes)
}

/** A part of a value, with the axes that it has: those of all, or its own. */
type Part = readonly [value: Value, axes: Value]

/** The entries of a tuple, list or dict; null of a leaf. */
function partsOf(value: Value, axes: Value): readonly Part[] | null {
  if (value.kind === 'dict')
    return [...value.entries.entries()].map(([key, item]) => [item, axes.kind === 'dict' ? (axes.entries.get(key) ?? none) : axes])
  const own = asItems(axes)
  return asItems(value)?.map((item, index) => [item, own === undefined ? axes : (own[index] ?? none)]) ?? null
}

/** Why axes are not followed: they are not known, or no numbers; null where they are. */
export function unfollowed(interpreter: Interpreter, axes: Value, span: Span | null): Value | null {
  if (axes.kind === 'unknown') return axes
  const parts = axes.kind === 'dict' ? [...axes.entries.values()] : asItems(axes)
  if (parts !== undefined) return parts.map((part) => unfollowed(interpreter, part, span)).find((found) => found !== null) ?? null
  const isAxis = axes === carry || axes.kind === 'none' || asInteger(axes) !== undefined
  return isAxis ? null : interpreter.unknown('axes that are no numbers are not followed', span)
}

/** Entries along the axis; null where the value has no such axis. */
export function sizeOf(interpreter: Interpreter, value: Value, axes: Value): number | null {
  if (axes.kind === 'none' || axes === carry) return null
  const copies = copiesIn(value)
  if (copies !== null) return copies.length
  const axis = asInteger(axes)
  if (isTensor(value)) return axis === undefined ? null : (value.payload.shape.at(axis) ?? null)
  const keys = keyCount(interpreter, value)
  if (keys !== null) return keys
  const splits = value.kind === 'instance' ? asInteger(value.attributes.get(splitCount) ?? none) : undefined
  if (splits !== undefined) return splits
  const sizes = partsOf(value, axes)?.map(([item, own]) => sizeOf(interpreter, item, own))
  return sizes?.find((size) => size !== null) ?? null
}

/** What the copy `index` is given of an argument. */
export function entryOf(at: Site, value: Value, axes: Value, index: number): Value {
  if (axes.kind === 'none' || axes === carry) return value
  const copies = copiesIn(value)
  if (copies !== null) return copies[index] ?? none
  const axis = asInteger(axes)
  if (isTensor(value)) return axis === undefined ? value : select(at, value, axisOf(at, axis, value.payload.shape.length), index)
  if (isKey(at.interpreter, value)) return keyValue(at.interpreter)
  const entries = partsOf(value, axes)?.map(([item, own]) => entryOf(at, item, own, index))
  return entries === undefined ? value : withParts(value, entries)
}

/** `value` with other entries in their order. */
function withParts(value: Value, parts: readonly Value[]): Value {
  if (value.kind === 'tuple' || value.kind === 'list') return { ...value, items: [...parts] }
  return value.kind === 'dict' ? dict([...value.entries.keys()].map((key, index) => [key, parts[index] ?? none] as const)) : value
}

/** What the copies gave, as one value: side by side along the axis that each part of it has. */
export function together(at: Site, values: readonly Value[], axes: Value): Value {
  const { interpreter, span } = at
  const [first = none] = values
  const unknown = values.find(({ kind }) => kind === 'unknown')
  if (axes.kind === 'none' || first.kind === 'none' || unknown !== undefined) return unknown ?? first
  if (values.every((value) => isModule(value) || copiesIn(value) !== null)) return stackOf(interpreter, values)
  const axis = asInteger(axes)
  const tensors = values.map((value) => (asItems(value) === undefined ? toTensor(at, value) : null))
  if (tensors.every((tensor) => tensor !== null)) {
    const rank = (tensors[0]?.payload.shape.length ?? 0) + 1
    return axis === undefined ? interpreter.unknown('out_axes do not fit what is given', span) : stack(at, tensors, axisOf(at, axis, rank))
  }
  if (isKey(interpreter, first)) return first
  const rows = values.map((value) => partsOf(value, axes))
  const [head] = rows
  const isOneTree = values.every(({ kind }) => kind === first.kind) && rows.every((row) => row?.length === head?.length)
  if (head === null || head === undefined || !isOneTree) return interpreter.unknown('values that are no arrays are not put together', span)
  return withParts(
    first,
    head.map(([, own], index) =>
      together(
        at,
        rows.map((row) => row?.[index]?.[0] ?? none),
        own,
      ),
    ),
  )
}
