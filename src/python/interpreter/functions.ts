/** User functions: definition, binding of arguments, the run of a body. */
import type { FunctionNode, ParameterNode, Statement } from '../ast'
import { bindingsOf } from '../bindings'
import type { CallArguments } from '../host'
import { none, stringDict, tuple } from '../make'
import { Scope } from '../scope'
import type { FunctionValue, Value } from '../values'
import type { Evaluator } from './evaluator'
import { makeGenerator } from './generators'

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
  const variables = new Map<string, Value>()
  bindArguments(fn, args, variables, evaluator)
  const first = node.parameters[0]
  const self =
    first === undefined ? null : first.kind === 'star' ? firstItem(variables.get(first.name)) : (variables.get(first.name) ?? null)
  const scope = new Scope('function', variables, fn.closure, fn.closure.module, node.isLambda ? null : bindingsOf(node), { fn, self })
  if (node.isGenerator) return makeGenerator(fn, scope, evaluator)
  return evaluator.within({ functionName: fn.qualifiedName, callSpan: args.span, self }, () => runBody(node.body, scope, evaluator))
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
  let star: ParameterNode | null = null
  let doubleStar: ParameterNode | null = null
  let used = 0
  let missing: ParameterNode[] | null = null
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
      if (parameter.kind === 'positional' && keyword.size > 0 && keyword.has(parameter.name)) {
        evaluator.raise('TypeError', `${fn.name}() got multiple values for argument '${parameter.name}'`, args.span)
      }
    } else if (parameter.kind !== 'positionalOnly' && keyword.size > 0) {
      value = keyword.get(parameter.name)
      if (value !== undefined) used++
    }
    value ??= unknownRest ?? fn.defaults.get(parameter.name)
    if (value === undefined) {
      missing ??= []
      missing.push(parameter)
    } else variables.set(parameter.name, value)
  }
  if (star !== null) {
    // How many more there are is not known either, so the tuple as a whole is not.
    variables.set(star.name, unknownRest !== undefined ? unknownRest : tuple(next < positional.length ? positional.slice(next) : []))
  } else if (next < positional.length) refusePositional(fn, positional.length, args, evaluator)
  if (doubleStar !== null)
    variables.set(doubleStar.name, unknownRest !== undefined ? unknownRest : restOfKeywords(parameters, keyword, used))
  else if (used < keyword.size) refuseKeyword(fn, args, evaluator)
  if (missing !== null) refuseMissing(fn, missing, args, evaluator)
}

function restOfKeywords(parameters: readonly ParameterNode[], keyword: ReadonlyMap<string, Value>, used: number): Value {
  if (used === keyword.size) return stringDict([])
  const taken = new Set<string>()
  for (const parameter of parameters) if (parameter.kind === 'positional' || parameter.kind === 'keywordOnly') taken.add(parameter.name)
  return stringDict([...keyword].filter(([name]) => !taken.has(name)))
}

function refusePositional(fn: FunctionValue, given: number, args: CallArguments, evaluator: Evaluator): never {
  const accepted = fn.node.parameters.filter((parameter) => parameter.kind === 'positional' || parameter.kind === 'positionalOnly')
  const least = accepted.filter((parameter) => !fn.defaults.has(parameter.name)).length
  const most = accepted.length
  const count = least === most ? `${most}` : `from ${least} to ${most}`
  const plural = most === 1 && least === most ? '' : 's'
  return evaluator.raise(
    'TypeError',
    `${fn.name}() takes ${count} positional argument${plural} but ${given} ${given === 1 ? 'was' : 'were'} given`,
    args.span,
  )
}

function refuseKeyword(fn: FunctionValue, args: CallArguments, evaluator: Evaluator): never {
  const accepted = new Set(
    fn.node.parameters
      .filter((parameter) => parameter.kind === 'positional' || parameter.kind === 'keywordOnly')
      .map((parameter) => parameter.name),
  )
  const name = [...args.keyword.keys()].find((key) => !accepted.has(key)) ?? ''
  return evaluator.raise('TypeError', `${fn.name}() got an unexpected keyword argument '${name}'`, args.span)
}

function refuseMissing(fn: FunctionValue, missing: readonly ParameterNode[], args: CallArguments, evaluator: Evaluator): never {
  const positional = missing.filter((parameter) => parameter.kind !== 'keywordOnly')
  const told = positional.length > 0 ? positional : missing
  const kind = positional.length > 0 ? 'positional' : 'keyword-only'
  const names = told.map((parameter) => `'${parameter.name}'`)
  const last = names[names.length - 1] ?? ''
  const listed =
    names.length === 1 ? last : names.length === 2 ? `${names[0]} and ${last}` : `${names.slice(0, -1).join(', ')}, and ${last}`
  return evaluator.raise(
    'TypeError',
    `${fn.name}() missing ${told.length} required ${kind} argument${told.length === 1 ? '' : 's'}: ${listed}`,
    args.span,
  )
}
