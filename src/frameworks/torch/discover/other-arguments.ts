/** Other arguments to try where a constructor could not be called with those that were assumed. */
import type { Span } from '../../../graph'
import type { PythonInterpreter } from '../../../python'
import type { ParameterNode } from '../../../python/ast'
import { int, list } from '../../../python/make'
import type { FunctionValue, Value } from '../../../python/values'
import { assumption, placeholder, type Sizes } from './placeholder'
import type { Placeholders } from './placeholders'

/** Stages of a network whose sizes are a list: what most files that take one expect. */
const stages = 4

const missing = /missing \d+ required (?:positional|keyword-only) arguments?: (.+)$/
const wantsSeveral = /'int' object is not (?:subscriptable|iterable)|object of type 'int' has no len|cannot unpack non-iterable int/
const wantsOne = /unsupported operand type\(s\) for \S+(?: or \S+)?: (?:'(?:tuple|list)' and '\w+'|'\w+' and '(?:tuple|list)')/
const wantsCallable = /'NoneType' object is not callable/

/**
 * Reads what `failure` asks for: arguments that a base class needs and `**kwargs` hands on, a list where a number was assumed or
 * the other way round, a layer where the default is None. Empty where it asks for nothing of the kind.
 */
export function otherArguments(
  interpreter: PythonInterpreter,
  fn: FunctionValue,
  tried: Placeholders,
  failure: string,
  sizes: Sizes,
): readonly Placeholders[] {
  const asked = missing.exec(failure)?.[1]
  if (asked !== undefined) return handedOn(interpreter, fn, tried, asked, sizes)
  if (wantsSeveral.test(failure)) return inPlace(interpreter, fn, tried, sizes, (value) => (value.kind === 'int' ? several(value) : null))
  if (wantsOne.test(failure)) return inPlace(interpreter, fn, tried, sizes, lastOf)
  if (wantsCallable.test(failure)) return withLayers(interpreter, fn, tried, sizes)
  return []
}

const several = (value: Value): Value => list(new Array<Value>(stages).fill(value))

function lastOf(value: Value): Value | null {
  if (value.kind !== 'tuple' && value.kind !== 'list') return null
  const last = value.items.at(-1)
  return last?.kind === 'int' ? int(last.value) : null
}

function handedOn(
  interpreter: PythonInterpreter,
  fn: FunctionValue,
  tried: Placeholders,
  asked: string,
  sizes: Sizes,
): readonly Placeholders[] {
  const rest = fn.node.parameters.find(({ kind }) => kind === 'doubleStar')
  if (rest === undefined) return []
  const keyword = new Map(tried.keyword)
  const assumptions = [...tried.assumptions]
  for (const [, name] of asked.matchAll(/'([^']+)'/g)) {
    if (name === undefined || keyword.has(name)) continue
    const value = placeholder(interpreter, name, null, sizes)
    keyword.set(name, value ?? interpreter.unknown(`\`${name}\` is not given in this file`, rest.span))
    if (value !== null && sizes[name] === undefined) assumptions.push(assumption(interpreter, name, name, value, rest))
  }
  return keyword.size === tried.keyword.size ? [] : [{ keyword, assumptions }]
}

/** Each assumed argument changed by itself, then all of them. */
function inPlace(
  interpreter: PythonInterpreter,
  fn: FunctionValue,
  tried: Placeholders,
  sizes: Sizes,
  change: (value: Value) => Value | null,
): readonly Placeholders[] {
  const changed = fn.node.parameters.flatMap((node): readonly (readonly [ParameterNode, Value])[] => {
    const value = sizes[node.name] === undefined ? tried.keyword.get(node.name) : undefined
    const other = value === undefined ? null : change(value)
    return other === null ? [] : [[node, other]]
  })
  const sets = changed.length > 1 ? [...changed.map((each) => [each]), changed] : [changed]
  return changed.length === 0 ? [] : sets.map((set) => replaced(interpreter, tried, set))
}

function withLayers(interpreter: PythonInterpreter, fn: FunctionValue, tried: Placeholders, sizes: Sizes): readonly Placeholders[] {
  const layers = fn.node.parameters.flatMap((node): readonly (readonly [ParameterNode, Value])[] => {
    if (fn.defaults.get(node.name)?.kind !== 'none' || tried.keyword.has(node.name)) return []
    const value = placeholder(interpreter, node.name, null, sizes)
    return value?.kind === 'class' || value?.kind === 'instance' ? [[node, value]] : []
  })
  return layers.length === 0 ? [] : [replaced(interpreter, tried, layers)]
}

function replaced(
  interpreter: PythonInterpreter,
  { keyword, assumptions }: Placeholders,
  set: readonly (readonly [ParameterNode, Value])[],
): Placeholders {
  const spans = new Set<Span | null>(set.map(([{ span }]) => span))
  const said = set.map(([node, value]) => assumption(interpreter, node.name, node.name, value, node))
  return {
    keyword: new Map([...keyword, ...set.map(([{ name }, value]) => [name, value] as const)]),
    assumptions: [...assumptions.filter(({ span }) => !spans.has(span)), ...said],
  }
}
