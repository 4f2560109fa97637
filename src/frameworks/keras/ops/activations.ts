/** `keras.activations` as functions. */
import { asNumber } from '../../../python/guards'
import { none } from '../../../python/make'
import { native } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { asFunctionCall } from '../../torch/calls'
import { activation } from '../../torch/functional/activations'
import { softmax } from '../../torch/functional/softmax'
import { isTensor } from '../../torch/tensor'
import { constantTensor } from '../../torch/tensor/make'
import { type ActivationEntry, activationEntries } from './activation-functions'

/** A function of one tensor, listed by its name where it stands outside of a layer. */
export function activationFunction(name: string, entry: ActivationEntry): BuiltinValue {
  const inner = native(`${name}(x${entry.parameters === '' ? '' : `, ${entry.parameters}`}, name=None, **kwargs)`, (args, interpreter) => {
    const given = args.value('x')
    if (given.kind === 'unknown') return given
    const number = asNumber(given)
    const input = number === undefined ? given : constantTensor({ interpreter, span: args.span }, [], 'float', number, String(number))
    if (!isTensor(input)) return interpreter.unknown(`${name} of what is no tensor`, args.span)
    const fn = entry.fn(args)
    if (fn === null) return args.firstUnknown() ?? interpreter.unknown(`${name} with these arguments is not modelled`, args.span)
    return fn.name === 'identity' ? input : activation({ interpreter, span: args.span }, input, fn)
  })
  return listed(name, inner)
}

function listed(name: string, inner: BuiltinValue): BuiltinValue {
  return {
    kind: 'builtin',
    name,
    bindsSelf: false,
    call: (args, interpreter) =>
      asFunctionCall(interpreter, name, [...args.positional, ...args.keyword.values()], args.span, () => inner.call(args, interpreter)),
  }
}

/** softmax over an axis, or several together where they are the last ones. */
export function softmaxFunction(name: string, log: boolean): BuiltinValue {
  return listed(
    name,
    native(`${name}(x, axis=-1, name=None, **kwargs)`, (args, interpreter) => {
      const input = args.value('x')
      if (!isTensor(input)) return input.kind === 'unknown' ? input : interpreter.unknown(`${name} of what is no tensor`, args.span)
      const axis = args.number('axis')
      if (axis === undefined) return interpreter.unknown(`${name} over several axes is not modelled`, args.span)
      return softmax({ interpreter, span: args.span }, input, axis, { log, negate: false })
    }),
  )
}

const functions: ReadonlyMap<string, BuiltinValue> = new Map([
  ...activationEntries.flatMap((entry) => entry.names.map((name): [string, BuiltinValue] => [name, activationFunction(name, entry)])),
  ['softmax', softmaxFunction('softmax', false)],
  ['log_softmax', softmaxFunction('log_softmax', true)],
])

/** The function of this name in `keras.activations`; null where there is none. */
export function activationNamed(name: string): BuiltinValue | null {
  return functions.get(name) ?? null
}

export const activationNames: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...functions,
  [
    'get',
    native('get(identifier)', (args, interpreter) => {
      const asked = args.value('identifier')
      if (asked.kind === 'none') return functions.get('linear') ?? none
      if (asked.kind !== 'str') return asked
      return (
        functions.get(asked.value) ??
        interpreter.raise('ValueError', `Could not interpret activation function identifier: ${asked.value}`, args.span)
      )
    }),
  ],
])
