/** Comprehensions, and generator expressions, which are lazy. */
import type { ComprehensionClause, ComprehensionNode } from '../ast'
import { dict, iterator, list, set } from '../make'
import { Scope } from '../scope'
import type { UnknownValue, Value } from '../values'
import type { Evaluator } from './evaluator'
import { isRest, restOf } from './iteration'
import { assign } from './names'

/** The Unknown that an iterable or a condition turned out to be: the whole comprehension is that. */
class Hidden {
  constructor(readonly value: UnknownValue) {}
}

export function evaluateComprehension(node: ComprehensionNode, scope: Scope, evaluator: Evaluator): Value {
  const inner = new Scope('comprehension', new Map(), scope, scope.module)
  const [first] = node.clauses
  if (first === undefined || first.kind !== 'for') return evaluator.unknown('syntax error: a comprehension without `for`', node.span)
  // Python evaluates the first iterable at once, outside.
  const source = evaluator.evaluate(first.iterable, scope)
  if (source.kind === 'unknown') return source
  const rows = run(node.clauses, 0, source, inner, evaluator)
  if (node.form === 'generator') return lazily(node, rows, inner, evaluator)
  const items: Value[] = []
  const pairs: (readonly [Value, Value])[] = []
  for (const row of rows) {
    if (row instanceof Hidden) return row.value
    const key = evaluator.evaluate(node.element, inner)
    if (node.form === 'dict' && node.value !== null) pairs.push([key, evaluator.evaluate(node.value, inner)])
    else items.push(key)
    evaluator.checkSize(items.length + pairs.length, node.span)
  }
  if (node.form === 'list') return list(items)
  const unhashable = (node.form === 'dict' ? pairs.map(([key]) => key) : items).find((item) => item.kind === 'unknown')
  if (unhashable !== undefined) return unhashable
  return node.form === 'dict' ? dict(pairs) : set(items)
}

function lazily(node: ComprehensionNode, rows: Generator<Hidden | null, void>, scope: Scope, evaluator: Evaluator): Value {
  let isOver = false
  return iterator('generator', () => {
    const row = isOver ? undefined : rows.next()
    if (row === undefined || row.done === true) return undefined
    if (row.value instanceof Hidden) {
      isOver = true
      return restOf(row.value.value)
    }
    return evaluator.evaluate(node.element, scope)
  })
}

/** Yields once for each combination that passes, its names bound in `scope`. */
function* run(
  clauses: readonly ComprehensionClause[],
  at: number,
  source: Value | null,
  scope: Scope,
  evaluator: Evaluator,
): Generator<Hidden | null, void> {
  const clause = clauses[at]
  if (clause === undefined) {
    yield null
    return
  }
  if (clause.kind === 'if') {
    const test = evaluator.evaluate(clause.test, scope)
    const truth = evaluator.truth(test, clause.test.span)
    if (truth === undefined)
      yield new Hidden(test.kind === 'unknown' ? test : evaluator.unknown('whether this is true is not known', clause.test.span))
    else if (truth) yield* run(clauses, at + 1, null, scope, evaluator)
    return
  }
  const iterable = source ?? evaluator.evaluate(clause.iterable, scope)
  const items = iterable.kind === 'unknown' ? null : evaluator.iterate(iterable, clause.iterable.span)
  if (items === null) {
    yield new Hidden(
      iterable.kind === 'unknown' ? iterable : evaluator.unknown('the items of this value are not known', clause.iterable.span),
    )
    return
  }
  for (let item = items(); item !== undefined; item = items()) {
    if (isRest(item)) {
      yield new Hidden(item)
      return
    }
    evaluator.step()
    assign(clause.target, item, scope, evaluator)
    yield* run(clauses, at + 1, null, scope, evaluator)
  }
}
