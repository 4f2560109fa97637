/** `eval` and `exec` of a text that is known: read like the rest of the program, in the names of where they are called. */
import { asString, underlying } from '../guards'
import type { CallArguments } from '../host'
import { none, str } from '../make'
import { parse } from '../parser/parse'
import { Scope } from '../scope'
import type { DictValue, Value } from '../values'
import type { Evaluator } from './evaluator'
import { ModuleEntries } from './moduleEntries'

/** Characters of a text past which it is not read. */
const longest = 20_000

export function evaluateText(args: CallArguments, isProgram: boolean, scope: Scope, evaluator: Evaluator): Value {
  const [given, globals, locals] = args.positional
  const text = given === undefined ? undefined : asString(given)
  const what = isProgram ? 'exec' : 'eval'
  if (text === undefined) {
    return given?.kind === 'unknown' ? given : evaluator.unknown(`the text that \`${what}\` is given is not known`, args.span)
  }
  if (text.length > longest) return evaluator.unknown(`\`${what}\` of a text this long is not read`, args.span)
  const { module, errors } = parse('<string>', isProgram ? text : text.trim())
  const [error] = errors
  if (error !== undefined) return evaluator.raise('SyntaxError', error.message, args.span)
  const names = namesFor(globals, locals, scope, evaluator)
  if (!(names instanceof Names)) return names
  const run = (): Value => {
    if (isProgram) {
      evaluator.program.attempt(() => evaluator.execute(module.body, names.scope))
      names.writeBack()
      return none
    }
    const [only] = module.body
    if (only === undefined || only.kind !== 'expression' || module.body.length > 1)
      return evaluator.raise('SyntaxError', 'invalid syntax', args.span)
    return evaluator.evaluate(only.value, names.scope)
  }
  return evaluator.within({ functionName: what, callSpan: args.span, self: null }, run)
}

/** The scope that a text runs in, and the dict that what it binds goes back to. */
class Names {
  constructor(
    readonly scope: Scope,
    private readonly target: DictValue | null,
  ) {}

  writeBack(): void {
    if (this.target === null) return
    for (const [name, value] of this.scope.variables) this.target.entries.set(str(name), value)
  }
}

function namesFor(globals: Value | undefined, locals: Value | undefined, scope: Scope, evaluator: Evaluator): Names | Value {
  const given = [globals, locals].filter((each) => each !== undefined && each.kind !== 'none')
  if (given.length === 0) return new Names(scope, null)
  const variables = new Map<string, Value>()
  let target: DictValue | null = null
  for (const each of given) {
    const plain = each === undefined ? none : underlying(each)
    if (plain.kind !== 'dict') return plain.kind === 'unknown' ? plain : evaluator.raise('TypeError', 'globals must be a dict', null)
    target = plain
    // The module's own names are found through it.
    if (plain.entries instanceof ModuleEntries) continue
    for (const [key, value] of plain.entries.entries()) {
      const name = asString(key)
      if (name !== undefined) variables.set(name, value)
    }
  }
  return new Names(new Scope('function', variables, scope.module.scope, scope.module), target)
}
