/** Functions that the file writes. */
import { childOfField, named, type SyntaxNode } from '../../syntax'
import { ArrayValue, FunctionValue, type Invocation, isObject, ObjectValue, PromiseValue, type Value } from '../values'
import type { Evaluator } from './evaluator'
import { bindPattern } from './patterns'
import { Scope } from './scope'
import { hoist } from './hoist'

interface Made {
  readonly name: string
  /** The class whose method it is. */
  readonly home: FunctionValue | null
  readonly isArrow: boolean
}

/** The parameters of a function in order: the pattern and what stands behind its `=`. */
export function parametersOf(
  node: SyntaxNode,
): readonly { readonly pattern: SyntaxNode; readonly fallback: SyntaxNode | null; readonly node: SyntaxNode }[] {
  const single = childOfField(node, 'parameter')
  if (single !== null) return [{ pattern: single, fallback: null, node: single }]
  const list = childOfField(node, 'parameters')
  return (list === null ? [] : named(list)).flatMap((parameter) => {
    const pattern = childOfField(parameter, 'pattern') ?? (parameter.type.endsWith('_parameter') ? null : parameter)
    // TypeScript's `this` parameter is a type alone.
    if (pattern === null || pattern.type === 'this') return []
    return [{ pattern, fallback: childOfField(parameter, 'value'), node: parameter }]
  })
}

function bindParameters(run: Evaluator, node: SyntaxNode, invocation: Invocation, scope: Scope): void {
  const declare = (name: string, value: Value): void => scope.declare(name, value)
  parametersOf(node).forEach(({ pattern, fallback, node: parameter }, index) => {
    const given = pattern.type === 'rest_pattern' ? new ArrayValue(invocation.args.slice(index)) : invocation.args[index]
    const value = given === undefined && fallback !== null ? run.evaluate(fallback, scope) : given
    bindPattern(run, pattern, value, scope, declare)
    // `constructor(private units: number)` keeps what it is given.
    const keeps = parameter.children.some(
      ({ type }) => type === 'accessibility_modifier' || type === 'readonly' || type === 'override_modifier',
    )
    if (keeps && pattern.type === 'identifier' && isObject(invocation.self))
      invocation.self.properties.set(run.text(pattern), { value, span: null })
  })
}

export function makeFunction(run: Evaluator, node: SyntaxNode, around: Scope, { name, home, isArrow }: Made): FunctionValue {
  const { module } = run
  const isAsync = node.children.some(({ type }) => type === 'async')
  const isGenerator = node.type.startsWith('generator_') || node.children.some(({ type }) => type === '*')
  const invoke = (invocation: Invocation): Value => {
    const body = childOfField(node, 'body')
    const given: Value[] | null = isGenerator ? [] : null
    const scope = Scope.ofFunction(around, isArrow ? null : { self: invocation.self, home, given })
    const before = run.module
    run.module = module
    run.called.set(node, invocation.args)
    run.running.push(made)
    try {
      if (!isArrow) scope.declare('arguments', new ArrayValue([...invocation.args]))
      bindParameters(run, node, invocation, scope)
      let value: Value
      if (body === null) value = undefined
      else if (body.type === 'statement_block') {
        hoist(run, named(body), scope)
        const completion = run.executeAll(body.children, scope)
        value = completion.kind === 'return' ? completion.value : undefined
      } else value = run.evaluate(body, scope)
      if (given !== null) return new ArrayValue(given)
      return isAsync && !isPromise(value) ? new PromiseValue(value) : value
    } finally {
      run.module = before
      run.running.pop()
    }
  }
  const construct = isArrow
    ? null
    : (invocation: Invocation): Value => {
        const instance = new ObjectValue(made, null)
        const result = invoke({ ...invocation, self: instance })
        return isObject(result) ? result : instance
      }
  const made: FunctionValue = new FunctionValue(name, invoke, construct, node, run.span(node))
  if (!run.written.has(node)) run.written.set(node, made)
  return made
}

function isPromise(value: Value): value is PromiseValue {
  return typeof value === 'object' && value !== null && value.kind === 'promise'
}
