/** Texts, numbers, arrays and objects as they are written. */
import { childOfField, named, type SyntaxNode } from '../../syntax'
import { ArrayValue, isArray, isObject, isUnknown, ObjectValue, type Property, Unknown, type Value } from '../values'
import type { Evaluator } from './evaluator'
import { makeFunction } from './functions'
import { itemsOf } from './iterate'
import type { Scope } from './scope'
import { toText } from './text'

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0', '\n': '' }

function unescaped(text: string): string {
  const body = text.slice(1)
  const code = /^(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))$/.exec(body)
  if (code === null) return escapes[body] ?? body
  const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '0', 16)
  return point <= 0x10ffff ? String.fromCodePoint(point) : ''
}

export function stringText(run: Evaluator, node: SyntaxNode): string {
  return named(node)
    .map((part) => (part.type === 'escape_sequence' ? unescaped(run.text(part)) : run.text(part)))
    .join('')
}

export function template(run: Evaluator, node: SyntaxNode, scope: Scope): Value {
  let text = ''
  for (const part of named(node)) {
    if (part.type === 'string_fragment') text += run.text(part)
    else if (part.type === 'escape_sequence') text += unescaped(run.text(part))
    else {
      const [inner] = named(part)
      const value = inner === undefined ? '' : run.evaluate(inner, scope)
      if (isUnknown(value)) return value
      text += toText(value)
    }
  }
  run.meter.size(text.length)
  return text
}

export function numberOf(text: string): number | Unknown {
  const plain = text.replaceAll('_', '')
  return plain.endsWith('n') ? Number(plain.slice(0, -1)) : Number(plain)
}

/** The name that a key of an object, a class or a pattern stands for. */
export function propertyName(run: Evaluator, key: SyntaxNode, scope: Scope): string {
  switch (key.type) {
    case 'string':
      return stringText(run, key)
    case 'computed_property_name': {
      const [inner] = named(key)
      const value = inner === undefined ? '' : run.evaluate(inner, scope)
      return isUnknown(value) ? '' : toText(value)
    }
    case 'number':
      return String(numberOf(run.text(key)))
    default:
      return run.text(key)
  }
}

/** Values of arguments or an array's items, spread ones among them; Unknown where one is spread that is not known. */
export function listed(run: Evaluator, nodes: readonly SyntaxNode[], scope: Scope): Value[] | Unknown {
  const values: Value[] = []
  for (const node of nodes) {
    if (node.type !== 'spread_element') {
      values.push(run.evaluate(node, scope))
      continue
    }
    const [inner] = named(node)
    const items = inner === undefined ? [] : itemsOf(run.evaluate(inner, scope), run.span(node))
    if (isUnknown(items)) return items
    run.meter.size(items.length)
    for (const item of items) values.push(item)
  }
  return values
}

export function arrayLiteral(run: Evaluator, node: SyntaxNode, scope: Scope): Value {
  const values = listed(run, named(node), scope)
  return isUnknown(values) ? values : new ArrayValue(values, run.span(node))
}

function spreadInto(object: ObjectValue, value: Value): boolean {
  if (isObject(value)) for (const [name, property] of value.properties) object.properties.set(name, property)
  else if (isArray(value))
    for (const [index, item] of value.items.entries()) object.properties.set(String(index), { value: item, span: value.span })
  return !isUnknown(value)
}

export function objectLiteral(run: Evaluator, node: SyntaxNode, scope: Scope): Value {
  const object = new ObjectValue(null, run.span(node))
  const put = (name: string, property: Property): void => {
    object.properties.set(name, property)
  }
  for (const child of named(node)) {
    switch (child.type) {
      case 'pair': {
        const key = childOfField(child, 'key')
        const value = childOfField(child, 'value')
        if (key === null || value === null) break
        const name = propertyName(run, key, scope)
        put(name, { value: run.evaluate(value, scope), span: run.span(value) })
        break
      }
      case 'shorthand_property_identifier':
        put(run.text(child), { value: run.evaluate(child, scope), span: run.span(child) })
        break
      case 'spread_element': {
        const [inner] = named(child)
        const value = inner === undefined ? undefined : run.evaluate(inner, scope)
        if (!spreadInto(object, value)) return new Unknown(isUnknown(value) ? value.reason : 'what is spread is not known', run.span(child))
        break
      }
      case 'method_definition': {
        const key = childOfField(child, 'name')
        if (key === null) break
        const name = propertyName(run, key, scope)
        const made = makeFunction(run, child, scope, { name, home: null, isArrow: false })
        const isGetter = child.children.some(({ type }) => type === 'get')
        put(name, isGetter ? { value: undefined, span: run.span(child), getter: made } : { value: made, span: run.span(child) })
        break
      }
      default:
        break
    }
  }
  return object
}
