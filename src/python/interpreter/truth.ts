/** Whether a value counts as true. */
import type { Span } from '../../graph'
import { underlying } from '../guards'
import type { Value } from '../values'
import type { Evaluator } from './evaluator'
import { callSpecial, unknownBaseOf } from './special'

/** undefined: not known. */
export function truth(value: Value, span: Span | null, evaluator: Evaluator): boolean | undefined {
  switch (value.kind) {
    case 'unknown':
      return undefined
    case 'bool':
      return value.value
    case 'none':
      return false
    case 'int':
      return value.value !== 0
    case 'float':
      return value.value !== 0
    case 'complex':
      return value.real !== 0 || value.imaginary !== 0
    case 'str':
    case 'bytes':
      return value.value.length > 0
    case 'list':
    case 'tuple':
      return value.items.length > 0
    case 'dict':
    case 'set':
      return value.entries.size > 0
    case 'range':
      return value.step > 0 ? value.start < value.stop : value.start > value.stop
    case 'class':
    case 'instance':
      return truthOfInstance(value, span, evaluator)
    default:
      return true
  }
}

function truthOfInstance(value: Value, span: Span | null, evaluator: Evaluator): boolean | undefined {
  const said = callSpecial(evaluator, value, '__bool__', [], span) ?? callSpecial(evaluator, value, '__len__', [], span)
  if (said !== undefined) return said.kind === 'instance' ? true : truth(said, span, evaluator)
  const plain = underlying(value)
  if (plain !== value) return truth(plain, span, evaluator)
  return value.kind === 'instance' && unknownBaseOf(value.cls) !== undefined ? undefined : true
}
