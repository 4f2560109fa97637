/** What each kind of statement does. What stands in no table here is a type, or nothing that runs. */
import { childOfField, named, type SyntaxNode } from '../../syntax'
import { isFunction, isUnknown, ObjectValue, type Value } from '../values'
import { makeClass } from './classes'
import { type Completion, normal, Thrown } from './completion'
import type { Evaluator } from './evaluator'
import { conditionText } from './expressions'
import { hoist } from './hoist'
import { numberOf, propertyName } from './literals'
import { loops } from './loops'
import { exported, imported } from './modules'
import { looselyEqual } from './operators'
import { bindPattern } from './patterns'
import { Scope } from './scope'
import { toText } from './text'
import { truthOf } from './truth'

export type Execute = (run: Evaluator, node: SyntaxNode, scope: Scope) => Completion

function declaration(run: Evaluator, node: SyntaxNode, scope: Scope): Completion {
  const isVar = node.type === 'variable_declaration'
  for (const declarator of named(node)) {
    const target = childOfField(declarator, 'name')
    if (target === null) continue
    const written = childOfField(declarator, 'value')
    const value = written === null ? undefined : run.evaluate(written, scope)
    if (isFunction(value) && value.name === '') value.name = run.text(target)
    bindPattern(run, target, value, scope, (name, bound) => (isVar ? scope.declareVar(name, bound) : scope.declare(name, bound)))
  }
  return normal
}

export function block(run: Evaluator, node: SyntaxNode, around: Scope): Completion {
  if (node.type !== 'statement_block') return run.execute(node, around)
  const scope = new Scope(around)
  hoist(run, named(node), scope)
  return run.executeAll(node.children, scope)
}

const branch: Execute = (run, node, scope) => {
  const condition = childOfField(node, 'condition')
  const value = condition === null ? undefined : run.evaluate(condition, scope)
  const truth = truthOf(value)
  if (isUnknown(value)) run.note(`\`${conditionText(run, node)}\` is not known and taken for false: ${value.reason}`, run.span(node))
  const taken = childOfField(node, truth === true ? 'consequence' : 'alternative')
  const body = taken?.type === 'else_clause' ? named(taken)[0] : taken
  return body === null || body === undefined ? normal : block(run, body, scope)
}

const choose: Execute = (run, node, around) => {
  const scope = new Scope(around)
  const subject = childOfField(node, 'value')
  const value = subject === null ? undefined : run.evaluate(subject, scope)
  const body = childOfField(node, 'body')
  const cases = body === null ? [] : named(body)
  let from = cases.findIndex((each) => {
    const label = each.type === 'switch_case' ? childOfField(each, 'value') : null
    if (label === null) return false
    const wanted = run.evaluate(label, scope)
    if (!isUnknown(value)) return looselyEqual(value, wanted)
    if (value.parameter !== null && typeof wanted === 'string')
      run.choices.set(value.parameter, (run.choices.get(value.parameter) ?? new Set<string>()).add(wanted))
    return false
  })
  if (from < 0) from = cases.findIndex(({ type }) => type === 'switch_default')
  if (from < 0) return normal
  for (const each of cases.slice(from)) {
    const completion = run.executeAll(
      each.children.filter(({ field }) => field !== 'value'),
      scope,
    )
    if (completion.kind === 'break' && completion.label === null) return normal
    if (completion.kind !== 'normal') return completion
  }
  return normal
}

const attempt: Execute = (run, node, scope) => {
  const body = childOfField(node, 'body')
  const handler = childOfField(node, 'handler')
  const finalizer = childOfField(node, 'finalizer')
  const { module } = run
  const { depth } = run.meter
  const running = run.running.length
  let completion = normal
  try {
    if (body !== null) completion = block(run, body, scope)
  } catch (error) {
    if (!(error instanceof Thrown) || handler === null) throw error
    run.module = module
    run.meter.depth = depth
    run.running.length = running
    const inner = new Scope(scope)
    const parameter = childOfField(handler, 'parameter')
    if (parameter !== null) bindPattern(run, parameter, error.value, inner, (name, value) => inner.declare(name, value))
    const caught = childOfField(handler, 'body')
    completion = caught === null ? normal : block(run, caught, inner)
  }
  const last = finalizer === null ? null : childOfField(finalizer, 'body')
  const ended = last === null ? normal : block(run, last, scope)
  return ended.kind === 'normal' ? completion : ended
}

const thrown: Execute = (run, node, scope) => {
  const [written] = named(node)
  const value = written === undefined ? undefined : run.evaluate(written, scope)
  const message = value instanceof ObjectValue ? value.value('message') : undefined
  throw new Thrown(value, run.span(node), message === undefined || isUnknown(message) ? 'an error' : `“${toText(message)}”`)
}

const leave =
  (kind: 'break' | 'continue'): Execute =>
  (run, node) => {
    const label = childOfField(node, 'label')
    return { kind, label: label === null ? null : run.text(label) }
  }

const classDeclaration: Execute = (run, node, scope) => {
  const made = makeClass(run, node, scope)
  scope.declare(made.name, made)
  return normal
}

/** Members count up from 0, or from the number before. */
const enumeration: Execute = (run, node, scope) => {
  const name = childOfField(node, 'name')
  const body = childOfField(node, 'body')
  if (name === null || body === null) return normal
  const made = new ObjectValue(null, null)
  let next: Value = 0
  for (const member of named(body)) {
    const key = member.type === 'enum_assignment' ? childOfField(member, 'name') : member
    const written = member.type === 'enum_assignment' ? childOfField(member, 'value') : null
    if (key === null) continue
    const value: Value = written === null ? next : run.evaluate(written, scope)
    made.properties.set(propertyName(run, key, scope), { value, span: run.span(member) })
    next = typeof value === 'number' ? numberOf(String(value + 1)) : undefined
  }
  scope.declare(run.text(name), made)
  return normal
}

const labeled: Execute = (run, node, scope) => {
  const label = childOfField(node, 'label')
  const body = childOfField(node, 'body')
  const completion = body === null ? normal : block(run, body, scope)
  const own = label === null ? null : run.text(label)
  return (completion.kind === 'break' || completion.kind === 'continue') && completion.label === own ? normal : completion
}

/** `export const …`, `export default …`, `export {a as b}`, `export * from '…'`. */
const exportStatement: Execute = (run, node, scope) => {
  const declared = childOfField(node, 'declaration')
  if (declared !== null) {
    const completion = run.execute(declared, scope)
    exported(run, node, scope)
    return completion
  }
  exported(run, node, scope)
  return normal
}

export const statements: Readonly<Record<string, Execute>> = {
  lexical_declaration: declaration,
  variable_declaration: declaration,
  using_declaration: declaration,
  // Hoisted when the block began.
  function_declaration: () => normal,
  generator_function_declaration: () => normal,
  class_declaration: classDeclaration,
  abstract_class_declaration: classDeclaration,
  enum_declaration: enumeration,
  expression_statement: (run, node, scope) => {
    const [first] = named(node)
    if (first !== undefined) run.evaluate(first, scope)
    return normal
  },
  statement_block: block,
  if_statement: branch,
  switch_statement: choose,
  try_statement: attempt,
  throw_statement: thrown,
  return_statement: (run, node, scope) => {
    const [value] = named(node)
    return { kind: 'return', value: value === undefined ? undefined : run.evaluate(value, scope) }
  },
  break_statement: leave('break'),
  continue_statement: leave('continue'),
  labeled_statement: labeled,
  import_statement: (run, node, scope) => {
    imported(run, node, scope)
    return normal
  },
  export_statement: exportStatement,
  // What a file that is being edited cannot be read as: the statements in it that can.
  ERROR: (run, node, scope) => {
    hoist(run, named(node), scope)
    return run.executeAll(node.children, scope)
  },
  ...loops,
}
