/** `import` and `export`. */
import { childOfField, childOfType, named, type SyntaxNode } from '../../syntax'
import { isObject, isUnknown, type Value } from '../values'
import type { Evaluator } from './evaluator'
import { stringText } from './literals'
import { memberOf } from './members'
import { namesIn } from './patterns'
import type { Scope } from './scope'

/** What a module gives to those that import it, by the name that they take: the namespace itself for `*`. */
export function memberOfModule(run: Evaluator, namespace: Value, name: string): Value {
  if (name === '*') return namespace
  if (isUnknown(namespace)) return namespace.member === null || name === 'default' ? namespace : namespace.member(name)
  const found = memberOf(run, namespace, name, null)
  // What is written with `module.exports = …` is its own default.
  return found === undefined && name === 'default' ? namespace : found
}

export function imported(run: Evaluator, node: SyntaxNode, scope: Scope): void {
  const source = childOfField(node, 'source')
  const clause = childOfType(node, 'import_clause')
  const required = childOfType(node, 'import_require_clause')
  if (required !== null) {
    const from = childOfField(required, 'source')
    const [name] = named(required)
    if (from !== null && name !== undefined)
      scope.declare(run.text(name), run.modules.load(stringText(run, from), run.module, run.span(node)))
    return
  }
  if (source === null || node.children.some(({ type }) => type === 'type')) return
  const namespace = run.modules.load(stringText(run, source), run.module, run.span(node))
  for (const part of clause === null ? [] : named(clause)) {
    if (part.type === 'identifier') scope.declare(run.text(part), memberOfModule(run, namespace, 'default'))
    else if (part.type === 'namespace_import') {
      const [name] = named(part)
      if (name !== undefined) scope.declare(run.text(name), namespace)
    } else
      for (const specifier of named(part)) {
        const name = childOfField(specifier, 'name')
        if (name === null) continue
        const key = name.type === 'string' ? stringText(run, name) : run.text(name)
        scope.declare(run.text(childOfField(specifier, 'alias') ?? name), memberOfModule(run, namespace, key))
      }
  }
}

function declaredNames(run: Evaluator, node: SyntaxNode): readonly string[] {
  const own = childOfField(node, 'name')
  if (own !== null) return [run.text(own)]
  return named(node).flatMap((each) => {
    const target = childOfField(each, 'name')
    return target === null ? [] : namesIn(run, target)
  })
}

export function exported(run: Evaluator, node: SyntaxNode, scope: Scope): void {
  const { exports } = run.module
  const source = childOfField(node, 'source')
  const from = source === null ? null : run.modules.load(stringText(run, source), run.module, run.span(node))
  const declared = childOfField(node, 'declaration')
  const isDefault = node.children.some(({ type }) => type === 'default')
  if (declared !== null) {
    for (const name of declaredNames(run, declared)) {
      exports.set(name, scope.get(name))
      if (isDefault) exports.set('default', scope.get(name))
    }
    return
  }
  const value = childOfField(node, 'value')
  if (isDefault && value !== null) {
    exports.set('default', run.evaluate(value, scope))
    return
  }
  const clause = childOfType(node, 'export_clause')
  if (clause === null) {
    if (isObject(from)) for (const [name, property] of from.properties) exports.set(name, property.value)
    return
  }
  for (const specifier of named(clause)) {
    const name = childOfField(specifier, 'name')
    if (name === null) continue
    const key = run.text(name)
    exports.set(run.text(childOfField(specifier, 'alias') ?? name), from === null ? scope.get(key) : memberOfModule(run, from, key))
  }
}
