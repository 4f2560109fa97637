/** Destructuring: values into the names of a pattern. */
import { childOfField, named, type SyntaxNode } from '../../syntax'
import { ArrayValue, isObject, isUnknown, ObjectValue, type Value } from '../values'
import type { Evaluator } from './evaluator'
import { itemsOf } from './iterate'
import { assignMember, elementOf } from './members'
import { propertyName } from './literals'
import type { Scope } from './scope'

/** Binds a name: declares it, or assigns to one that is declared. */
export type Bind = (name: string, value: Value) => void

/** Gives the value, or what stands behind `=` where it is undefined. */
function orDefault(run: Evaluator, value: Value, fallback: SyntaxNode | null, scope: Scope): Value {
  return value === undefined && fallback !== null ? run.evaluate(fallback, scope) : value
}

export function bindPattern(run: Evaluator, pattern: SyntaxNode, value: Value, scope: Scope, bind: Bind): void {
  run.meter.step()
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      bind(run.text(pattern), value)
      return
    case 'assignment_pattern':
    case 'object_assignment_pattern': {
      const left = childOfField(pattern, 'left')
      if (left !== null) bindPattern(run, left, orDefault(run, value, childOfField(pattern, 'right'), scope), scope, bind)
      return
    }
    case 'array_pattern':
      bindArray(run, pattern, value, scope, bind)
      return
    case 'object_pattern':
      bindObject(run, pattern, value, scope, bind)
      return
    case 'member_expression':
    case 'subscript_expression': {
      const object = childOfField(pattern, 'object')
      const key = childOfField(pattern, 'property') ?? childOfField(pattern, 'index')
      if (object === null || key === null) return
      const name = pattern.type === 'member_expression' ? run.text(key) : run.evaluate(key, scope)
      assignMember(run, run.evaluate(object, scope), name, value, run.span(pattern))
      return
    }
    case 'parenthesized_expression':
    case 'non_null_expression':
    case 'as_expression':
    case 'rest_pattern': {
      const [inner] = named(pattern)
      if (inner !== undefined) bindPattern(run, inner, value, scope, bind)
      return
    }
    default:
      return
  }
}

function bindArray(run: Evaluator, pattern: SyntaxNode, value: Value, scope: Scope, bind: Bind): void {
  const items = itemsOf(value, run.span(pattern))
  let index = 0
  for (const child of pattern.children) {
    if (child.type === ',') index++
    else if (child.type === 'rest_pattern')
      bindPattern(run, child, isUnknown(items) ? items : new ArrayValue(items.slice(index)), scope, bind)
    else if (child.named) bindPattern(run, child, isUnknown(items) ? items : items[index], scope, bind)
  }
}

function bindObject(run: Evaluator, pattern: SyntaxNode, value: Value, scope: Scope, bind: Bind): void {
  const taken = new Set<string>()
  const take = (name: string): Value => {
    taken.add(name)
    return elementOf(run, value, name, run.span(pattern))
  }
  for (const child of named(pattern)) {
    switch (child.type) {
      case 'shorthand_property_identifier_pattern':
        bindPattern(run, child, take(run.text(child)), scope, bind)
        break
      case 'object_assignment_pattern': {
        const left = childOfField(child, 'left')
        if (left !== null) bindPattern(run, child, take(run.text(left)), scope, bind)
        break
      }
      case 'pair_pattern': {
        const key = childOfField(child, 'key')
        const target = childOfField(child, 'value')
        if (key !== null && target !== null) bindPattern(run, target, take(propertyName(run, key, scope)), scope, bind)
        break
      }
      case 'rest_pattern': {
        const rest = new ObjectValue(null, null)
        if (isObject(value)) for (const [name, property] of value.properties) if (!taken.has(name)) rest.properties.set(name, property)
        bindPattern(run, child, isUnknown(value) ? value : rest, scope, bind)
        break
      }
      default:
        break
    }
  }
}

/** The names that a pattern takes from an object and gives no value of its own where they are missing. */
export function openNames(run: Evaluator, pattern: SyntaxNode): readonly string[] {
  return named(pattern).flatMap((child) => (child.type === 'shorthand_property_identifier_pattern' ? [run.text(child)] : keyOf(run, child)))
}

function keyOf(run: Evaluator, child: SyntaxNode): readonly string[] {
  const key = child.type === 'pair_pattern' && childOfField(child, 'value')?.type === 'identifier' ? childOfField(child, 'key') : null
  return key === null ? [] : [run.text(key)]
}

/** Every name that a pattern binds. */
export function namesIn(run: Evaluator, pattern: SyntaxNode): readonly string[] {
  const names: string[] = []
  collect(run, pattern, names)
  return names
}

function collect(run: Evaluator, node: SyntaxNode, names: string[]): void {
  if (node.type === 'identifier' || node.type === 'shorthand_property_identifier_pattern') names.push(run.text(node))
  else if (node.type === 'pair_pattern') {
    const value = childOfField(node, 'value')
    if (value !== null) collect(run, value, names)
  } else if (node.type === 'assignment_pattern' || node.type === 'object_assignment_pattern') {
    const left = childOfField(node, 'left')
    if (left !== null) collect(run, left, names)
  } else for (const child of named(node)) collect(run, child, names)
}
