/** Stable sorting by Python's `<`. */
import type { Span } from '../../graph'
import type { Interpreter } from '../host'
import type { UnknownValue, Value } from '../values'

type Pair = readonly [key: Value, item: Value]

function fast(pairs: readonly Pair[]): ((left: Pair, right: Pair) => number) | undefined {
  const values = pairs.map(([key]) => key)
  if (values.every((key) => (key.kind === 'int' || key.kind === 'float') && typeof key.value === 'number' && !Number.isNaN(key.value))) {
    return ([left], [right]) => (left as { value: number }).value - (right as { value: number }).value
  }
  return undefined
}

/** Sorted copy, or the Unknown that keeps the order from being known. Raises TypeError as `<` does. */
export function sortValues(
  items: readonly Value[],
  key: Value,
  reverse: boolean,
  interpreter: Interpreter,
  span: Span | null,
): readonly Value[] | UnknownValue {
  const pairs: Pair[] = items.map((item) => [key.kind === 'none' ? item : interpreter.call(key, [item], undefined, span), item])
  const unknownKey = pairs.find(([each]) => each.kind === 'unknown')
  if (unknownKey !== undefined && pairs.length > 1) return unknownKey[0] as UnknownValue
  let undecided = false
  const less = (left: Value, right: Value): boolean => {
    const answer = interpreter.truth(interpreter.compare('<', left, right, span))
    undecided ||= answer === undefined
    return answer === true
  }
  const compare =
    fast(pairs) ??
    (([left]: Pair, [right]: Pair) => {
      interpreter.step()
      if (less(left, right)) return -1
      return less(right, left) ? 1 : 0
    })
  // Sorting descending keeps equal items in their order, as reverse=True does.
  pairs.sort(reverse ? (left, right) => compare(right, left) : compare)
  return undecided ? interpreter.unknown('the order of these is not known', span) : pairs.map(([, item]) => item)
}
