/** `flax.nnx.Module`: one class for each interpreter. Modules and parameters are attributes. */
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { method, native, nativeClass } from '../../../python/native'
import type { BuiltinValue, ClassValue, FunctionValue, Value } from '../../../python/values'
import { beginModule } from '../../torch/module/instances'
import { declareModuleClass, isModule, registered } from '../../torch/module/registry'
import { wrappedMethod } from '../wrapped'
import { callNnx } from './call'

function wrapped(fn: FunctionValue): BuiltinValue {
  return wrappedMethod(fn, (interpreter, self, args) => {
    const isWithin = interpreter.frames.some((frame) => frame.self === self && frame.functionName === fn.name)
    const body = (): Value => interpreter.callWith(fn, { ...args, positional: [self, ...args.positional] })
    return isWithin ? body() : callNnx(interpreter, self, null, args, body)
  })
}

const initSubclass: BuiltinValue = {
  kind: 'builtin',
  name: '__init_subclass__',
  bindsSelf: true,
  call(args) {
    const [cls] = args.positional
    const call = cls?.kind === 'class' ? cls.attributes.get('__call__') : undefined
    if (cls?.kind === 'class' && call?.kind === 'function') cls.attributes.set('__call__', wrapped(call))
    return none
  },
}

const newModule: BuiltinValue = native('Module(cls, *args, **kwargs)', (args, interpreter) => {
  const cls = args.value('cls')
  if (cls.kind !== 'class') return none
  const made = interpreter.instantiate(cls, args.span)
  beginModule(interpreter, made)
  made.attributes.delete('training')
  return made
})

const idle = ['train', 'eval', 'set_attributes', 'sow', 'perturb', 'set_mode'].map((name) =>
  method(`${name}(self, *args, **kwargs)`, () => none),
)

export function nnxModuleClass(interpreter: Interpreter): ClassValue {
  return interpreter.state('flax.nnx.Module', () => {
    const made = nativeClass({
      name: 'Module',
      qualifiedName: 'flax.nnx.Module',
      attributes: [
        ['__new__', { kind: 'staticMethod', fn: newModule }],
        ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
        ['__init_subclass__', { kind: 'classMethod', fn: initSubclass }],
        ...idle.map((each) => [each.name, each] as const),
        [
          '__getattr__',
          method('__getattr__(self, name)', (args, inner) => {
            const self = args.value('self')
            const name = args.string('name') ?? ''
            if (!isModule(self)) return none
            return (
              registered(self, name) ?? inner.raise('AttributeError', `'${self.cls.name}' object has no attribute '${name}'`, args.span)
            )
          }),
        ],
      ],
    })
    declareModuleClass(made)
    return made
  })
}
