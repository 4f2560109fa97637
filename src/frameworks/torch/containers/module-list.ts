/** `nn.ModuleList`: modules by position, without a forward of its own. */
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { selfModule } from '../module/attributes'
import { beginModule } from '../module/instances'
import { extendWith, listMethods } from './list-like'

function initialize(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  beginModule(interpreter, module)
  const given = args.value('modules')
  if (given.kind !== 'none') extendWith(interpreter, module, given, args)
  return none
}

export const moduleListMethods: readonly BuiltinValue[] = [...listMethods(false), method('__init__(self, modules=None)', initialize)]
