/**
 * `if`. Where the condition is not known one branch is taken and that is noted: not one that certainly raises; without an
 * `else`, not a body for a special case, one that leaves the function or the loop, or whose condition is equality with a literal,
 * unless nothing else ends the loop; else the body.
 * When the branch taken raises after all, the other one is run. Names that only the other branch binds become Unknown.
 */
import type { Expression, IfNode, Statement } from '../ast'
import { boundNames } from '../bindings'
import type { Scope } from '../scope'
import type { UnknownValue, Value } from '../values'
import type { Completion } from './completion'
import { PythonError } from './errors'
import type { Evaluator } from './evaluator'

export function executeIf(node: IfNode, scope: Scope, evaluator: Evaluator): Completion {
  const test = evaluator.evaluate(node.test, scope)
  const truth = evaluator.truth(test, node.test.span)
  if (truth !== undefined) return evaluator.execute(truth ? node.body : node.orElse, scope)
  const reason = test.kind === 'unknown' ? test : evaluator.unknown('this condition is not known', node.test.span)
  return takeLikely(node, reason, scope, evaluator)
}

function takeLikely(node: IfNode, reason: UnknownValue, scope: Scope, evaluator: Evaluator): Completion {
  const first = prefersBody(node, scope)
  const taken = first ? node.body : node.orElse
  const other = first ? node.orElse : node.body
  evaluator.noteChoice(node.test.span, `whether this holds is not known (${reason.reason}): taken to be ${first ? 'true' : 'false'}`)
  let completion: Completion
  if (scope.kind === 'module') {
    // Statements of a file stand for themselves: one that raises is not read, and those after it are.
    completion = evaluator.execute(taken, scope)
    bindUnknown(other, reason, scope)
    return completion
  }
  try {
    completion = evaluator.program.attempt(() => evaluator.execute(taken, scope))
  } catch (error) {
    if (!(error instanceof PythonError) || alwaysRaises(other)) throw error
    evaluator.noteChoice(
      node.test.span,
      `whether this holds is not known (${reason.reason}): taken to be ${first ? 'false' : 'true'}, since otherwise ${error.message}`,
    )
    completion = evaluator.execute(other, scope)
  }
  bindUnknown(other, reason, scope)
  return completion
}

/** Which branch an unknown condition takes. */
export function prefersBody(node: IfNode, scope: Scope): boolean {
  const bodyRaises = alwaysRaises(node.body)
  if (bodyRaises !== alwaysRaises(node.orElse)) return !bodyRaises
  return node.orElse.length > 0 || scope.endlessLoops > 0 || !(leaves(node.body) || picksOne(node.test))
}

/** Whether a condition holds for one value of many: equality with a literal. */
function picksOne(test: Expression): boolean {
  if (test.kind === 'boolean') return test.operator === 'and' && (picksOne(test.left) || picksOne(test.right))
  if (test.kind !== 'comparison') return false
  return test.rest.some(({ operator, operand }) => operator === '==' && isLiteral(operand))
}

function isLiteral({ kind }: Expression): boolean {
  return kind === 'string' || kind === 'integer' || kind === 'float'
}

/** Whether a block ends in `raise` however it is entered. */
export function alwaysRaises(block: readonly Statement[]): boolean {
  const last = block[block.length - 1]
  if (last === undefined) return false
  if (last.kind === 'raise') return true
  if (last.kind === 'assert') return last.test.kind === 'constant' && last.test.value === 'False'
  return last.kind === 'if' && last.orElse.length > 0 && alwaysRaises(last.body) && alwaysRaises(last.orElse)
}

function leaves(block: readonly Statement[]): boolean {
  const last = block[block.length - 1]
  return last !== undefined && (last.kind === 'return' || last.kind === 'continue' || last.kind === 'break')
}

/** What statements that were not run would have bound is not known, where nothing bound it before. */
export function bindUnknown(statements: readonly Statement[], reason: Value, scope: Scope): void {
  for (const name of boundNames(statements)) if (scope.find(name) === undefined) scope.bind(name, reason)
}
