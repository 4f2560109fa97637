/** Methods with double underscores, looked up on the class as Python does, those of `object` itself left out. */
import type { Span } from '../../graph'
import { objectClass } from '../builtins/root'
import { typeOf } from '../builtins/typeOf'
import type { ClassValue, Value } from '../values'
import type { Evaluator } from './evaluator'

/** As stored on the class. undefined: none but `object`'s. */
export function lookUpSpecial(cls: ClassValue, name: string): Value | undefined {
  for (const candidate of cls.mro) {
    if (candidate === objectClass) continue
    const found = candidate.attributes.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

/** Kinds whose class can be a user's or a framework's; the others have no special methods that their own operators do not cover. */
function mayHaveSpecial(value: Value): boolean {
  return (
    value.kind === 'instance' || value.kind === 'class' || ((value.kind === 'tuple' || value.kind === 'dict') && value.cls !== undefined)
  )
}

export function findSpecial(value: Value, name: string): Value | undefined {
  return mayHaveSpecial(value) ? lookUpSpecial(typeOf(value), name) : undefined
}

/** Calls `value.name(*positional)`; undefined when its class has no such method. */
export function callSpecial(
  evaluator: Evaluator,
  value: Value,
  name: string,
  positional: readonly Value[],
  span: Span | null,
): Value | undefined {
  const found = findSpecial(value, name)
  if (found === undefined || found.kind === 'none') return undefined
  if (found.kind === 'function' || (found.kind === 'builtin' && found.bindsSelf))
    return evaluator.call(found, [value, ...positional], undefined, span)
  if (found.kind === 'staticMethod') return evaluator.call(found.fn, positional, undefined, span)
  if (found.kind === 'classMethod') return evaluator.call(found.fn, [typeOf(value), ...positional], undefined, span)
  return evaluator.call(found, positional, undefined, span)
}

/** The Unknown that an instance's class derives from, when it does. */
export function unknownBaseOf(cls: ClassValue): Extract<Value, { kind: 'unknown' }> | undefined {
  for (const candidate of cls.mro) if (candidate.unknownBase !== null) return candidate.unknownBase
  return undefined
}
