/** Finding tensors in what a Python call passes or returns. */
import type { TensorId } from '../../graph'
import type { Value } from '../../python/values'
import { isTensorPayload } from './tensor'

/** Containers are looked into this deep: a tuple of lists of dicts of tensors is as far as models go. */
const deepest = 6
/** More tensors than a call passes or returns; keeps a hostile structure from costing time. */
const most = 4096

/** Ids of the traced tensors in a value, in order: the value itself, items of sequences and dicts, fields of named tuples and of output classes. */
export function tracedTensorsIn(values: readonly Value[]): readonly TensorId[] {
  const found: TensorId[] = []
  for (const value of values) collect(value, 0, found)
  return found
}

function collect(value: Value, depth: number, found: TensorId[]): void {
  if (depth > deepest || found.length >= most) return
  switch (value.kind) {
    case 'instance':
      if (isTensorPayload(value.payload)) {
        if (value.payload.source.kind === 'traced') found.push(value.payload.source.id)
      } else if (value.payload === null || value.payload === undefined) {
        for (const field of value.attributes.values()) collect(field, depth + 1, found)
      }
      return
    case 'tuple':
    case 'list':
      for (const item of value.items) collect(item, depth + 1, found)
      return
    case 'dict':
      for (const item of value.entries.values()) collect(item, depth + 1, found)
      return
    default:
  }
}
