/**
 * `for` and `while`. A loop over something unknown, or while something unknown, is not run at all, which is noted: how often
 * it runs is not known, and one round would be as wrong as none. What its body binds, the attributes that it sets and the lists,
 * dicts and containers that it changes are Unknown afterwards. A loop that trains ends with the round that does: what is built after it starts from what
 * was built before.
 */
import type { ForNode, WhileNode } from '../ast'
import type { Loop } from '../changes'
import type { Scope } from '../scope'
import type { UnknownValue } from '../values'
import type { Completion } from './completion'
import type { Evaluator } from './evaluator'
import { forget } from './forgetting'
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

function buildsNothing(node: Loop, evaluator: Evaluator): UnknownValue {
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

export function skip(node: Loop, reason: UnknownValue, scope: Scope, evaluator: Evaluator): Completion {
  evaluator.note({ kind: 'unread', message: `this loop is not read: ${reason.reason}`, span: node.span })
  forget(node, reason, scope, evaluator)
  return evaluator.execute(node.orElse, scope)
}
