/** `nn.Sequential`: modules run one after the other. */
import type { Interpreter } from '../../../python/host'
import { type Bound, method } from '../../../python/native'
import { none } from '../../../python/make'
import type { BuiltinValue, Value } from '../../../python/values'
import { selfModule } from '../module/attributes'
import { beginModule } from '../module/instances'
import { addModule, extendWith, itemsOf, listMethods } from './list-like'

function initialize(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  beginModule(interpreter, module)
  const given = args.rest('args')
  const [first] = given
  if (given.length === 1 && first?.kind === 'dict') {
    for (const [key, value] of first.entries.entries()) addModule(interpreter, module, interpreter.str(key), value, args)
    return none
  }
  for (const [index, each] of given.entries()) addModule(interpreter, module, String(index), each, args)
  if (args.unknownRest !== undefined) addModule(interpreter, module, String(given.length), args.unknownRest, args)
  return none
}

function forward(args: Bound, interpreter: Interpreter): Value {
  let value = args.value('input')
  for (const child of itemsOf(selfModule(args, interpreter))) value = interpreter.call(child, [value], undefined, args.span)
  return value
}

/** `seq * n`: its modules n times over, the same objects. */
function repeated(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  const times = args.number('other')
  if (times === undefined) return interpreter.unknown('how often the Sequential is repeated is not known', args.span)
  if (times <= 0) interpreter.raise('ValueError', `Non-positive multiplication factor ${times} for Sequential`, args.span)
  const made = interpreter.call(module.cls, [], undefined, args.span)
  if (made.kind !== 'instance') return made
  for (let time = 0; time < times; time++) {
    interpreter.step(itemsOf(module).length + 1)
    extendWith(interpreter, made, module, args)
  }
  return made
}

export const sequentialMethods: readonly BuiltinValue[] = [
  ...listMethods(true),
  method('__init__(self, *args)', initialize),
  method('forward(self, input)', forward),
  method('__mul__(self, other)', repeated),
  method('__rmul__(self, other)', repeated),
]
