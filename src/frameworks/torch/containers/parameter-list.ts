/** `nn.ParameterList`: parameters by position. */
import type { Interpreter } from '../../../python/host'
import { asInteger } from '../../../python/guards'
import { int, none, str } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { BuiltinValue, InstanceValue, Value } from '../../../python/values'
import { isParameter, selfModule } from '../module/attributes'
import { beginModule } from '../module/instances'
import { registryOf } from '../module/registry'
import { generatorOf } from '../module/walks'
import { isTensor } from '../tensor'
import { position } from './list-like'

/** A tensor becomes a Parameter; everything else stays what it is. */
export function asParameter(interpreter: Interpreter, value: Value, args: Bound): Value {
  if (!isTensor(value) || isParameter(value, interpreter)) return value
  return interpreter.call(interpreter.getAttribute(interpreter.importModule('torch.nn'), 'Parameter'), [value], undefined, args.span)
}

function itemsOf(module: InstanceValue): readonly Value[] {
  return [...(registryOf(module, '_parameters')?.entries.values() ?? [])]
}

function extend(interpreter: Interpreter, module: InstanceValue, values: Value, args: Bound): void {
  const given =
    values.kind === 'instance' && registryOf(values, '_parameters') !== undefined ? itemsOf(values) : interpreter.items(values, args.span)
  if (given === null) {
    interpreter.note({ kind: 'unread', message: 'parameters are added from something that cannot be listed', span: args.span })
    return
  }
  const entries = registryOf(module, '_parameters')?.entries
  for (const value of given) entries?.set(str(String(entries.size)), asParameter(interpreter, value, args))
}

export const parameterListMethods: readonly BuiltinValue[] = [
  method('__init__(self, values=None)', (args, interpreter) => {
    const module = selfModule(args, interpreter)
    beginModule(interpreter, module)
    const given = args.value('values')
    if (given.kind !== 'none') extend(interpreter, module, given, args)
    return none
  }),
  method('__getitem__(self, index)', (args, interpreter) => {
    const items = itemsOf(selfModule(args, interpreter))
    const at = asInteger(args.value('index'))
    if (at === undefined) return interpreter.unknown('the index into a ParameterList is not known', args.span)
    return items[position(interpreter, at, items.length, args)] ?? none
  }),
  method('__setitem__(self, index, param)', (args, interpreter) => {
    const module = selfModule(args, interpreter)
    const at = asInteger(args.value('index'))
    if (at === undefined) return none
    const key = str(String(position(interpreter, at, itemsOf(module).length, args)))
    registryOf(module, '_parameters')?.entries.set(key, asParameter(interpreter, args.value('param'), args))
    return none
  }),
  method('__len__(self)', (args, interpreter) => int(itemsOf(selfModule(args, interpreter)).length)),
  method('__iter__(self)', (args, interpreter) => generatorOf(itemsOf(selfModule(args, interpreter)))),
  method('append(self, value)', (args, interpreter) => {
    const module = selfModule(args, interpreter)
    const entries = registryOf(module, '_parameters')?.entries
    entries?.set(str(String(entries.size)), asParameter(interpreter, args.value('value'), args))
    return module
  }),
  method('extend(self, values)', (args, interpreter) => {
    const module = selfModule(args, interpreter)
    extend(interpreter, module, args.value('values'), args)
    return module
  }),
  method('__iadd__(self, values)', (args, interpreter) => {
    const module = selfModule(args, interpreter)
    extend(interpreter, module, args.value('values'), args)
    return module
  }),
]
