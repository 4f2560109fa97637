/** `nn.ModuleList`: modules by position, without a forward of its own. */
import type { Interpreter } from '../../../python/host'
import { bool, none } from '../../../python/make'
import { type Bound, method } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { selfModule } from '../module/attributes'
import { initializeRegistries } from '../module/registry'
import { extendWith, listMethods } from './list-like'

function initialize(args: Bound, interpreter: Interpreter): Value {
  const module = selfModule(args, interpreter)
  initializeRegistries(module)
  module.attributes.set('training', bool(true))
  const given = args.value('modules')
  if (given.kind !== 'none') extendWith(interpreter, module, given, args)
  return none
}

export const moduleListMethods: readonly BuiltinValue[] = [...listMethods(false), method('__init__(self, modules=None)', initialize)]
