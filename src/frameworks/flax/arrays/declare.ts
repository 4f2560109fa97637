/** Declarations of functions on arrays (`jax.numpy`, `jax.nn`, `jax.lax`), and the builtins made of them. */
import { firstUnknown } from '../../../python/guards'
import { native } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { asFunctionCall } from '../../torch/calls'
import { ArrayCall } from './call'

export interface ArrayFunction {
  readonly names: readonly string[]
  /** As Python writes them. */
  readonly parameters: string
  /** null: it is not modelled with these arguments. */
  readonly body: (call: ArrayCall) => Value | null
}

/** Arguments that decide nothing here: one that is not known leaves the result known. */
const idle = new Set(['dtype', 'precision', 'preferred_element_type', 'out_sharding', 'key', 'rng', 'unique_indices', 'indices_are_sorted'])

function entry({ parameters, body }: ArrayFunction, name: string, bindsSelf: boolean): BuiltinValue {
  const inner = native(`${name}(${parameters})`, (args, interpreter) => {
    const call = new ArrayCall(name, args, interpreter)
    return body(call) ?? interpreter.unknown(`${name} with these arguments is not modelled`, args.span)
  })
  return {
    kind: 'builtin',
    name,
    bindsSelf,
    call: (args, interpreter) => {
      const given = [...args.positional, ...[...args.keyword].flatMap(([key, value]) => (idle.has(key) ? [] : [value]))]
      const unknown = args.unknownRest ?? firstUnknown(given)
      if (unknown !== undefined) return unknown
      return asFunctionCall(interpreter, name, given, args.span, () => inner.call(args, interpreter))
    },
  }
}

/** By name. */
export function arrayBuiltins(entries: readonly ArrayFunction[]): ReadonlyMap<string, BuiltinValue> {
  return new Map(entries.flatMap((each) => each.names.map((name) => [name, entry(each, name, false)] as const)))
}

/** The same as methods of arrays: the first parameter is the array. */
export function arrayMethods(entries: readonly ArrayFunction[]): ReadonlyMap<string, BuiltinValue> {
  return new Map(entries.flatMap((each) => each.names.map((name) => [name, entry(each, name, true)] as const)))
}
