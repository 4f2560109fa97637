/** Wrappers that run a module on several devices: here they run it, under the name `module`. */
import type { Interpreter } from '../../../python/host'
import { none, tuple } from '../../../python/make'
import { method, named, native, nativeClass, nativeModule } from '../../../python/native'
import type { ClassValue, ModuleValue, Value } from '../../../python/values'
import { selfModule } from '../module/attributes'
import { beginModule } from '../module/instances'
import { moduleClass } from '../module/module-class'
import { register, registered } from '../module/registry'

function wrapper(interpreter: Interpreter, name: string): ClassValue {
  return nativeClass({
    name,
    qualifiedName: `torch.nn.${name}`,
    bases: [moduleClass(interpreter)],
    attributes: named(
      method(`${name}.__init__(self, module, *args, **kwargs)`, (args) => {
        const self = selfModule(args, interpreter)
        beginModule(interpreter, self)
        register(self, '_modules', 'module', args.value('module'))
        return none
      }),
      method('forward(self, *inputs, **kwargs)', (args) => {
        const inner = registered(selfModule(args, interpreter), 'module') ?? none
        return interpreter.call(inner, args.rest('inputs'), args.keywords('kwargs'), args.span)
      }),
    ).map(([key, value]) => [key.slice(key.lastIndexOf('.') + 1), value] as const),
  })
}

/** `DataParallel` and `DistributedDataParallel`, one of each for an interpreter. */
export function parallelClasses(interpreter: Interpreter): readonly (readonly [string, ClassValue])[] {
  return interpreter.state('torch.nn.parallel.classes', () =>
    ['DataParallel', 'DistributedDataParallel'].map((name) => [name, wrapper(interpreter, name)] as const),
  )
}

/** `data_parallel(module, inputs, …)` runs the module. */
const dataParallel = native('data_parallel(module, inputs, *args, module_kwargs=None, **kwargs)', (args, interpreter) => {
  const inputs = args.value('inputs')
  const given: readonly Value[] = inputs.kind === 'tuple' ? inputs.items : tuple([inputs]).items
  return interpreter.call(args.value('module'), given, undefined, args.span)
})

export function torchNnParallel(interpreter: Interpreter): ModuleValue {
  return nativeModule('torch.nn.parallel', [...parallelClasses(interpreter), ['data_parallel', dataParallel]])
}
