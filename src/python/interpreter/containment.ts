/** `item in container`. */
import type { Span } from '../../graph'
import { typeOf } from '../builtins/typeOf'
import { underlying } from '../guards'
import { bool } from '../make'
import type { Value } from '../values'
import { isNumberValue } from './arithmetic'
import { equals } from './equality'
import type { Evaluator } from './evaluator'
import { callSpecial } from './special'

export function contains(container: Value, item: Value, span: Span | null, evaluator: Evaluator): Value {
  const special = callSpecial(evaluator, container, '__contains__', [item], span)
  if (special !== undefined) {
    const truth = evaluator.truth(special, span)
    return truth === undefined ? special : bool(truth)
  }
  const plain = underlying(container)
  switch (plain.kind) {
    case 'str': {
      const text = underlying(item)
      if (text.kind !== 'str')
        return evaluator.raise('TypeError', `'in <string>' requires string as left operand, not ${typeOf(item).name}`, span)
      return bool(plain.value.includes(text.value))
    }
    case 'dict':
    case 'set':
      return bool(plain.entries.has(item))
    case 'range': {
      const wanted = underlying(item)
      if (!isNumberValue(wanted)) return bool(false)
      const value = Number(wanted.value)
      const inside = plain.step > 0 ? value >= plain.start && value < plain.stop : value <= plain.start && value > plain.stop
      return bool(inside && (value - plain.start) % plain.step === 0)
    }
    default: {
      const next = evaluator.iterate(container, span)
      if (next === null) return evaluator.unknown('what this contains is not known', span)
      let known = true
      for (let each = next(); each !== undefined; each = next()) {
        evaluator.step()
        const same = equals(each, item, evaluator)
        if (same === true) return bool(true)
        if (same === undefined) known = false
      }
      return known ? bool(false) : evaluator.unknown('what this contains is not known', span)
    }
  }
}
