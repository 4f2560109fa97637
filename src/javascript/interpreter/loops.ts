import { childOfField, named, type SyntaxNode } from '../../syntax'
import { isArray, isObject, isUnknown, type Value } from '../values'
import { type Completion, normal } from './completion'
import type { Evaluator } from './evaluator'
import { itemsOf } from './iterate'
import { bindPattern, namesIn } from './patterns'
import { Scope } from './scope'
import { block, type Execute } from './statements'
import { truthOf } from './truth'

/** Turns of one loop: what builds a model has fewer, and training is not followed further. */
const mostTurns = 5000

/** What a turn's end means for the loop: null where it goes on. */
function ended(completion: Completion): Completion | null {
  if (completion.kind === 'break' && completion.label === null) return normal
  if (completion.kind === 'normal' || (completion.kind === 'continue' && completion.label === null)) return null
  return completion
}

function holds(run: Evaluator, node: SyntaxNode | null, scope: Scope): boolean {
  if (node === null || node.type === 'empty_statement') return true
  const value = run.evaluate(node.type === 'expression_statement' ? (named(node)[0] ?? node) : node, scope)
  if (isUnknown(value)) run.note(`the loop’s condition is not known: ${value.reason}`, run.span(node))
  return truthOf(value) === true
}

const counted: Execute = (run, node, around) => {
  const scope = new Scope(around)
  const start = childOfField(node, 'initializer')
  const condition = childOfField(node, 'condition')
  const increment = childOfField(node, 'increment')
  const body = childOfField(node, 'body')
  if (start !== null) run.execute(start, scope)
  const names =
    start?.type === 'lexical_declaration'
      ? named(start).flatMap((each) => {
          const target = childOfField(each, 'name')
          return target === null ? [] : namesIn(run, target)
        })
      : []
  for (let turn = 0; turn < mostTurns && holds(run, condition, scope); turn++) {
    run.meter.step()
    // Each turn has its own binding, which functions made in it keep.
    const own = new Scope(scope)
    for (const name of names) own.declare(name, scope.get(name))
    const end = body === null ? null : ended(block(run, body, own))
    for (const name of names) scope.declare(name, own.get(name))
    if (end !== null) return end
    if (increment !== null) run.evaluate(increment, scope)
  }
  return normal
}

function keysOf(value: Value): readonly Value[] {
  if (isObject(value)) return [...value.properties.keys()]
  return isArray(value) ? value.items.map((_, index) => String(index)) : []
}

/** `for … of` and `for … in`. */
const through: Execute = (run, node, around) => {
  const left = childOfField(node, 'left')
  const right = childOfField(node, 'right')
  const body = childOfField(node, 'body')
  const operator = childOfField(node, 'operator')
  if (left === null || right === null || body === null) return normal
  const value = run.evaluate(right, around)
  const items = operator !== null && run.text(operator) === 'in' ? keysOf(value) : itemsOf(value, run.span(right))
  if (isUnknown(items)) {
    run.note(`the loop is not followed: ${items.reason}`, run.span(node))
    return normal
  }
  const declares = childOfField(node, 'kind') !== null
  for (const item of items.slice(0, mostTurns)) {
    run.meter.step()
    const scope = new Scope(around)
    bindPattern(run, left, item, scope, (name, bound) => (declares ? scope.declare(name, bound) : around.assign(name, bound)))
    const end = ended(block(run, body, scope))
    if (end !== null) return end
  }
  return normal
}

const repeated =
  (asksFirst: boolean): Execute =>
  (run, node, scope) => {
    const condition = childOfField(node, 'condition')
    const body = childOfField(node, 'body')
    for (let turn = 0; turn < mostTurns && ((!asksFirst && turn === 0) || holds(run, condition, scope)); turn++) {
      run.meter.step()
      const end = body === null ? null : ended(block(run, body, scope))
      if (end !== null) return end
    }
    return normal
  }

export const loops: Readonly<Record<string, Execute>> = {
  for_statement: counted,
  for_in_statement: through,
  while_statement: repeated(true),
  do_statement: repeated(false),
}
