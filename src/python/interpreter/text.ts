/** `eval` and `exec` of a text that is known: read like the rest of the program, in the names of where they are called. */
import { asString } from '../guards'
import type { CallArguments } from '../host'
import { none } from '../make'
import { parse } from '../parser/parse'
import type { Scope } from '../scope'
import type { Value } from '../values'
import type { Evaluator } from './evaluator'

/** Characters of a text past which it is not read. */
const longest = 20_000

export function evaluateText(args: CallArguments, isProgram: boolean, scope: Scope, evaluator: Evaluator): Value {
  const [given, names] = args.positional
  const text = given === undefined ? undefined : asString(given)
  const what = isProgram ? 'exec' : 'eval'
  if (text === undefined)
    return given?.kind === 'unknown' ? given : evaluator.unknown(`the text that \`${what}\` is given is not known`, args.span)
  if (names !== undefined || text.length > longest)
    return evaluator.unknown(`\`${what}\` with names of its own, or of a long text, is not read`, args.span)
  const { module, errors } = parse('<string>', text.trim())
  const [error] = errors
  if (error !== undefined) return evaluator.raise('SyntaxError', error.message, args.span)
  if (isProgram) {
    evaluator.within({ functionName: what, callSpan: args.span, self: null }, () =>
      evaluator.attempt(() => evaluator.execute(module.body, scope)),
    )
    return none
  }
  const [only] = module.body
  if (only === undefined || only.kind !== 'expression' || module.body.length > 1)
    return evaluator.raise('SyntaxError', 'invalid syntax', args.span)
  return evaluator.within({ functionName: what, callSpan: args.span, self: null }, () => evaluator.evaluate(only.value, scope))
}
