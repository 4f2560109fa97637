/** `torch.nn.Module`: one class for each interpreter, since programs may add attributes to it. */
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { method, named, nativeClass } from '../../../python/native'
import type { BuiltinValue, ClassValue } from '../../../python/values'
import { attributeMethods, selfModule } from './attributes'
import { callModule } from './call'
import { installTensorCopier } from './deep-copy'
import { declareModuleClass } from './registry'
import { stateMethods } from './states'
import { walkMethods } from './walks'

const callMethods: readonly BuiltinValue[] = [
  {
    kind: 'builtin',
    name: '__call__',
    bindsSelf: true,
    call(args, interpreter) {
      const [self, ...positional] = args.positional
      if (self?.kind !== 'instance') return none
      return callModule(interpreter, self, { ...args, positional })
    },
  },
  method('forward(self, *input, **kwargs)', (args, interpreter) => {
    const { name } = selfModule(args, interpreter).cls
    return interpreter.raise('NotImplementedError', `Module [${name}] is missing the required "forward" function`, args.span)
  }),
]

export function moduleClass(interpreter: Interpreter): ClassValue {
  return interpreter.state('torch.nn.Module', () => {
    const made = nativeClass({
      name: 'Module',
      qualifiedName: 'torch.nn.Module',
      attributes: named(...attributeMethods, ...walkMethods, ...stateMethods, ...callMethods),
    })
    declareModuleClass(made)
    installTensorCopier(interpreter)
    return made
  })
}
