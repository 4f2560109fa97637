/** What a loop changes round by round, found without running it: after one that was not run to its end, nothing of it is known. */
import type { Expression, ForNode, Statement, WhileNode } from './ast'
import { boundNames, collectTarget } from './bindings'

export type Loop = ForNode | WhileNode

export interface Changes {
  /** What its rounds bind in their own scope. */
  readonly names: ReadonlySet<string>
  /** Attributes that they set, and what they set items of, add to or take from: the `a.b` of `a.b = …`, `a.b[i] = …`, `a.b.append(…)`. */
  readonly places: readonly Expression[]
}

/** Methods that change what they are called on. */
const changing: ReadonlySet<string> = new Set([
  'add',
  'add_module',
  'append',
  'appendleft',
  'clear',
  'difference_update',
  'discard',
  'extend',
  'extendleft',
  'insert',
  'intersection_update',
  'pop',
  'popitem',
  'popleft',
  'register_buffer',
  'register_module',
  'register_parameter',
  'remove',
  'reverse',
  'rotate',
  'setdefault',
  'sort',
  'subtract',
  'symmetric_difference_update',
  'update',
])

/** The loops of a statement that are in no other, those of a function or class that it defines left out. */
export function loopsIn(statement: Statement): readonly Loop[] {
  return statement.kind === 'for' || statement.kind === 'while'
    ? [statement]
    : blocksOf(statement).flatMap((block) => block.flatMap(loopsIn))
}

export function changesOf(loop: Loop): Changes {
  const names = new Set(boundNames(loop.body))
  const places: Expression[] = []
  if (loop.kind === 'for') target(loop.target, names, places)
  else within(loop.test, names, places)
  for (const statement of loop.body) inStatement(statement, names, places)
  return { names, places }
}

function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'for':
    case 'while':
    case 'if':
      return [statement.body, statement.orElse]
    case 'with':
      return [statement.body]
    case 'try':
      return [statement.body, ...statement.handlers.map(({ body }) => body), statement.orElse, statement.finalBody]
    case 'match':
      return statement.cases.map(({ body }) => body)
    default:
      return []
  }
}

function inStatement(statement: Statement, names: Set<string>, places: Expression[]): void {
  switch (statement.kind) {
    case 'expression':
      within(statement.value, names, places)
      break
    case 'assign':
      for (const each of statement.targets) target(each, names, places)
      within(statement.value, names, places)
      break
    case 'augmentedAssign':
      target(statement.target, names, places)
      within(statement.value, names, places)
      break
    case 'annotatedAssign':
      if (statement.value === null) break
      target(statement.target, names, places)
      within(statement.value, names, places)
      break
    case 'delete':
      for (const each of statement.targets) target(each, names, places)
      break
    case 'if':
    case 'while':
      within(statement.test, names, places)
      break
    case 'for':
      target(statement.target, names, places)
      within(statement.iterable, names, places)
      break
    default:
      break
  }
  for (const block of blocksOf(statement)) for (const each of block) inStatement(each, names, places)
}

/** What an assignment to `at` changes. */
function target(at: Expression, names: Set<string>, places: Expression[]): void {
  switch (at.kind) {
    case 'attribute':
      places.push(at)
      return
    case 'subscript':
      places.push(at.object)
      return
    case 'tuple':
    case 'list':
      for (const element of at.elements) target(element, names, places)
      return
    case 'starred':
      target(at.value, names, places)
      return
    default:
      collectTarget(at, names)
  }
}

/** The `:=` of an expression, and the calls in it that change what they are called on. */
function within(value: Expression, names: Set<string>, places: Expression[]): void {
  switch (value.kind) {
    case 'namedExpression':
      names.add(value.name)
      within(value.value, names, places)
      return
    case 'call':
      if (value.callee.kind === 'attribute') {
        if (changing.has(value.callee.name)) places.push(value.callee.object)
        within(value.callee.object, names, places)
      }
      for (const each of value.arguments) within(each.value, names, places)
      return
    case 'unary':
      within(value.operand, names, places)
      return
    case 'binary':
    case 'boolean':
      within(value.left, names, places)
      within(value.right, names, places)
      return
    case 'comparison':
      within(value.first, names, places)
      for (const { operand } of value.rest) within(operand, names, places)
      return
    case 'tuple':
    case 'list':
      for (const element of value.elements) within(element, names, places)
      return
    case 'attribute':
    case 'subscript':
      within(value.object, names, places)
      return
    default:
      return
  }
}
