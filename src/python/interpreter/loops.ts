/**
 * `for` and `while`. A loop over something unknown, or while something unknown, is not run at all, which is noted: how often
 * it runs is not known, and one round would be as wrong as none. What its body binds, and the lists, dicts and containers
 * that it adds to, are Unknown afterwards. A loop that trains ends with the round that does: what is built after it starts from what
 * was built before.
 */
import type { Expression, ForNode, Statement, WhileNode } from '../ast'
import { boundNames, collectTarget } from '../bindings'
import type { Scope } from '../scope'
import type { UnknownValue } from '../values'
import type { Completion } from './completion'
import type { Evaluator } from './evaluator'
import { isRest } from './iteration'
import { assign } from './names'
import { Rounds } from './rounds'

export function executeFor(node: ForNode, scope: Scope, evaluator: Evaluator): Completion {
  const iterable = evaluator.evaluate(node.iterable, scope)
  const next = evaluator.iterate(iterable, node.iterable.span)
  if (next === null) {
    const reason = iterable.kind === 'unknown' ? iterable : evaluator.unknown('the items of this value are not known', node.iterable.span)
    return skip(node, reason, scope, evaluator)
  }
  const rounds = new Rounds(evaluator)
  for (let item = next(); item !== undefined; item = next()) {
    if (isRest(item)) return skip(node, item, scope, evaluator)
    evaluator.meter.span = node.span
    evaluator.step()
    assign(node.target, item, scope, evaluator)
    const completion = evaluator.execute(node.body, scope)
    if (completion !== null && completion.kind !== 'continue') return completion.kind === 'break' ? null : completion
    const verdict = rounds.verdict()
    if (verdict === 'trained') return null
    if (verdict === 'idle') return skip(node, buildsNothing(node, evaluator), scope, evaluator)
  }
  return evaluator.execute(node.orElse, scope)
}

function buildsNothing(node: ForNode | WhileNode, evaluator: Evaluator): UnknownValue {
  return evaluator.unknown('it takes very many rounds, and none of them builds a layer', node.span)
}

export function executeWhile(node: WhileNode, scope: Scope, evaluator: Evaluator): Completion {
  const endless = isEndless(node)
  if (endless) scope.endlessLoops++
  try {
    return repeat(node, scope, evaluator)
  } finally {
    if (endless) scope.endlessLoops--
  }
}

/** Whether only `break` or `return` can end a loop. */
export function isEndless({ test }: WhileNode): boolean {
  return (test.kind === 'constant' && test.value === 'True') || (test.kind === 'integer' && test.value !== 0)
}

function repeat(node: WhileNode, scope: Scope, evaluator: Evaluator): Completion {
  const rounds = new Rounds(evaluator)
  for (;;) {
    evaluator.meter.span = node.span
    evaluator.step()
    const test = evaluator.evaluate(node.test, scope)
    const truth = evaluator.truth(test, node.test.span)
    if (truth === undefined) {
      const reason = test.kind === 'unknown' ? test : evaluator.unknown('this condition is not known', node.test.span)
      return skip(node, reason, scope, evaluator)
    }
    if (!truth) return evaluator.execute(node.orElse, scope)
    const completion = evaluator.execute(node.body, scope)
    if (completion !== null && completion.kind !== 'continue') return completion.kind === 'break' ? null : completion
    const verdict = rounds.verdict()
    if (verdict === 'trained') return null
    if (verdict === 'idle') return skip(node, buildsNothing(node, evaluator), scope, evaluator)
  }
}

export function skip(node: ForNode | WhileNode, reason: UnknownValue, scope: Scope, evaluator: Evaluator): Completion {
  evaluator.note({ kind: 'unread', message: `this loop is not read: ${reason.reason}`, span: node.span })
  const names = new Set(boundNames(node.body))
  if (node.kind === 'for') collectTarget(node.target, names)
  for (const name of names) scope.bind(name, reason)
  for (const filled of filledBy(node.body)) spoil(filled, reason, scope, evaluator)
  return evaluator.execute(node.orElse, scope)
}

const fillers = new Set([
  'append',
  'extend',
  'insert',
  'add',
  'update',
  'pop',
  'remove',
  'clear',
  'setdefault',
  'add_module',
  'register_module',
  'appendleft',
  'popleft',
])

/** What a body fills: the receivers of `append` and the like, and the objects of item assignments. */
function filledBy(statements: readonly Statement[]): Expression[] {
  const found: Expression[] = []
  for (const statement of statements) {
    if (
      statement.kind === 'expression' &&
      statement.value.kind === 'call' &&
      statement.value.callee.kind === 'attribute' &&
      fillers.has(statement.value.callee.name)
    ) {
      found.push(statement.value.callee.object)
    } else if (statement.kind === 'assign') {
      for (const target of statement.targets) if (target.kind === 'subscript') found.push(target.object)
    } else if (statement.kind === 'for' || statement.kind === 'while' || statement.kind === 'if')
      found.push(...filledBy(statement.body), ...filledBy(statement.orElse))
    else if (statement.kind === 'with') found.push(...filledBy(statement.body))
  }
  return found
}

function spoil(target: Expression, reason: UnknownValue, scope: Scope, evaluator: Evaluator): void {
  if (target.kind === 'name') {
    if (scope.find(target.name) !== undefined) scope.bind(target.name, reason)
  } else if (target.kind === 'attribute') evaluator.setAttribute(evaluator.evaluate(target.object, scope), target.name, reason, target.span)
}
