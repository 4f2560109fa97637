/** `torch.nn.functional`, `torch.nn.init`, `torch.nn.parameter`, `torch.linalg`, `torch.special`, `torch.fft`. */
import type { Interpreter } from '../../../python/host'
import { unknown } from '../../../python/make'
import { method, native, nativeClass, nativeModule } from '../../../python/native'
import type { ModuleValue, Value } from '../../../python/values'
import { builtins } from '../functions'
import { initFunctions } from '../init/functions'
import { tensorClasses } from '../tensor/classes'
import { installTensors } from '../tensor/install'
import { unread } from './tolerant'

export function functionalModule(interpreter: Interpreter): ModuleValue {
  installTensors(interpreter)
  const { tensor } = tensorClasses(interpreter)
  return nativeModule('torch.nn.functional', [
    // torch.nn.functional also carries what it imports from torch.
    ...['sigmoid', 'tanh'].flatMap((name) => pick(builtins.torch, name)),
    ...builtins.functional,
    ['Tensor', tensor],
  ])
}

function pick(from: ReadonlyMap<string, Value>, name: string): (readonly [string, Value])[] {
  const value = from.get(name)
  return value === undefined ? [] : [[name, value]]
}

export function initModule(interpreter: Interpreter): ModuleValue {
  installTensors(interpreter)
  return nativeModule('torch.nn.init', initFunctions)
}

/** Parameters whose shape comes with the first input; layers of ours know theirs when they are called. */
function uninitializedParameter(interpreter: Interpreter): Value {
  return nativeClass({
    name: 'UninitializedParameter',
    qualifiedName: 'torch.nn.parameter.UninitializedParameter',
    bases: [tensorClasses(interpreter).parameter],
    attributes: [
      [
        '__new__',
        {
          kind: 'staticMethod',
          fn: native('UninitializedParameter(cls, *args, **kwargs)', (args) =>
            unknown('the shape of an UninitializedParameter comes with the first input', args.span),
          ),
        },
      ],
      ['materialize', method('materialize(self, *args, **kwargs)', (args) => args.value('self'))],
    ],
  })
}

export function parameterModule(interpreter: Interpreter): ModuleValue {
  installTensors(interpreter)
  const { parameter, buffer } = tensorClasses(interpreter)
  const uninitialized = uninitializedParameter(interpreter)
  return nativeModule('torch.nn.parameter', [
    ['Parameter', parameter],
    ['Buffer', buffer],
    ['UninitializedParameter', uninitialized],
    ['UninitializedBuffer', uninitialized],
  ])
}

/** Functions of `torch.linalg` and the like; what is not declared is unknown with its name. */
function place(name: string, functions: ReadonlyMap<string, Value>): (interpreter: Interpreter) => ModuleValue {
  return (interpreter) => {
    installTensors(interpreter)
    return nativeModule(name, functions, (attribute) =>
      /^[a-z]/.test(attribute) ? unread(attribute, `${name}.${attribute} is not modelled`) : undefined,
    )
  }
}

export const linalgModule = place('torch.linalg', builtins.linalg)
export const specialModule = place('torch.special', builtins.special)
export const fftModule = place('torch.fft', builtins.fft)
