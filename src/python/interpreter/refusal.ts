/** Why a call does not fit a function, in the words and the order of precedence of CPython. */
import type { ParameterNode } from '../ast'
import type { CallArguments } from '../host'
import type { FunctionValue, Value } from '../values'

export function refusal(fn: FunctionValue, args: CallArguments, bound: ReadonlyMap<string, Value>): string {
  return `${fn.name}() ${wrongKeyword(fn, args) ?? tooMany(fn, args) ?? missing(fn, bound)}`
}

function isPositional(parameter: ParameterNode): boolean {
  return parameter.kind === 'positional' || parameter.kind === 'positionalOnly'
}

function wrongKeyword(fn: FunctionValue, { positional, keyword }: CallArguments): string | undefined {
  const { parameters } = fn.node
  const filled = new Set(
    parameters
      .filter(isPositional)
      .slice(0, positional.length)
      .map((parameter) => parameter.name),
  )
  const collects = parameters.some((parameter) => parameter.kind === 'doubleStar')
  for (const name of keyword.keys()) {
    const parameter = parameters.find((each) => each.name === name && (each.kind === 'positional' || each.kind === 'keywordOnly'))
    if (parameter !== undefined) {
      if (filled.has(name)) return `got multiple values for argument '${name}'`
    } else if (!collects) {
      const hidden = parameters.filter((each) => each.kind === 'positionalOnly' && keyword.has(each.name)).map((each) => each.name)
      if (hidden.length > 0) return `got some positional-only arguments passed as keyword arguments: '${hidden.join(', ')}'`
      return `got an unexpected keyword argument '${name}'`
    }
  }
  return undefined
}

function tooMany(fn: FunctionValue, { positional, keyword }: CallArguments): string | undefined {
  const { parameters } = fn.node
  const accepted = parameters.filter(isPositional)
  const most = accepted.length
  const given = positional.length
  if (given <= most || parameters.some((parameter) => parameter.kind === 'star')) return undefined
  const least = accepted.filter((parameter) => !fn.defaults.has(parameter.name)).length
  const count = least === most ? `${most}` : `from ${least} to ${most}`
  const takes = `takes ${count} positional argument${least === most && most === 1 ? '' : 's'} but ${given}`
  const byKeyword = parameters.filter((parameter) => parameter.kind === 'keywordOnly' && keyword.has(parameter.name)).length
  if (byKeyword === 0) return `${takes} ${given === 1 ? 'was' : 'were'} given`
  return `${takes} positional argument${given === 1 ? '' : 's'} (and ${byKeyword} keyword-only argument${byKeyword === 1 ? '' : 's'}) were given`
}

function missing(fn: FunctionValue, bound: ReadonlyMap<string, Value>): string {
  const absent = fn.node.parameters.filter(
    (parameter) => parameter.kind !== 'star' && parameter.kind !== 'doubleStar' && !bound.has(parameter.name),
  )
  const positional = absent.filter(isPositional)
  const told = positional.length > 0 ? positional : absent
  const names = told.map((parameter) => `'${parameter.name}'`)
  const last = names[names.length - 1] ?? ''
  const listed =
    names.length === 1 ? last : names.length === 2 ? `${names[0]} and ${last}` : `${names.slice(0, -1).join(', ')}, and ${last}`
  return `missing ${told.length} required ${positional.length > 0 ? 'positional' : 'keyword-only'} argument${told.length === 1 ? '' : 's'}: ${listed}`
}
