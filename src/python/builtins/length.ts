/** `len`. */
import type { Span } from '../../graph'
import { underlying } from '../guards'
import type { Interpreter } from '../host'
import { int } from '../make'
import { lookUp } from '../mro'
import type { Value } from '../values'
import { typeOf } from './typeOf'

export function rangeLength(start: number, stop: number, step: number): number {
  return Math.max(0, Math.ceil((stop - start) / step))
}

/** Characters as Python counts them: code points. */
export function textLength(text: string): number {
  return /[\ud800-\udfff]/.test(text) ? Array.from(text).length : text.length
}

/** `len(value)`: an int, or Unknown. Raises TypeError for what has no length. */
export function lengthOf(value: Value, interpreter: Interpreter, span: Span | null): Value {
  switch (value.kind) {
    case 'unknown':
      return value
    case 'list':
    case 'tuple':
      return int(value.items.length)
    case 'dict':
    case 'set':
      return int(value.entries.size)
    case 'str':
      return int(textLength(value.value))
    case 'bytes':
      return int(value.value.length)
    case 'range':
      return int(rangeLength(value.start, value.stop, value.step))
    case 'instance':
    case 'class': {
      const own = lookUp(typeOf(value), '__len__')
      if (own !== undefined) return interpreter.call(own, [value], undefined, span)
      if (value.kind === 'instance') {
        if (underlying(value) !== value) return lengthOf(underlying(value), interpreter, span)
        const base = value.cls.mro.find((cls) => cls.unknownBase !== null)?.unknownBase
        if (base) return base
      }
      break
    }
    default:
      break
  }
  return interpreter.raise('TypeError', `object of type '${typeOf(value).name}' has no len()`, span)
}
