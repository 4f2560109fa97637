/** The order of Python's own values. */
import type { Span } from '../../graph'
import type { SetValue, Value } from '../values'
import { isNumberValue } from './arithmetic'
import { compare } from './comparison'
import { equals } from './equality'
import type { Evaluator } from './evaluator'

/** Negative, zero, positive; NaN for numbers that do not compare; undefined where Python has no order. */
export function orderOf(a: Value, b: Value, span: Span | null, evaluator: Evaluator): number | 'unknown' | undefined {
  if (isNumberValue(a) && isNumberValue(b)) {
    if (a.value < b.value) return -1
    if (a.value > b.value) return 1
    return Number.isNaN(a.value) || Number.isNaN(b.value) ? Number.NaN : 0
  }
  if ((a.kind === 'str' && b.kind === 'str') || (a.kind === 'bytes' && b.kind === 'bytes')) return orderOfText(a.value, b.value)
  if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'tuple' && b.kind === 'tuple')) {
    for (const [index, item] of a.items.entries()) {
      const other = b.items[index]
      if (other === undefined) return 1
      const same = equals(item, other, evaluator)
      if (same === undefined) return 'unknown'
      if (same) continue
      const less = compare('<', item, other, span, evaluator)
      const truth = evaluator.truth(less, span)
      return truth === undefined ? 'unknown' : truth ? -1 : 1
    }
    return a.items.length - b.items.length
  }
  return undefined
}

/** Sets are ordered by inclusion. */
export function orderSets(operator: string, a: SetValue, b: SetValue): boolean {
  const within = (small: SetValue, large: SetValue): boolean =>
    small.entries.size <= large.entries.size && [...small.entries.keys()].every((key) => large.entries.has(key))
  switch (operator) {
    case '<':
      return within(a, b) && a.entries.size < b.entries.size
    case '<=':
      return within(a, b)
    case '>':
      return within(b, a) && b.entries.size < a.entries.size
    default:
      return within(b, a)
  }
}

/** By code points, not by UTF-16 units. */
function orderOfText(a: string, b: string): number {
  if (a === b) return 0
  const left = Array.from(a)
  const right = Array.from(b)
  for (const [index, character] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
  }
  return left.length - right.length
}
