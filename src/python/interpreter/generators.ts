/**
 * Generator functions, lazily. Statements that hold a `yield` run as a JavaScript generator; everything else, and every
 * expression, by the ordinary executor. A `yield` inside a larger expression is met before the rest of its statement.
 */
import type { ForNode, IfNode, MatchNode, Statement, TryNode, WhileNode, WithNode, YieldFromNode, YieldNode } from '../ast'
import { none } from '../make'
import type { Activation, Scope } from '../scope'
import type { FunctionValue, IteratorValue, Value } from '../values'
import { bindUnknown, prefersBody } from './branches'
import type { Completion } from './completion'
import { PythonError } from './errors'
import type { Evaluator } from './evaluator'
import { enterHandler } from './exceptions'
import { isRest, restOf } from './iteration'
import { isEndless, skip } from './loops'
import { assign } from './names'
import { chooseCase } from './patterns'
import { enterManager, exitManager } from './with'

type Run<T> = Generator<Value, T, Value>

export function makeGenerator(fn: FunctionValue, scope: Scope, evaluator: Evaluator): IteratorValue {
  const run = block(fn.node.body, scope, evaluator)
  const frame = { functionName: fn.qualifiedName, callSpan: null, self: scope.activation?.self ?? null, variables: scope.variables, fn }
  let isRunning = false
  let result: Value = none
  const advance = (move: () => IteratorResult<Value, Completion>): Value | undefined => {
    if (isRunning) return evaluator.raise('ValueError', 'generator already executing', fn.span)
    isRunning = true
    try {
      const step = evaluator.within(frame, move)
      if (step.done !== true) return step.value
      if (step.value?.kind === 'return') result = step.value.value
      return undefined
    } finally {
      isRunning = false
    }
  }
  const send = (sent: Value): Value | undefined => advance(() => run.next(sent))
  return {
    kind: 'iterator',
    name: 'generator',
    next: () => send(none),
    send,
    throw: (exception) => advance(() => run.throw(evaluator.exception(exception, fn.span))),
    result: () => result,
  }
}

function* block(statements: readonly Statement[], scope: Scope, evaluator: Evaluator): Run<Completion> {
  for (const statement of statements) {
    const completion = yieldsIn(statement).length === 0 ? evaluator.execute([statement], scope) : yield* one(statement, scope, evaluator)
    if (completion !== null) return completion
  }
  return null
}

function* one(statement: Statement, scope: Scope, evaluator: Evaluator): Run<Completion> {
  evaluator.step()
  switch (statement.kind) {
    case 'if':
      return yield* branch(statement, scope, evaluator)
    case 'for':
      return yield* loop(statement, scope, evaluator)
    case 'while':
      return yield* repeat(statement, scope, evaluator)
    case 'try':
      return yield* guarded(statement, scope, evaluator)
    case 'with':
      return yield* managed(statement, 0, scope, evaluator)
    case 'match':
      return yield* matched(statement, scope, evaluator)
    default:
      yield* meet(statement, scope, evaluator)
      return evaluator.execute([statement], scope)
  }
}

/** Yields what the expressions of a node yield, and keeps what is sent back for when they are evaluated. */
function* meet(node: object, scope: Scope, evaluator: Evaluator): Run<void> {
  const activation: Activation | null = scope.activationAround()
  for (const found of yieldsIn(node)) {
    let sent: Value
    if (found.kind === 'yield') sent = yield found.value === null ? none : evaluator.evaluate(found.value, scope)
    else sent = yield* delegate(found, scope, evaluator)
    if (activation === null) continue
    activation.sent ??= new Map()
    activation.sent.set(found, sent)
  }
}

function* delegate(node: YieldFromNode, scope: Scope, evaluator: Evaluator): Run<Value> {
  const source = evaluator.evaluate(node.value, scope)
  const next = evaluator.iterate(source, node.span)
  if (next === null) {
    yield restOf(source.kind === 'unknown' ? source : evaluator.unknown('what this yields is not known', node.span))
    return source
  }
  for (let item = next(); item !== undefined; item = next()) {
    evaluator.step()
    yield item
  }
  return source.kind === 'iterator' ? (source.result?.() ?? none) : none
}

function* branch(node: IfNode, scope: Scope, evaluator: Evaluator): Run<Completion> {
  yield* meet(node.test, scope, evaluator)
  const test = evaluator.evaluate(node.test, scope)
  const truth = evaluator.truth(test, node.test.span)
  const taken = truth ?? prefersBody(node, scope)
  if (truth === undefined) {
    const reason = test.kind === 'unknown' ? test : evaluator.unknown('this condition is not known', node.test.span)
    evaluator.noteChoice(node.test.span, `whether this holds is not known (${reason.reason}): taken to be ${taken}`)
    bindUnknown(taken ? node.orElse : node.body, reason, scope)
  }
  return yield* block(taken ? node.body : node.orElse, scope, evaluator)
}

function* loop(node: ForNode, scope: Scope, evaluator: Evaluator): Run<Completion> {
  yield* meet(node.iterable, scope, evaluator)
  const iterable = evaluator.evaluate(node.iterable, scope)
  const next = evaluator.iterate(iterable, node.iterable.span)
  if (next === null) {
    const reason = iterable.kind === 'unknown' ? iterable : evaluator.unknown('the items of this value are not known', node.iterable.span)
    yield restOf(reason)
    return skip(node, reason, scope, evaluator)
  }
  for (let item = next(); item !== undefined; item = next()) {
    if (isRest(item)) {
      yield item
      return skip(node, item, scope, evaluator)
    }
    evaluator.step()
    assign(node.target, item, scope, evaluator)
    const completion = yield* block(node.body, scope, evaluator)
    if (completion === null || completion.kind === 'continue') continue
    return completion.kind === 'break' ? null : completion
  }
  return yield* block(node.orElse, scope, evaluator)
}

function* repeat(node: WhileNode, scope: Scope, evaluator: Evaluator): Run<Completion> {
  const endless = isEndless(node) ? 1 : 0
  scope.endlessLoops += endless
  try {
    return yield* rounds(node, scope, evaluator)
  } finally {
    scope.endlessLoops -= endless
  }
}

function* rounds(node: WhileNode, scope: Scope, evaluator: Evaluator): Run<Completion> {
  for (;;) {
    evaluator.step()
    yield* meet(node.test, scope, evaluator)
    const test = evaluator.evaluate(node.test, scope)
    const truth = evaluator.truth(test, node.test.span)
    if (truth === undefined) {
      const reason = test.kind === 'unknown' ? test : evaluator.unknown('this condition is not known', node.test.span)
      yield restOf(reason)
      return skip(node, reason, scope, evaluator)
    }
    if (!truth) return yield* block(node.orElse, scope, evaluator)
    const completion = yield* block(node.body, scope, evaluator)
    if (completion === null || completion.kind === 'continue') continue
    return completion.kind === 'break' ? null : completion
  }
}

function* guarded(node: TryNode, scope: Scope, evaluator: Evaluator): Run<Completion> {
  let completion: Completion = null
  try {
    let raised: PythonError | null = null
    try {
      completion = yield* block(node.body, scope, evaluator)
    } catch (error) {
      if (!(error instanceof PythonError)) throw error
      raised = error
    }
    if (raised !== null) completion = yield* block(enterHandler(node, raised, scope, evaluator).body, scope, evaluator)
    else completion ??= yield* block(node.orElse, scope, evaluator)
  } catch (error) {
    if (error instanceof PythonError) {
      const last = yield* block(node.finalBody, scope, evaluator)
      if (last !== null) return last
    }
    throw error
  }
  return (yield* block(node.finalBody, scope, evaluator)) ?? completion
}

function* managed(node: WithNode, at: number, scope: Scope, evaluator: Evaluator): Run<Completion> {
  const item = node.items[at]
  if (item === undefined) return yield* block(node.body, scope, evaluator)
  yield* meet(item.context, scope, evaluator)
  const manager = evaluator.evaluate(item.context, scope)
  const entered = enterManager(manager, node, evaluator)
  if (item.target !== null) assign(item.target, entered, scope, evaluator)
  let completion: Completion
  try {
    completion = yield* managed(node, at + 1, scope, evaluator)
  } catch (error) {
    if (error instanceof PythonError && exitManager(manager, error, node, evaluator)) return null
    throw error
  }
  exitManager(manager, null, node, evaluator)
  return completion
}

function* matched(node: MatchNode, scope: Scope, evaluator: Evaluator): Run<Completion> {
  yield* meet(node.subject, scope, evaluator)
  const chosen = chooseCase(node, scope, evaluator)
  return chosen === null ? null : yield* block(chosen.body, scope, evaluator)
}

const found = new WeakMap<object, readonly (YieldNode | YieldFromNode)[]>()

/** The yields of a statement or expression, in order, innermost first; not those of functions defined in it. */
function yieldsIn(node: object): readonly (YieldNode | YieldFromNode)[] {
  const known = found.get(node)
  if (known !== undefined) return known
  const collected: (YieldNode | YieldFromNode)[] = []
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    if (Array.isArray(part)) {
      for (const each of part) visit(each)
      return
    }
    const kind = (part as { kind?: unknown }).kind
    if (kind === 'function') return
    for (const [key, value] of Object.entries(part)) if (key !== 'span' && key !== 'nameSpan') visit(value)
    if (kind === 'yield' || kind === 'yieldFrom') collected.push(part as YieldNode | YieldFromNode)
  }
  visit(node)
  found.set(node, collected)
  return collected
}
