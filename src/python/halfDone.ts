/** Names whose values a loop builds up round by round: when it is cut off, they are neither what they were nor what they would be. */
import type { Expression, Statement } from './ast'
import { collectTarget } from './bindings'

/** Methods that add to what they are called on. */
const adding: ReadonlySet<string> = new Set([
  'add',
  'add_module',
  'append',
  'appendleft',
  'extend',
  'insert',
  'register_module',
  'setdefault',
  'update',
])

/** Names that the loops in `statement` bind or add to. Empty where it has no loop. */
export function builtUp(statement: Statement): ReadonlySet<string> {
  const found = new Set<string>()
  collect(statement, false, found)
  return found
}

function collect(statement: Statement, isInLoop: boolean, into: Set<string>): void {
  const all = (statements: readonly Statement[], inLoop = isInLoop): void => {
    for (const each of statements) collect(each, inLoop, into)
  }
  switch (statement.kind) {
    case 'for':
      collectTarget(statement.target, into)
      all([...statement.body, ...statement.orElse], true)
      return
    case 'while':
      all([...statement.body, ...statement.orElse], true)
      return
    case 'if':
      all([...statement.body, ...statement.orElse])
      return
    case 'with':
      all(statement.body)
      return
    case 'try':
      all([...statement.body, ...statement.handlers.flatMap(({ body }) => body), ...statement.orElse, ...statement.finalBody])
      return
    case 'assign':
      if (isInLoop) for (const target of statement.targets) collectWritten(target, into)
      return
    case 'augmentedAssign':
      if (isInLoop) collectWritten(statement.target, into)
      return
    case 'expression':
      if (isInLoop) collectAddedTo(statement.value, into)
      return
    default:
      return
  }
}

/** `x`, and the `x` of `x[i] = …`. */
function collectWritten(target: Expression, into: Set<string>): void {
  collectTarget(target, into)
  if (target.kind === 'subscript' && target.object.kind === 'name') into.add(target.object.name)
}

/** The `x` of `x.append(…)`. */
function collectAddedTo(value: Expression, into: Set<string>): void {
  if (value.kind !== 'call' || value.callee.kind !== 'attribute' || value.callee.object.kind !== 'name') return
  if (adding.has(value.callee.name)) into.add(value.callee.object.name)
}
