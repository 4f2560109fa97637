import type { Span } from '../../graph'
import { ArrayValue, isPrimitive, Unknown, type Value } from '../values'
import { Thrown } from './completion'

/** The items that `for … of`, spread and destructuring go through. */
export function itemsOf(value: Value, span: Span | null): readonly Value[] | Unknown {
  if (typeof value === 'string') return [...value]
  if (isPrimitive(value)) throw new Thrown('TypeError', span, `TypeError: ${String(value)} cannot be iterated`)
  switch (value.kind) {
    case 'array':
      return value.items
    case 'map':
      return [...value.entries].map(([key, item]) => new ArrayValue([key, item]))
    case 'set':
      return [...value.items]
    case 'unknown':
      return value
    case 'object':
    case 'function':
    case 'promise':
    case 'host':
      return new Unknown('what this iterates over is not known', span)
    default:
      return value satisfies never
  }
}
