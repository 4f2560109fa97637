/** `nn.init.xavier_uniform_(w)` and `w.normal_()` as builtins. */

import type { Interpreter } from '../../../python/host'
import { float, int, tuple } from '../../../python/make'
import { type Bound, native } from '../../../python/native'
import { PythonError } from '../../../python/interpreter/errors'
import type { BuiltinValue, Value } from '../../../python/values'
import { Call } from '../functions/call'
import { isTensor, type TensorValue } from '../tensor'
import { isRecorded } from '../tensor/operand'
import { expand } from '../tensor/views'
import { assign } from '../tensor/write'
import { fill } from './fill'
import { calculateGain } from './gain'
import { type Drawn, type InitializerEntry, initializers, methodInitializers, requiredFans } from './initializers'

/**
 * What torch raises for a tensor that an initializer cannot draw: noted, kept with the parameter, and read on as if the line were
 * not there, so that the rest of the model can be shown. Passed on where no parameter is drawn or the program itself may catch it.
 */
function refuse(error: unknown, call: Call, tensor: TensorValue, label: string): TensorValue {
  const { source } = tensor.payload
  const { interpreter, span } = call
  if (!(error instanceof PythonError) || source.kind !== 'data' || source.storage.parameter === null || interpreter.isWithinTry) throw error
  interpreter.note({ kind: 'unread', message: `${error.message}; read on as if the call were not there`, span })
  source.storage.initializer = { ...source.storage.initializer, label, span, raises: error.message }
  return tensor
}

/** The tensor is filled; with an argument that is not known its initializer is unknown for that reason. */
function body(entry: InitializerEntry) {
  return (args: Bound, interpreter: Interpreter): Value => {
    const call = new Call(entry.name, args, interpreter)
    const target = args.value('tensor')
    if (target.kind === 'unknown') return target
    const tensor = call.tensor('tensor')
    const unknown = args.firstUnknown()
    if (unknown !== undefined) return fill(call, tensor, { kind: 'unknown', reason: unknown.reason }, entry.name)
    let drawn: Drawn
    try {
      drawn = entry.draw(call, tensor)
    } catch (error) {
      return refuse(error, call, tensor, entry.name)
    }
    return fill(call, tensor, drawn.distribution, drawn.label, null, drawn.scaling)
  }
}

function signature(name: string, entry: InitializerEntry): string {
  return `${name}(tensor${entry.parameters === '' ? '' : `, ${entry.parameters}`})`
}

const gainFunction = native('calculate_gain(nonlinearity, param=None)', (args, interpreter) => {
  const unknown = args.firstUnknown()
  if (unknown !== undefined) return unknown
  const call = new Call('calculate_gain', args, interpreter)
  return float(calculateGain(call, call.text('nonlinearity') ?? '', call.optionalNumber('param')))
})

const fansFunction = native('_calculate_fan_in_and_fan_out(tensor)', (args, interpreter) => {
  const unknown = args.firstUnknown()
  if (unknown !== undefined) return unknown
  const call = new Call('_calculate_fan_in_and_fan_out', args, interpreter)
  const { fanIn, fanOut } = requiredFans(call, call.tensor('tensor').payload.shape)
  return tuple([int(fanIn), int(fanOut)])
})

const correctFanFunction = native('_calculate_correct_fan(tensor, mode)', (args, interpreter) => {
  const unknown = args.firstUnknown()
  if (unknown !== undefined) return unknown
  const call = new Call('_calculate_correct_fan', args, interpreter)
  const { fanIn, fanOut } = requiredFans(call, call.tensor('tensor').payload.shape)
  return int(call.text('mode') === 'fan_out' ? fanOut : fanIn)
})

/** What `torch.nn.init` offers; the names without the underscore are torch's old spellings. */
export const initFunctions: readonly (readonly [string, BuiltinValue])[] = [
  ...initializers.flatMap((entry) => {
    const old = entry.name.slice(0, -1)
    return [
      [entry.name, native(signature(entry.name, entry), body(entry))],
      [old, native(signature(old, entry), body(entry))],
    ] as const
  }),
  ['calculate_gain', gainFunction],
  ['_calculate_fan_in_and_fan_out', fansFunction],
  ['_calculate_correct_fan', correctFanFunction],
  ['_no_grad_trunc_normal_', native('_no_grad_trunc_normal_(tensor, mean, std, a, b, generator=None)', body(byName('trunc_normal_')))],
  ['_no_grad_normal_', native('_no_grad_normal_(tensor, mean, std, generator=None)', body(byName('normal_')))],
  ['_no_grad_uniform_', native('_no_grad_uniform_(tensor, a, b, generator=None)', body(byName('uniform_')))],
  ['_no_grad_fill_', native('_no_grad_fill_(tensor, val)', body(byName('constant_')))],
  ['_no_grad_zero_', native('_no_grad_zero_(tensor)', body(byName('zeros_')))],
]

function byName(name: string): InitializerEntry {
  const entry = initializers.find((each) => each.name === name)
  if (entry === undefined) throw new ReferenceError(`no initializer ${name}`)
  return entry
}

const copy = native('copy_(tensor, src, non_blocking=False)', (args, interpreter) => {
  const call = new Call('copy_', args, interpreter)
  const [target, source] = [args.value('tensor'), args.value('src')]
  if (!isTensor(target)) return target
  if (source.kind === 'unknown') return fill(call, target, { kind: 'unknown', reason: source.reason }, 'copy_')
  if (!isTensor(source)) {
    const value = call.number('src')
    return fill(call, target, { kind: 'constant', value }, `copy_(${value})`)
  }
  assign(target, isRecorded(call, source) ? source : expand(call, source, target.payload.shape), false)
  return target
})

/** In-place draws as methods of Tensor. */
export const initMethods: readonly (readonly [string, BuiltinValue])[] = [
  ...methodInitializers.map((entry) => [entry.name, { ...native(signature(entry.name, entry), body(entry)), bindsSelf: true }] as const),
  ['copy_', { ...copy, bindsSelf: true }],
]
