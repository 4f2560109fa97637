/** f-strings. */
import type { FormattedStringNode, ReplacementField } from '../ast'
import { convert, formatValue } from '../builtins/format'
import { str } from '../make'
import type { Scope } from '../scope'
import type { Value } from '../values'
import type { Evaluator } from './evaluator'

/** A str; Unknown when a value that it shows is. */
export function evaluateFormatted(node: FormattedStringNode, scope: Scope, evaluator: Evaluator): Value {
  return join(node.parts, scope, evaluator)
}

function join(parts: readonly (string | ReplacementField)[], scope: Scope, evaluator: Evaluator): Value {
  let text = ''
  let hidden: Value | null = null
  for (const part of parts) {
    const shown = typeof part === 'string' ? str(part) : field(part, scope, evaluator)
    if (shown.kind === 'str') text += shown.value
    else hidden ??= shown
  }
  return hidden ?? str(text)
}

function field(part: ReplacementField, scope: Scope, evaluator: Evaluator): Value {
  const value = convert(evaluator.evaluate(part.value, scope), part.conversion ?? '', evaluator)
  const specification = join(part.format, scope, evaluator)
  return specification.kind === 'str' ? formatValue(value, specification.value, evaluator, part.value.span) : specification
}
