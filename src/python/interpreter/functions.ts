/** User functions: definition, binding of arguments, the run of a body. */
import type { FunctionNode, ParameterNode, Statement } from '../ast'
import { bindingsOf } from '../bindings'
import type { CallArguments } from '../host'
import { none, stringDict, tuple } from '../make'
import { Scope } from '../scope'
import type { FunctionValue, Value } from '../values'
import type { Evaluator } from './evaluator'
import { makeGenerator } from './generators'
import { refusal } from './refusal'

/** A def or lambda met in `scope`; its defaults are evaluated now. */
export function makeFunction(node: FunctionNode, scope: Scope, evaluator: Evaluator): FunctionValue {
  const defaults = new Map<string, Value>()
  for (const parameter of node.parameters) {
    if (parameter.defaultValue !== null) defaults.set(parameter.name, evaluator.evaluate(parameter.defaultValue, scope))
  }
  const owner = scope.classCell ?? scope.activationAround()?.fn.ownerClass ?? { cls: null }
  const attributes = new Map<string, Value>()
  const fn: FunctionValue = {
    kind: 'function',
    name: node.name,
    qualifiedName: qualified(node.name, scope),
    node,
    closure: scope.closure(),
    defaults,
    ownerClass: owner,
    attributes,
    span: node.span,
  }
  return fn
}

export function qualified(name: string, scope: Scope): string {
  const parts = [name]
  for (let at: Scope | null = scope; at !== null && at.kind !== 'module'; at = at.parent) {
    const around = at.activation?.fn
    if (around !== undefined) return `${around.qualifiedName}.<locals>.${parts.join('.')}`
    if (at.className !== null) parts.unshift(at.className)
  }
  return parts.join('.')
}

export function callFunction(fn: FunctionValue, args: CallArguments, evaluator: Evaluator): Value {
  const { node } = fn
  evaluator.registry.registering.call(fn)
  const variables = new Map<string, Value>()
  bindArguments(fn, args, variables, evaluator)
  if (node.name === '__init__') fillUnknown(fn, variables, evaluator)
  const first = node.parameters[0]
  const self =
    first === undefined ? null : first.kind === 'star' ? firstItem(variables.get(first.name)) : (variables.get(first.name) ?? null)
  const scope = new Scope('function', variables, fn.closure, fn.closure.module, node.isLambda ? null : bindingsOf(node), { fn, self })
  if (node.isGenerator) return makeGenerator(fn, scope, evaluator)
  return evaluator.within({ functionName: fn.qualifiedName, callSpan: args.span, self, variables, fn }, () =>
    runBody(node.body, scope, evaluator),
  )
}

/** Puts what a framework assumes in the place of a constructor's Unknown arguments. */
function fillUnknown(fn: FunctionValue, variables: Map<string, Value>, evaluator: Evaluator): void {
  const { fillUnknown: fill } = evaluator.options
  const [self] = fn.node.parameters
  if (fill === undefined || self === undefined) return
  for (const parameter of fn.node.parameters) {
    const value = variables.get(parameter.name)
    if (value?.kind !== 'unknown') continue
    const assumed = fill(fn, parameter, value, variables.get(self.name))
    if (assumed !== undefined) variables.set(parameter.name, assumed)
  }
}

function firstItem(value: Value | undefined): Value | null {
  return value?.kind === 'tuple' ? (value.items[0] ?? null) : null
}

function runBody(body: readonly Statement[], scope: Scope, evaluator: Evaluator): Value {
  const completion = evaluator.execute(body, scope)
  return completion !== null && completion.kind === 'return' ? completion.value : none
}

/** Fills `variables` from a call's arguments and the defaults; raises TypeError with Python's words. */
export function bindArguments(fn: FunctionValue, args: CallArguments, variables: Map<string, Value>, evaluator: Evaluator): void {
  const { parameters } = fn.node
  const { positional, keyword, unknownRest } = args
  let next = 0
  let used = 0
  let isRefused = false
  let star: ParameterNode | null = null
  let doubleStar: ParameterNode | null = null
  for (const parameter of parameters) {
    if (parameter.kind === 'star') {
      star = parameter
      continue
    }
    if (parameter.kind === 'doubleStar') {
      doubleStar = parameter
      continue
    }
    let value: Value | undefined
    if (parameter.kind !== 'keywordOnly' && next < positional.length) {
      value = positional[next++]
      isRefused ||= parameter.kind === 'positional' && keyword.size > 0 && keyword.has(parameter.name)
    } else if (parameter.kind !== 'positionalOnly' && keyword.size > 0) {
      value = keyword.get(parameter.name)
      if (value !== undefined) used++
    }
    value ??= unknownRest ?? fn.defaults.get(parameter.name)
    if (value === undefined) isRefused = true
    else variables.set(parameter.name, value)
  }
  // With arguments of unknown content it is not known what the collecting parameters hold.
  if (star !== null) variables.set(star.name, unknownRest ?? tuple(next < positional.length ? positional.slice(next) : []))
  else isRefused ||= next < positional.length
  if (doubleStar !== null) variables.set(doubleStar.name, unknownRest ?? restOfKeywords(parameters, keyword, used))
  else isRefused ||= used < keyword.size
  if (isRefused) evaluator.raise('TypeError', refusal(fn, args, variables), args.span)
}

function restOfKeywords(parameters: readonly ParameterNode[], keyword: ReadonlyMap<string, Value>, used: number): Value {
  if (used === keyword.size) return stringDict([])
  const taken = new Set<string>()
  for (const parameter of parameters) if (parameter.kind === 'positional' || parameter.kind === 'keywordOnly') taken.add(parameter.name)
  return stringDict([...keyword].filter(([name]) => !taken.has(name)))
}
