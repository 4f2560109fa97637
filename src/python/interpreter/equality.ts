/** Equality and identity. */
import type { Value } from '../values'
import { isNumberValue } from './arithmetic'
import { compare } from './comparison'
import type { Evaluator } from './evaluator'

/** undefined: not known. */
export function equals(left: Value, right: Value, evaluator: Evaluator): boolean | undefined {
  if (left === right && left.kind !== 'float' && left.kind !== 'unknown') return true
  return evaluator.truth(compare('==', left, right, null, evaluator), null)
}

export function identical(left: Value, right: Value): boolean {
  if (left === right) return true
  if (left.kind !== right.kind) return false
  switch (left.kind) {
    // Small numbers and strings are one object in CPython; programs that compare them by identity rely on it.
    case 'int':
    case 'bool':
    case 'str':
      return left.value === (right as typeof left).value
    case 'none':
    case 'ellipsis':
    case 'notImplemented':
      return true
    default:
      return false
  }
}

/** Of values of Python's own types; undefined: not known. */
export function equalBuiltins(a: Value, b: Value, evaluator: Evaluator): boolean | undefined {
  if (isNumberValue(a) && isNumberValue(b)) return a.value >= b.value && a.value <= b.value
  if (a.kind === 'complex' || b.kind === 'complex') {
    const parts = (value: Value): readonly [number, number] | undefined =>
      value.kind === 'complex' ? [value.real, value.imaginary] : isNumberValue(value) ? [Number(value.value), 0] : undefined
    const left = parts(a)
    const right = parts(b)
    return left !== undefined && right !== undefined && left[0] === right[0] && left[1] === right[1]
  }
  if (a === b) return true
  if (a.kind !== b.kind) return false
  switch (a.kind) {
    case 'str':
    case 'bytes':
      return a.value === (b as typeof a).value
    case 'list':
    case 'tuple':
      return equalItems(a.items, (b as typeof a).items, evaluator)
    case 'dict': {
      const other = b as typeof a
      if (a.entries.size !== other.entries.size) return false
      let known = true
      for (const [key, value] of a.entries.entries()) {
        const found = other.entries.get(key)
        const same = found === undefined ? false : equals(value, found, evaluator)
        if (same === false) return false
        if (same === undefined) known = false
      }
      return known ? true : undefined
    }
    case 'set': {
      const other = b as typeof a
      return a.entries.size === other.entries.size && [...a.entries.keys()].every((key) => other.entries.has(key))
    }
    case 'range': {
      const other = b as typeof a
      const length = (range: typeof a): number => Math.max(0, Math.ceil((range.stop - range.start) / range.step))
      const size = length(a)
      return size === length(other) && (size === 0 || (a.start === other.start && (size === 1 || a.step === other.step)))
    }
    case 'slice': {
      const other = b as typeof a
      return equalItems([a.start, a.stop, a.step], [other.start, other.stop, other.step], evaluator)
    }
    case 'method': {
      const other = b as typeof a
      return a.self === other.self && a.fn === other.fn
    }
    case 'none':
    case 'ellipsis':
    case 'notImplemented':
      return true
    default:
      return false
  }
}

function equalItems(a: readonly Value[], b: readonly Value[], evaluator: Evaluator): boolean | undefined {
  if (a.length !== b.length) return false
  let known = true
  for (const [index, item] of a.entries()) {
    const same = equals(item, b[index] as Value, evaluator)
    if (same === false) return false
    if (same === undefined) known = false
  }
  return known ? true : undefined
}
